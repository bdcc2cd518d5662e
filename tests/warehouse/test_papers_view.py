"""The view `papers`, and what it reads."""

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
