"""SIGKILL at random moments while captures are archived, loaded and published, and months folded and opened.
BROADSHEET_TEST_SEEDS multiplies the kills."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from broadsheet.hub.archive import Archive
from broadsheet.model import Capture, parse_list_id
from broadsheet.settings import Settings
from broadsheet.warehouse import fold as folding
from broadsheet.warehouse.fold import fold, unfold
from broadsheet.warehouse.ingest import ingest
from broadsheet.warehouse.periods import fold_postings
from broadsheet.warehouse.segments import read_segments
from warehouse.histories import TABLES, contents

pytestmark = [pytest.mark.crash, pytest.mark.timeout(3600)]

KILLS = 40 * int(os.environ.get("BROADSHEET_TEST_SEEDS", "1"))
KILLS_OF_FOLDERS = KILLS // 2
"""Each folds and opens months as well, and so takes longer."""
ENOUGH = 0.75
"""So many of the kills must have come before the work was done."""
START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
EVERY_COLUMN = TABLES | {"revisions": "*", "changes": "*"}


def history(rng: random.Random, length: int, apart: timedelta = timedelta(minutes=15)) -> Iterator[Capture]:
    """A trending list that moves at every step, with outages and half lists, and a daily list that grows."""
    ranks = [f"2611.{n:05d}" for n in range(50)]
    votes = dict.fromkeys(ranks, 1)
    for step in range(length):
        rng.shuffle(ranks)
        ranks[rng.randrange(50)] = new = f"2611.{step + 100:05d}"
        votes[new] = 0
        for paper in ranks:
            votes[paper] += rng.randrange(3)
        shown, url, asked = ranks, "sort=trending&limit=100", "trending"
        if step % 3 == 0:
            shown, url, asked = ranks[: step // 4 + 1], "date=2026-11-02", "daily:2026-11-02"
        elif step % 7 == 0:
            shown = ranks[:20]
        items = [{"paper": {"id": p, "title": f"On {p}", "upvotes": votes[p]}} for p in shown]
        yield Capture(
            captured_at=START + apart * step,
            url=f"https://huggingface.co/api/daily_papers?{url}",
            status=503 if step % 11 == 0 else 200,
            headers=(("Content-Type", "application/json"),),
            body=msgspec.json.encode(items),
            asked=parse_list_id(asked),
        )


def work(settings: Settings, captures: list[Capture]) -> None:
    """Bring in what is missing, a capture at a time."""
    for capture in captures[loaded(settings) :]:
        Archive(settings.archive_location).append([capture])
        ingest(settings)


def work_and_fold(settings: Settings, captures: list[Capture]) -> None:
    """Bring in what is missing, some of it late; every few captures fold what is closed, or open a period."""
    for number in range(loaded(settings), len(captures)):
        late = (number ^ 1) if number % 8 < 2 else number
        Archive(settings.archive_location).append([captures[late]])
        ingest(settings)
        if number % 3 == 0:
            fold(settings, captures[number].captured_at)
        if number % 10 == 5:
            with duckdb.connect(str(settings.published_path), read_only=True) as con:
                periods = sorted({segment.period for segment in read_segments(con)})
            if periods:
                unfold(settings, periods[number % len(periods)])


def loaded(settings: Settings) -> int:
    if not settings.warehouse_path.exists():
        return 0
    with duckdb.connect(str(settings.warehouse_path)) as con:
        if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'open_captures'").fetchall():
            return 0
        return con.execute("SELECT count(*) FROM captures").fetchall()[0][0]


def holds(path: Path, tables: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(str(path), read_only=True) as con:
        return contents(con, tables)


def assert_whole(settings: Settings) -> None:
    """Every snapshot has all its papers or is not there at all, in the writer's file and in the published one."""
    for path in (settings.warehouse_path, settings.published_path):
        if not path.exists():
            continue
        with duckdb.connect(str(path)) as con:
            if not con.execute(
                "SELECT 1 FROM duckdb_tables() WHERE table_name = 'open_snapshots'"
            ).fetchall():
                continue
            broken = con.execute(
                "SELECT snapshot_id, any_value(entries), count(o.snapshot_id) FROM snapshots "
                "FULL JOIN observations o USING (snapshot_id) GROUP BY ALL "
                "HAVING any_value(entries) IS DISTINCT FROM count(o.snapshot_id)"
            ).fetchall()
            assert broken == []


Work = Callable[[Settings, list[Capture]], None]


def live_and_die(work: Work, settings: Settings, captures: list[Capture], seconds: float) -> bool:
    """Work in a child process and kill it after some seconds. True if the kill came before the end."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            work(settings, captures)
            code = 0
        finally:
            os._exit(code)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert not (os.WIFEXITED(status) and os.WEXITSTATUS(status) == 70), "the work failed without a kill"
    return os.WIFSIGNALED(status)


def hunt(
    work: Work, settings: Settings, captures: list[Capture], rng: random.Random, longest: float, most: int
) -> int:
    """Let the work be killed so many times, and look at the files after each. Gives how often it was."""
    kills = 0
    for _ in range(most * 4):
        kills += live_and_die(work, settings, captures, rng.uniform(0.0, longest))
        assert_whole(settings)
        if kills >= most:
            break
    return kills


def undisturbed(settings: Settings, captures: list[Capture]) -> float:
    """Work in peace. Gives the seconds that a capture takes here, which say when kills meet the work."""
    began = time.monotonic()
    work(settings, captures)
    return (time.monotonic() - began) / len(captures)


def test_killed_again_and_again_the_tables_are_those_of_a_quiet_run(tmp_path: Path) -> None:
    rng = random.Random(20261102)
    captures = list(history(rng, KILLS))
    quiet, hunted = (Settings(home=str(tmp_path / name)) for name in ("quiet", "hunted"))
    a_capture = undisturbed(quiet, captures)
    assert hunt(work, hunted, captures, rng, 2 * a_capture, KILLS) >= ENOUGH * KILLS
    work(hunted, captures)
    ingest(hunted)
    assert holds(hunted.warehouse_path, EVERY_COLUMN) == holds(quiet.warehouse_path, EVERY_COLUMN)
    assert holds(hunted.published_path, EVERY_COLUMN) == holds(hunted.warehouse_path, EVERY_COLUMN)


def test_killed_while_months_fold_and_open_the_tables_are_those_of_a_warehouse_that_never_folds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "fold_postings", partial(fold_postings, most_open=100))
    rng = random.Random(20261127)
    captures = list(history(rng, KILLS_OF_FOLDERS, apart=timedelta(days=5)))
    quiet, hunted = (Settings(home=str(tmp_path / name)) for name in ("quiet", "hunted"))
    a_capture = undisturbed(quiet, captures)
    kills = hunt(work_and_fold, hunted, captures, rng, 4 * a_capture, KILLS_OF_FOLDERS)
    assert kills >= ENOUGH * KILLS_OF_FOLDERS
    work_and_fold(hunted, captures)
    end = captures[-1].captured_at + timedelta(days=40)
    fold(hunted, end)
    fold(hunted, end + timedelta(days=2))
    without_seq = EVERY_COLUMN | {"changes": "* EXCLUDE (seq)"}
    assert holds(hunted.warehouse_path, without_seq) == holds(quiet.warehouse_path, without_seq)
    assert holds(hunted.published_path, EVERY_COLUMN) == holds(hunted.warehouse_path, EVERY_COLUMN)
    with duckdb.connect(str(hunted.published_path), read_only=True) as con:
        assert {file.name for file in hunted.segments_path.iterdir()} == {s.file for s in read_segments(con)}
