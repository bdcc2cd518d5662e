"""What becomes of captures: examples that a person can follow."""

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from broadsheet.model import Capture
from broadsheet.warehouse.load import Arrival, Outcome, load

Items = list[dict[str, Any]]
Board = Callable[..., Items]
Answer = Callable[..., Capture]


def bring(con: duckdb.DuckDBPyConnection, *captures: Capture) -> list[Outcome]:
    """Load captures one after the other."""
    return [outcome for capture in captures for outcome in load(con, [Arrival(capture=capture)])]


def changes(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute("SELECT paper_id, change FROM changes ORDER BY seq").fetchall()


def test_a_first_board_is_no_news(con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer) -> None:
    (outcome,) = bring(con, api_answer(board()))
    assert (outcome.verdict, outcome.entries, outcome.changes) == ("ok", 50, {})


def test_come_go_and_come_back(con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer) -> None:
    with_a, without = board("2611.00001"), board("2611.00002")
    bring(con, api_answer(with_a, 0), api_answer(without, 1), api_answer(with_a, 2))
    assert changes(con) == [
        ("2611.00002", "entered"),
        ("2611.00001", "left"),
        ("2611.00001", "returned"),
        ("2611.00002", "left"),
    ]


def test_a_reordering_is_neither_arrival_nor_departure(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    items = board()
    (_, outcome) = bring(con, api_answer(items, 0), api_answer([*items[25:], *items[:25]], 1))
    assert outcome.changes == {"rose": 25, "fell": 25}


def test_votes_alone_are_gained_and_falling_votes_are_no_news(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    more, fewer = board("2611.00001", votes=5), board("2611.00001", votes=4)
    bring(con, api_answer(board("2611.00001"), 0), api_answer(more, 1), api_answer(fewer, 2))
    assert changes(con) == [("2611.00001", "gained")]
    assert con.execute("SELECT upvotes, previous_upvotes FROM changes").fetchall() == [(5, 1)]


def test_the_same_list_again_is_unchanged_and_confirms(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    first, again = bring(con, api_answer(board(), 0), api_answer(board(), 1))
    assert (again.verdict, again.snapshot_id) == ("unchanged", first.capture_id)
    assert con.execute("SELECT count(*) FROM snapshots").fetchall() == [(1,)]


def test_not_modified_confirms_the_snapshot(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    first, again = bring(con, api_answer(board(), 0), api_answer([], 1, status=304))
    assert (again.verdict, again.snapshot_id) == ("unchanged", first.capture_id)


def test_an_outage_neither_drops_nor_brings_back(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    outcomes = bring(
        con,
        api_answer(board(), 0),
        api_answer([], 1),
        api_answer([], 2, status=503),
        api_answer(board(), 3),
    )
    assert [o.verdict for o in outcomes] == ["ok", "empty", "error", "unchanged"]
    assert changes(con) == []


def test_a_mass_drop_waits_for_a_second_witness(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    half = board()[:20]
    outcomes = bring(con, api_answer(board(), 0), api_answer(half, 1), api_answer(half, 2))
    assert [o.verdict for o in outcomes] == ["ok", "partial", "ok"]
    assert outcomes[2].changes == {"left": 30}


def test_a_mass_drop_that_passes_leaves_no_trace(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    bring(con, api_answer(board(), 0), api_answer(board()[:20], 1), api_answer(board(), 2))
    assert changes(con) == []


def test_a_largely_replaced_full_list_needs_no_witness(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    replaced = board(*(f"2611.{n:05d}" for n in range(40)))
    (_, outcome) = bring(con, api_answer(board(), 0), api_answer(replaced, 1))
    assert (outcome.verdict, outcome.changes["entered"], outcome.changes["left"]) == ("ok", 40, 40)


def test_a_cut_list_says_nothing_of_what_lies_behind_its_end(
    con: duckdb.DuckDBPyConnection, api_item: Callable[..., dict[str, Any]], api_answer: Answer
) -> None:
    url = "https://huggingface.co/api/daily_papers?date=2026-11-02&limit=3"
    whole = [api_item(f"2611.0000{n}") for n in range(5)]
    (first, then) = bring(
        con, api_answer(whole, 0, url.removesuffix("&limit=3")), api_answer(whole[2:], 1, url)
    )
    assert "the hub's limit" in then.reason
    assert "left" not in then.changes
    assert con.execute("SELECT truncated FROM snapshots ORDER BY captured_at").fetchall() == [
        (False,),
        (True,),
    ]
    assert first.verdict == "ok"


def test_rewrapped_titles_are_no_revision_but_new_words_are(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    for hours, title in enumerate(["A long title", "A long\n  title", "A longer title"]):
        items = board("2611.00001")
        items[0]["paper"]["title"] = title
        bring(con, api_answer(items, hours))
    assert con.execute("SELECT change, fields FROM changes").fetchall() == [("revised", "title")]


def test_late_enrichment_is_said_once_and_survives_a_thin_answer(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    for hours, summary in enumerate([None, "In short.", None, "In short."]):
        items = board("2611.00001")
        items[0]["paper"] |= {"ai_summary": summary} if summary else {}
        bring(con, api_answer(items, hours))
    assert con.execute("SELECT change, fields FROM changes").fetchall() == [("enriched", "ai_summary")]
    told = con.execute("SELECT ai_summary FROM papers WHERE paper_id = '2611.00001'").fetchall()
    assert told == [("In short.",)]


def test_a_late_capture_is_put_in_its_place(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    bring(con, api_answer(board("2611.00001"), 0), api_answer(board("2611.00003"), 4))
    numbers = {row[0] for row in con.execute("SELECT seq FROM changes").fetchall()}
    bring(con, api_answer(board("2611.00002"), 2))
    by_time = "SELECT paper_id, change FROM changes ORDER BY captured_at, change, paper_id"
    assert con.execute(by_time).fetchall() == [
        ("2611.00002", "entered"),
        ("2611.00001", "left"),
        ("2611.00003", "entered"),
        ("2611.00002", "left"),
    ]
    now = {row[0] for row in con.execute("SELECT seq FROM changes").fetchall()}
    assert min(now - numbers) > max(numbers)


def test_pages_of_one_list_become_one_snapshot(
    con: duckdb.DuckDBPyConnection, api_item: Callable[..., dict[str, Any]], api_answer: Answer
) -> None:
    url = "https://huggingface.co/api/daily_papers?month=2026-11&limit=100"
    first = api_answer([api_item(f"2611.{n:05d}") for n in range(100)], 0, url)
    second = api_answer([api_item(f"2611.{n:05d}") for n in range(100, 130)], 0.001, f"{url}&p=1")
    (outcome,) = load(con, [Arrival(capture=first, pages=((second, None),))])
    assert (outcome.verdict, outcome.entries) == ("ok", 130)
    rows = con.execute("SELECT verdict, snapshot_id, part_of FROM captures ORDER BY capture_id").fetchall()
    assert rows == [("ok", first.capture_id, None), ("ok", first.capture_id, first.capture_id)]


def test_a_load_that_fails_leaves_nothing_behind(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    con.execute("DROP TABLE open_quality")
    con.execute("CREATE TABLE open_quality (capture_id BIGINT CHECK (capture_id < 0), note VARCHAR)")
    twice = [*board()[:49], board()[0]]
    with pytest.raises(duckdb.Error, match="CHECK"):
        bring(con, api_answer(twice))
    for table in ("captures", "snapshots", "observations", "revisions"):
        assert con.execute(f"SELECT count(*) FROM {table}").fetchall() == [(0,)]


def test_not_modified_is_the_second_witness_of_what_was_held(
    con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer
) -> None:
    half = api_answer(board()[:20], 1)
    outcomes = bring(
        con, api_answer(board(), 0), half, api_answer([], 2, status=304), api_answer([], 3, status=304)
    )
    assert [o.verdict for o in outcomes] == ["ok", "partial", "ok", "unchanged"]
    assert outcomes[2].changes == {"left": 30}
    assert outcomes[3].snapshot_id == outcomes[2].capture_id
