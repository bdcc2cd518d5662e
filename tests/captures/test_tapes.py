"""Real answers of the hub, whole: what a tape of them leaves in the warehouse."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from broadsheet.hub.foreign import read_captures
from broadsheet.warehouse.load import Arrival, Outcome, load
from broadsheet.warehouse.store import migrate

pytestmark = [pytest.mark.captures, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def tape(captures_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A tape of real answers, made by the tool that stands beside the captures."""
    folder = tmp_path_factory.mktemp("tapes")
    tool = captures_dir.parent / "tools" / "hub_tape.py"

    def make(what: str) -> Path:
        path = folder / f"{what}.jsonl"
        if not path.exists():
            with path.open("wb") as out:
                subprocess.run([sys.executable, tool, captures_dir, what], stdout=out, check=True)
        return path

    return make


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    migrate(connection, Path(":memory:"))
    return connection


def bring(con: duckdb.DuckDBPyConnection, *paths: Path) -> list[Outcome]:
    outcomes: list[Outcome] = []
    batch: list[Arrival] = []
    for path in paths:
        for capture in read_captures(path):
            batch.append(Arrival(capture=capture))
            if len(batch) == 100:
                outcomes += load(con, batch)
                batch = []
    return outcomes + load(con, batch)


def counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return dict(con.execute("SELECT change, count(*) FROM changes GROUP BY change").fetchall())


def test_two_answers_of_one_day(con: duckdb.DuckDBPyConnection, captures_dir: Path) -> None:
    early = [
        capture
        for capture in read_captures(captures_dir / "api" / "daily_papers.jsonl.gz")
        if capture.url.endswith("date=2026-05-08")
    ]
    late = list(read_captures(captures_dir / "api" / "daily_papers_2026-05-08_captured_2026-05-11.json"))
    # The later answer comes first: it has to be put behind the earlier one.
    for capture in (*late, *early):
        load(con, [Arrival(capture=capture)])
    kinds = counts(con)
    assert (kinds["entered"], kinds["left"]) == (11, 1)
    other_votes = "SELECT count(DISTINCT paper_id) FROM changes WHERE upvotes <> previous_upvotes"
    assert con.execute(other_votes).fetchall() == [(26,)]


def test_trending_changes_in_21_steps_and_an_outage_is_no_news(
    con: duckdb.DuckDBPyConnection, tape: Callable[[str], Path]
) -> None:
    outcomes = bring(con, tape("trending"))
    assert len(outcomes) == 451
    listed = [o for o in outcomes if o.entries]
    assert len(listed) == 329
    assert {o.entries for o in listed} == {50}
    assert len([o for o in listed if o.changes]) == 21
    silent = [o for o in outcomes if not o.entries]
    assert Counter(o.verdict for o in silent) == {"layout_changed": 122}
    assert not any(o.changes for o in silent)


def test_all_tapes_end_accounted_for_in_any_order_of_import(
    con: duckdb.DuckDBPyConnection, tape: Callable[[str], Path]
) -> None:
    paths = [tape(what) for what in ("daily", "trending", "home")]
    outcomes = bring(con, *paths)
    assert len(outcomes) == 529 + 451 + 331
    assert con.execute("SELECT count(*) FROM captures").fetchall() == [(1311,)]
    assert con.execute("SELECT count(*) FROM captures WHERE reason = ''").fetchall() == [(0,)]
    broken = "SELECT count(*) FROM captures WHERE verdict = 'ok' AND snapshot_id IS DISTINCT FROM capture_id"
    assert con.execute(broken).fetchall() == [(0,)]
    totals = "SELECT count(*), sum(entries) FROM snapshots"
    snapshots, observed = con.execute(totals).fetchall()[0]
    assert con.execute("SELECT count(*) FROM observations").fetchall() == [(observed,)]
    assert bring(con, *paths) == []
    other = duckdb.connect()
    migrate(other, Path(":memory:"))
    bring(other, *reversed(paths))
    assert other.execute(totals).fetchall() == [(snapshots, observed)]
    changes = "SELECT * EXCLUDE (seq) FROM changes ORDER BY ALL"
    assert other.execute(changes).fetchall() == con.execute(changes).fetchall()
    cut = "SELECT list_key FROM snapshots WHERE truncated AND list_kind = 'daily' ORDER BY list_key"
    assert con.execute(cut).fetchall() == [("2025-09-30",), ("2026-05-12",), ("2026-05-13",)]


def test_every_capture_of_the_folder_ends_in_a_verdict(
    con: duckdb.DuckDBPyConnection, captures_dir: Path
) -> None:
    found: dict[str, str] = {}
    for folder in ("html", "text"):
        for capture in read_captures(captures_dir / folder):
            (outcome,) = load(con, [Arrival(capture=capture)])
            found[f"{capture.captured_at:%Y-%m-%d} {capture.url}"] = outcome.verdict
    assert found
    assert "foreign" in found.values()
