"""Out of the archive, into the warehouse, out to the readers."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from broadsheet.hub.archive import Archive, ArchiveError
from broadsheet.model import Capture
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import ingest
from broadsheet.warehouse.publish import publish
from broadsheet.warehouse.rebuild import rebuild
from broadsheet.warehouse.store import WarehouseError, open_published, open_writer

Board = Callable[..., list[dict[str, Any]]]
Answer = Callable[..., Capture]
TABLES = ("captures", "snapshots", "observations", "showings", "revisions", "changes")


def contents(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    with open_published(settings) as con:
        return {table: con.execute(f"FROM {table} ORDER BY ALL").fetchall() for table in TABLES}


def archive(settings: Settings, *captures: Capture) -> None:
    Archive(settings.archive_location).append(captures)


def test_what_is_archived_is_loaded_and_published_once(
    settings: Settings, board: Board, api_answer: Answer
) -> None:
    archive(settings, api_answer(board(), 0), api_answer(board("2611.00001"), 1))
    first = ingest(settings)
    assert [o.verdict for o in first.outcomes] == ["ok", "ok"]
    assert first.published
    with open_published(settings) as con:
        assert con.execute("SELECT count(*) FROM snapshots").fetchall() == [(2,)]
        files = con.execute("SELECT DISTINCT archive_file FROM captures").fetchall()
    assert all((Path(settings.archive_location) / file).is_file() for (file,) in files)
    again = ingest(settings)
    assert (again.outcomes, again.published) == ((), False)


def test_the_same_capture_archived_twice_is_loaded_once(
    settings: Settings, board: Board, api_answer: Answer
) -> None:
    archive(settings, api_answer(board(), 0))
    archive(settings, api_answer(board(), 0))
    assert len(ingest(settings).outcomes) == 1
    assert ingest(settings).outcomes == ()


def test_how_far_a_file_is_loaded_is_told_once(settings: Settings, board: Board, api_answer: Answer) -> None:
    growing, ends = Archive(settings.archive_location), []
    for minutes in range(2):
        growing.append([api_answer(board(f"2611.0000{minutes}"), minutes / 60)])
        ingest(settings)
        with open_published(settings) as con:
            ends.append(con.execute("FROM archive_progress").fetchall())
    ((file, before),), ((same, after),) = ends
    assert same == file
    assert after > before


def test_pages_stay_together(settings: Settings, api_item: Callable[..., Any], api_answer: Answer) -> None:
    url = "https://huggingface.co/api/daily_papers?month=2026-11&limit=100"
    first = api_answer([api_item(f"2611.{n:05d}") for n in range(100)], 0, url)
    second = api_answer([api_item(f"2611.{n:05d}") for n in range(100, 105)], 0.001, f"{url}&p=1")
    archive(settings, first, msgspec.structs.replace(second, part_of=first.capture_id))
    assert [(o.verdict, o.entries) for o in ingest(settings).outcomes] == [("ok", 105)]


def test_a_damaged_archive_is_named_and_what_stood_before_it_is_kept(
    settings: Settings, board: Board, api_answer: Answer
) -> None:
    archive(settings, api_answer(board(), 0))
    archive(settings, api_answer(board("2611.00001"), 1), api_answer(board("2611.00002"), 2))
    damaged = sorted(Path(settings.archive_location).rglob("*.warc.gz"))[-1]
    content = bytearray(damaged.read_bytes())
    middle = content.index(b"\x1f\x8b\x08", 10) + 40
    content[middle : middle + 20] = b"\xff" * 20
    damaged.write_bytes(content)
    with pytest.raises(ArchiveError, match=damaged.name):
        ingest(settings)
    damaged.unlink()
    archive(settings, api_answer(board("2611.00002"), 2))
    ingest(settings)
    with open_published(settings) as con:
        assert con.execute("SELECT count(*) FROM snapshots").fetchall() == [(2,)]


def test_a_writer_killed_before_publishing_is_made_up_for(
    settings: Settings, board: Board, api_answer: Answer
) -> None:
    archive(settings, api_answer(board(), 0))
    ingest(settings)
    with open_writer(settings) as con:
        con.execute("INSERT INTO open_quality VALUES (1, 'committed, never published')")
    assert ingest(settings).published
    with open_published(settings) as con:
        assert con.execute("SELECT count(*) FROM quality").fetchall() == [(1,)]


def test_readers_see_the_old_state_or_the_new_one_and_never_wait(
    settings: Settings, board: Board, api_answer: Answer
) -> None:
    archive(settings, api_answer(board(), 0))
    ingest(settings)
    stop, seen, errors = threading.Event(), set(), []

    def read() -> None:
        while not stop.is_set():
            try:
                with duckdb.connect(str(settings.published_path), read_only=True) as con:
                    seen.add(con.execute("SELECT count(*) FROM observations").fetchall()[0][0])
            except duckdb.Error as error:
                errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for hour in range(1, 12):
        archive(settings, api_answer(board(f"2611.{hour:05d}"), hour))
        ingest(settings)
    stop.set()
    reader.join()
    assert errors == []
    assert seen <= {50 * n for n in range(1, 13)}


def test_a_publication_that_fails_leaves_the_old_one(
    settings: Settings, board: Board, api_answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(settings, api_answer(board(), 0))
    ingest(settings)
    before = settings.published_path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("broadsheet.warehouse.publish.shutil.copyfile", full)
    with pytest.raises(WarehouseError, match="cannot be written: No space left"):
        publish(settings)
    assert settings.published_path.read_bytes() == before
    assert [file.name for file in settings.published_path.parent.iterdir()] == ["papers.duckdb"]


@pytest.mark.parametrize("content", [b"broken" * 5000, None])
def test_a_file_that_cannot_be_used_is_not_published(
    content: bytes | None, settings: Settings, board: Board, api_answer: Answer
) -> None:
    archive(settings, api_answer(board(), 0))
    ingest(settings)
    before = settings.published_path.read_bytes()
    if content is None:
        with open_writer(settings) as con:
            con.execute("UPDATE warehouse_info SET schema_version = 99")
    else:
        settings.warehouse_path.write_bytes(content)
    archive(settings, api_answer(board("2611.00001"), 1))
    with pytest.raises(WarehouseError):
        ingest(settings)
    assert settings.published_path.read_bytes() == before


def test_a_rebuild_of_a_broken_file_uses_no_number_twice(
    settings: Settings, board: Board, api_answer: Answer
) -> None:
    archive(settings, api_answer(board(), 0), api_answer(board("2611.00001"), 1))
    ingest(settings)
    with open_published(settings) as con:
        used = {row[0] for row in con.execute("SELECT seq FROM changes").fetchall()}
    settings.warehouse_path.write_bytes(b"broken" * 5000)
    with pytest.raises(WarehouseError):
        ingest(settings)
    rebuild(settings)
    with open_published(settings) as con:
        again = {row[0] for row in con.execute("SELECT seq FROM changes").fetchall()}
    assert len(again) == len(used) > 0
    assert not used & again


def test_a_rebuild_gives_the_same_tables_and_numbers_never_used_before(
    settings: Settings, board: Board, api_answer: Answer
) -> None:
    for hour in range(4):
        archive(settings, api_answer(board(f"2611.{hour:05d}"), hour))
        ingest(settings)
    before = contents(settings)
    last = max(row[0] for row in before["changes"])
    report = rebuild(settings)
    assert len(report.outcomes) == 4
    after = contents(settings)
    assert min(row[0] for row in after["changes"]) > last
    for tables in (before, after):
        tables["changes"] = sorted(row[1:] for row in tables["changes"])
    assert after == before


def test_a_rebuild_replaces_a_broken_file(settings: Settings, board: Board, api_answer: Answer) -> None:
    archive(settings, api_answer(board(), 0))
    ingest(settings)
    before = contents(settings)
    settings.warehouse_path.write_bytes(b"broken" * 5000)
    rebuild(settings)
    assert contents(settings) == before


def test_two_sources_side_by_side_are_compared(
    settings: Settings, api_item: Callable[..., Any], api_answer: Answer
) -> None:
    url = "https://huggingface.co/papers/date/2026-11-02"
    items = [api_item("2611.00001", 3), api_item("2611.00002", 2)]
    props = json.dumps({"dailyPapers": [api_item("2611.00001", 3), api_item("2611.00002", 5)]})
    page = (
        "<html><head><meta property='og:title' content='Daily Papers - Hugging Face'/>"
        f"<meta property='og:url' content='{url}'/></head><body><div data-target='DailyPapers' "
        f"data-props='{props}'></div></body></html>"
    )
    by_api = api_answer(items, 0, "https://huggingface.co/api/daily_papers?date=2026-11-02&limit=100")
    by_page = msgspec.structs.replace(
        api_answer([], 0.01, url), headers=(("Content-Type", "text/html"),), body=page.encode()
    )
    archive(settings, by_api, by_page)
    assert [o.parser for o in ingest(settings).outcomes] == ["api", "hydration"]
    with open_published(settings) as con:
        notes = con.execute("FROM quality").fetchall()
    assert notes == [
        (by_page.capture_id, f"beside capture {by_api.capture_id}: upvotes differs for 2611.00002")
    ]


def test_the_report_tells_how_captures_stand_in_the_end(
    settings: Settings, board: Board, api_answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broadsheet.warehouse.ingest.BATCH", 1)
    # The second one comes late and shows what the first one showed: the first one only confirms it.
    archive(settings, api_answer(board(), 2))
    archive(settings, api_answer(board(), 1))
    outcomes = {o.captured_at: o.verdict for o in ingest(settings).outcomes}
    assert [outcomes[moment] for moment in sorted(outcomes)] == ["ok", "unchanged"]
