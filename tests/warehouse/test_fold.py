"""Folding: whatever is folded, opened and folded again, everybody reads what they would without."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from broadsheet.errors import UsageError
from broadsheet.hub.archive import Archive
from broadsheet.model import Capture
from broadsheet.settings import Settings
from broadsheet.warehouse import fold as folding
from broadsheet.warehouse.fold import GRACE, fold, unfold
from broadsheet.warehouse.ingest import ingest
from broadsheet.warehouse.load import Arrival, load
from broadsheet.warehouse.periods import due_periods, fold_period, fold_postings
from broadsheet.warehouse.rebuild import rebuild
from broadsheet.warehouse.rows import transaction
from broadsheet.warehouse.segments import POLL_ORDER, look_in, read_segments, unfold_periods
from broadsheet.warehouse.store import WarehouseError, open_published, open_writer
from warehouse.histories import captures, contents, loaded, slow

pytestmark = pytest.mark.long

few = examples(slow, max_examples=10)

Answer = Callable[..., Capture]
Board = Callable[..., list[dict[str, Any]]]
WEEKS = timedelta(days=17)
"""Between two captures of the histories here: they go over some months and a new year."""


def views(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """What every table and every view says, numbers of changes included. Of postings those that count are in
    `contents`: folding drops the others."""
    names = con.execute(
        "SELECT view_name FROM duckdb_views() WHERE NOT internal AND schema_name = 'main'"
        " AND view_name <> 'postings' ORDER BY view_name"
    ).fetchall()
    return {name: con.execute(f"FROM {name} ORDER BY ALL").fetchall() for (name,) in names}


def fold_all(con: duckdb.DuckDBPyConnection, folder: Path, now: datetime) -> list[str]:
    periods = due_periods(con, now)
    for period in periods:
        fold_period(con, folder, period)
    return periods


@few
@given(captures(WEEKS), st.integers(0, 300))
def test_a_folded_history_reads_as_before(
    tmp_path_factory: pytest.TempPathFactory, history: list[Capture], days: int
) -> None:
    con = loaded([history])
    folder = tmp_path_factory.mktemp("segments")
    look_in(con, folder)
    now = history[0].captured_at + timedelta(days=days)
    before = views(con), contents(con)
    fold_all(con, folder, now)
    fold_postings(con, folder, most_open=0)
    assert (views(con), contents(con)) == before
    assert con.execute("SELECT count(*) FROM open_postings").fetchall() == [(0,)]
    still_open = con.execute("SELECT min(captured_at) FROM open_captures").fetchall()[0][0]
    assert still_open is None or still_open.replace(tzinfo=UTC) > now - timedelta(days=35)
    with transaction(con):
        unfold_periods(con, {segment.period for segment in read_segments(con)})
    assert (views(con), contents(con)) == before
    assert read_segments(con) == []


@few
@given(captures(WEEKS), st.data())
def test_loading_into_folded_months_gives_what_loading_into_open_ones_gives(
    tmp_path_factory: pytest.TempPathFactory, history: list[Capture], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("segments")
    shuffled = data.draw(st.permutations(history))
    folded = loaded([])
    look_in(folded, folder)
    for capture in shuffled:
        load(folded, [Arrival(capture=capture)])
        if data.draw(st.booleans()):
            fold_all(folded, folder, data.draw(st.sampled_from(history)).captured_at + WEEKS)
            fold_postings(folded, folder, most_open=data.draw(st.sampled_from([0, 40])))
        if data.draw(st.integers(0, 3)) == 0 and (segments := read_segments(folded)):
            with transaction(folded):
                unfold_periods(folded, [data.draw(st.sampled_from(segments)).period])
    never = loaded([[capture] for capture in shuffled])
    assert (views(folded), contents(folded)) == (views(never), contents(never))


def test_months_fold_when_they_are_over_and_years_into_one(
    tmp_path: Path, api_answer: Answer, board: Board
) -> None:
    con = loaded([[api_answer(board(f"2511.{n:05d}"), 24 * n) for n in range(0, 70, 5)]])
    look_in(con, tmp_path)
    assert fold_all(con, tmp_path, datetime(2026, 12, 3, 23, tzinfo=UTC)) == []
    assert fold_all(con, tmp_path, datetime(2026, 12, 4, tzinfo=UTC)) == ["2026-11"]
    assert fold_all(con, tmp_path, datetime(2026, 12, 31, tzinfo=UTC)) == []
    assert fold_all(con, tmp_path, datetime(2027, 1, 4, tzinfo=UTC)) == ["2026"]
    assert {segment.period for segment in read_segments(con)} == {"2026"}
    assert fold_all(con, tmp_path, datetime(2027, 3, 4, tzinfo=UTC)) == ["2027-01"]


@pytest.fixture
def polled(settings: Settings, api_answer: Answer, board: Board) -> Settings:
    """A warehouse with captures of every tenth day since July, published; `NOW` is in November."""
    answers = [api_answer(board(f"2611.{n:05d}", votes=n), -240 * n) for n in range(12)]
    Archive(settings.archive_location).append(answers)
    ingest(settings)
    return settings


NOW = datetime(2026, 11, 20, tzinfo=UTC)


def files(settings: Settings) -> set[str]:
    return {file.name for file in settings.segments_path.iterdir()}


def published(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    with open_published(settings) as con:
        return views(con)


def test_folding_takes_rows_out_of_the_file_and_changes_nothing_for_readers(polled: Settings) -> None:
    before = published(polled)
    report = fold(polled, NOW)
    assert report.published
    assert sorted({segment.period for segment in report.folded}) == [
        f"2026-{month:02}" for month in range(7, 11)
    ]
    assert published(polled) == before
    with open_writer(polled) as con:
        assert views(con) == before
        assert con.execute("SELECT count(*) FROM open_snapshots").fetchall() == [(1,)]
    assert {segment.file for segment in report.folded} == files(polled)
    assert not fold(polled, NOW).published


def test_a_month_can_be_opened_again(polled: Settings) -> None:
    before = published(polled)
    fold(polled, NOW)
    report = unfold(polled, "2026-08")
    assert {segment.table_name for segment in report.unfolded} <= set(POLL_ORDER)
    assert published(polled) == before
    with pytest.raises(UsageError, match="'2026-08' is not folded; what is: 2026-07, 2026-09, 2026-10"):
        unfold(polled, "2026-08")


def test_who_reads_an_older_publication_has_its_files_for_a_day(polled: Settings) -> None:
    before = published(polled)
    fold(polled, NOW)
    with open_published(polled) as reader:
        unfold(polled, "2026-08")
        fold(polled, NOW + timedelta(hours=1))
        unfold(polled, "2026-09")
        fold(polled, NOW + GRACE)
        assert views(reader) == before


def test_files_that_nobody_can_read_go(polled: Settings, api_answer: Answer, board: Board) -> None:
    fold(polled, NOW)
    first = files(polled)
    late = api_answer(board("2605.00001"), -240 * 8 + 1)
    Archive(polled.archive_location).append([late])
    ingest(polled)
    left_by_a_kill = {".quality.draft", "observations-2026-01-0123456789abcdef.parquet"}
    for name in left_by_a_kill:
        (polled.segments_path / name).touch()
    report = fold(polled, NOW + timedelta(hours=1))
    assert report.deleted == 2
    assert first <= files(polled)
    fold(polled, NOW + timedelta(hours=2))
    report = fold(polled, NOW + timedelta(hours=2) + GRACE)
    with open_published(polled) as con:
        assert files(polled) == {segment.file for segment in read_segments(con)}
    assert report.deleted == len(first - files(polled)) > 0


def test_a_late_capture_opens_only_the_months_its_list_was_seen_in(
    polled: Settings, api_answer: Answer, board: Board
) -> None:
    fold(polled, NOW)
    daily = "https://huggingface.co/api/daily_papers?date=2026-08-24"
    archive = Archive(polled.archive_location)
    archive.append([api_answer(board(), -240 * 7, daily)])
    ingest(polled)
    with open_writer(polled) as con:
        assert len({segment.period for segment in read_segments(con)}) == 4
    archive.append([api_answer(board("2608.00001"), -240 * 5 + 1)])
    ingest(polled)
    with open_writer(polled) as con:
        assert {segment.period for segment in read_segments(con)} == {"2026-07", "2026-08"}
    assert "2026-08" in {segment.period for segment in fold(polled, NOW).folded}


def test_a_paper_known_by_title_takes_its_folded_history_along(
    tmp_path: Path, api_answer: Answer, api_item: Callable[..., dict[str, Any]]
) -> None:
    known_by_title = Capture(
        captured_at=datetime(2026, 5, 2, tzinfo=UTC),
        url="https://huggingface.co/papers?q=rooms",
        status=200,
        headers=(("Content-Type", "text/plain"),),
        body=b"Get trending papers in your email inbox!\nSubscribeQuiet Networks for Loud Rooms\n"
        b"We describe networks that stay quiet. They were trained in loud rooms, over many days, and compared.\n",
    )
    with_id = api_answer(
        [api_item("2605.00001", title="Quiet Networks for Loud Rooms")],
        url="https://huggingface.co/api/daily_papers?date=2026-11-02",
    )
    folded, never = loaded([[known_by_title]]), loaded([[known_by_title]])
    look_in(folded, tmp_path)
    assert fold_all(folded, tmp_path, NOW) == ["2026-05"]
    for con in (folded, never):
        load(con, [Arrival(capture=with_id)])
        assert con.execute("SELECT DISTINCT paper_id FROM observations").fetchall() == [("2605.00001",)]
    assert views(folded) == views(never)


@pytest.mark.parametrize(("table", "column"), [("changes", "rank"), ("postings", "document")])
def test_a_segment_that_cannot_be_read_back_takes_no_row_away(
    polled: Settings, monkeypatch: pytest.MonkeyPatch, table: str, column: str
) -> None:
    before = published(polled)
    monkeypatch.setattr(folding, "fold_postings", partial(fold_postings, most_open=0))
    replace = Path.replace

    def spoil(draft: Path, place: Path) -> Path:
        if place.name.startswith(table):
            with duckdb.connect() as con:
                con.execute(
                    f"CREATE TABLE t AS SELECT * REPLACE ({column} + 1 AS {column}) FROM read_parquet('{draft}')"
                )
                con.execute(f"COPY t TO '{draft}' (FORMAT parquet)")
        return replace(draft, place)

    with monkeypatch.context() as spoiling:
        spoiling.setattr(Path, "replace", spoil)
        with pytest.raises(WarehouseError, match="does not say what was written"):
            fold(polled, NOW)
    with open_writer(polled) as con:
        assert views(con) == before
        assert table not in {segment.table_name for segment in read_segments(con)}
    assert table in {segment.table_name for segment in fold(polled, NOW).folded}


def test_the_file_gives_back_the_room_of_what_went(polled: Settings) -> None:
    oldest = "(SELECT arg_min(paper_id, captured_at) FROM open_showings)"
    texts = f"""
        INSERT INTO open_revisions
        SELECT told.* REPLACE (hash(n) >> 1 AS revision_id, sha256(n) || sha256(n || 'x') AS abstract)
        FROM open_revisions AS told, (SELECT n::VARCHAR AS n FROM range(40000) t(n))
        WHERE told.paper_id = {oldest}"""
    shown = f"""
        INSERT INTO open_showings
        SELECT shown.* REPLACE (told.revision_id AS revision_id)
        FROM (FROM open_showings WHERE paper_id = {oldest} ORDER BY captured_at LIMIT 1) AS shown
        JOIN open_revisions AS told USING (paper_id)"""
    with open_writer(polled) as con:
        con.execute(texts)
        con.execute(shown)
    with open_writer(polled) as con:
        before = views(con)["revisions"]
    full = polled.warehouse_path.stat().st_size
    fold(polled, NOW)
    assert published(polled)["revisions"] == before
    assert polled.published_path.stat().st_size == polled.warehouse_path.stat().st_size < full / 2


def test_readers_see_whole_states_while_months_fold_and_open(polled: Settings) -> None:
    before = published(polled)
    stop, errors = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            try:
                assert published(polled) == before
            except (AssertionError, duckdb.Error) as error:
                errors.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(4):
        fold(polled, NOW + turn * GRACE / 10)
        unfold(polled, "2026-09")
    stop.set()
    reader.join()
    assert errors == []


def test_a_home_that_moved_finds_its_segments(polled: Settings, tmp_path: Path) -> None:
    before = published(polled)
    fold(polled, NOW)
    moved = Settings(home=str(polled.home_path.rename(tmp_path / "it's elsewhere")))
    assert published(moved) == before
    with open_writer(moved) as con:
        assert views(con) == before


def test_a_rebuild_opens_everything_and_leaves_readers_their_files(polled: Settings) -> None:
    fold(polled, NOW)
    before = published(polled)
    with open_published(polled) as reader:
        rebuild(polled)
        assert published(polled)["snapshots"] == before["snapshots"]
        assert fold(polled, NOW).folded
        assert views(reader) == before
