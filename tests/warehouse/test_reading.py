"""Questions a person asks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import duckdb
import pytest

from broadsheet.model import Capture, parse_list_id
from broadsheet.warehouse import reading
from broadsheet.warehouse.load import Arrival, load

Board = Callable[..., list[dict[str, Any]]]
Answer = Callable[..., Capture]
TRENDING = parse_list_id("trending")


@pytest.fixture
def three_days(con: duckdb.DuckDBPyConnection, board: Board, api_answer: Answer) -> list[Capture]:
    captures = [api_answer(board(f"2611.0000{day}"), 24 * day) for day in range(3)]
    load(con, [Arrival(capture=capture) for capture in captures])
    return captures


def test_a_list_as_it_stood(con: duckdb.DuckDBPyConnection, three_days: list[Capture]) -> None:
    monday = three_days[0].captured_at
    assert reading.list_as_of(con, TRENDING, monday - timedelta(seconds=1)) == []
    for day, hours in ((0, 0), (0, 23), (1, 24), (2, 500)):
        rows = reading.list_as_of(con, TRENDING, monday + timedelta(hours=hours))
        assert [row["rank"] for row in rows] == list(range(1, 51))
        assert rows[0]["paper_id"] == f"2611.0000{day}"
        assert rows[0]["captured_at"] == three_days[day].captured_at


def test_changes_since(con: duckdb.DuckDBPyConnection, three_days: list[Capture]) -> None:
    found = reading.changes_since(con, TRENDING, three_days[1].captured_at, None)
    assert [(row["paper_id"], row["change"], row["title"]) for row in found] == [
        ("2611.00002", "entered", "On 2611.00002"),
        ("2611.00001", "left", "On 2611.00001"),
    ]


def test_changes_between_skip_what_came_and_went(
    con: duckdb.DuckDBPyConnection, three_days: list[Capture]
) -> None:
    between = reading.changes_between(con, TRENDING, three_days[0].captured_at, three_days[2].captured_at)
    assert [(c.paper_id, c.change) for c in between.changes] == [
        ("2611.00002", "entered"),
        ("2611.00000", "left"),
    ]


def test_all_of_a_paper(con: duckdb.DuckDBPyConnection, three_days: list[Capture]) -> None:
    record = reading.paper(con, "2611.00001v3")
    assert record["title"] == "On 2611.00001"
    assert [(row["list_kind"], row["rank"]) for row in record["history"]] == [("trending", 1)]
    assert [row["event"] for row in record["timeline"]] == ["entered", "left"]
    with pytest.raises(reading.NotFoundError, match="no paper"):
        reading.paper(con, "9999.99999")


def test_all_of_a_capture(con: duckdb.DuckDBPyConnection, three_days: list[Capture]) -> None:
    record = reading.capture(con, three_days[1].capture_id)
    assert record["verdict"] == "ok"
    assert record["changes"] == {"entered": 1, "left": 1}
    assert record["previous_snapshot"]["snapshot_id"] == three_days[0].capture_id
    with pytest.raises(reading.NotFoundError, match="no capture 1 "):
        reading.capture(con, 1)


def test_a_paper_that_was_never_believed_is_not_counted(
    con: duckdb.DuckDBPyConnection, three_days: list[Capture], board: Board, api_answer: Answer
) -> None:
    load(con, [Arrival(capture=api_answer(board("2611.00009")[:20], 100))])
    newest = con.execute("SELECT verdict FROM captures ORDER BY captured_at DESC LIMIT 1").fetchone()
    assert newest == ("partial",)
    assert reading.totals(con)["papers"] == con.execute("SELECT count(*) FROM papers").fetchall()[0][0]


def test_views_answer(
    con: duckdb.DuckDBPyConnection, three_days: list[Capture], board: Board, api_answer: Answer
) -> None:
    load(con, [Arrival(capture=api_answer(board("2611.00000"), 100))])
    now = con.execute(
        "SELECT rank, previous_rank, paper_id, on_list_since FROM trending_now LIMIT 1"
    ).fetchall()
    back = (three_days[0].captured_at + timedelta(hours=100)).replace(tzinfo=None)
    assert now == [(1, None, "2611.00000", back)]
    comebacks = con.execute("SELECT paper_id, away, rank_when_left FROM comebacks").fetchall()
    assert comebacks == [("2611.00000", timedelta(hours=76), 1)]
    assert con.execute("SELECT count(*) FROM newcomers").fetchall() == [(2,)]
    runs = con.execute("SELECT snapshots FROM longest_runs WHERE paper_id = '2611.00000'").fetchall()
    assert runs == [(1,), (1,)]
    assert con.execute("SELECT last_verdict, captures FROM source_health").fetchall() == [("ok", 4)]
    assert con.execute("SELECT len(paper_ids) FROM boards").fetchall() == [(50,)] * 4
