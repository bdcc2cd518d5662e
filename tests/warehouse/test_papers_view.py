"""The views of papers, and what they read."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest

from broadsheet.model import Capture
from broadsheet.warehouse.load import Arrival, load


def scans(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each table that a plan reads, with the filters that it reads it by."""
    info = node["extra_info"]
    if "Table" in info:
        yield info["Table"].rpartition(".")[2], str(info.get("Filters", ""))
    for child in node["children"]:
        yield from scans(child)


@pytest.mark.parametrize(
    ("view", "tables"),
    [
        ("papers_told", {"open_showings", "open_revisions"}),
        ("papers", {"open_showings", "open_revisions", "open_observations"}),
    ],
)
def test_a_question_about_one_paper_reads_of_that_one_only(
    con: duckdb.DuckDBPyConnection,
    board: Callable[..., list[dict[str, Any]]],
    api_answer: Callable[..., Capture],
    view: str,
    tables: set[str],
) -> None:
    load(con, [Arrival(capture=api_answer(board("2611.00001")))])
    _, plan = con.execute(f"EXPLAIN (FORMAT json) FROM {view} WHERE paper_id = '2611.00001'").fetchone()
    read = list(scans(json.loads(plan)[0]))
    assert {table for table, filters in read if "paper_id='2611.00001'" in filters} == tables


@pytest.fixture
def two_papers(
    con: duckdb.DuckDBPyConnection,
    board: Callable[..., list[dict[str, Any]]],
    api_answer: Callable[..., Capture],
) -> duckdb.DuckDBPyConnection:
    load(con, [Arrival(capture=api_answer(board("2611.00001", "2611.00002")))])
    return con


@pytest.mark.parametrize("view", ["papers_told", "papers"])
def test_some_papers_are_told_as_all_of_them_are(two_papers: duckdb.DuckDBPyConnection, view: str) -> None:
    asked = ["2611.00002", "2611.99999"]
    some = two_papers.execute(f"FROM {view}_of(?)", [asked])
    names, rows = some.description, some.fetchall()
    every = two_papers.execute(f"FROM {view} WHERE list_contains(?, paper_id)", [asked])
    assert (names, rows) == (every.description, every.fetchall())
    assert len(rows) == 1


@pytest.mark.parametrize(
    "question",
    [
        "list_as_of('trending', '', TIMESTAMP '2026-11-20')",
        "newcomers",
        "movers",
        "comebacks",
        "longest_runs",
        "daily_leaderboard",
    ],
)
def test_titles_are_told_without_reading_texts(con: duckdb.DuckDBPyConnection, question: str) -> None:
    _, plan = con.execute(f"EXPLAIN (FORMAT json) FROM {question}").fetchone()
    tables = {table for table, _ in scans(json.loads(plan)[0])}
    assert "search_documents" in tables
    assert "open_revisions" not in tables
