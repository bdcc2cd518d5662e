"""What an answer holds, page by page; and that nothing a person may write goes without one."""

from collections.abc import Callable
from datetime import UTC, datetime

import duckdb
import pytest

from broadsheet.warehouse.search import MOST_HITS, Found, search


def test_a_hit_tells_what_a_list_of_results_needs(
    papers: duckdb.DuckDBPyConnection, ask: Callable[..., Found]
) -> None:
    first, second = ask(papers, "world model").hits
    assert (first.rank, second.rank) == (1, 2)
    assert first.score > second.score > 0
    assert first.title == "World Models for Robots"
    assert first.matched == (
        "world: title, abstract, AI summary, AI keywords",
        "model: title, abstract, AI summary, AI keywords",
    )
    assert second.matched == ("world: title", "model: title")
    assert first.organization == "NVIDIA Research"
    assert first.published_at == datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    assert first.first_seen_at == first.last_seen_at == datetime(2026, 11, 2, 6, tzinfo=UTC)
    (both,) = ask(papers, "diffusion").hits
    assert both.lists == ("daily:2026-11-02", "trending")
    assert both.last_seen_at == datetime(2026, 11, 2, 8, tzinfo=UTC)


def test_pages_follow_each_other(papers: duckdb.DuckDBPyConnection, ask: Callable[..., Found]) -> None:
    whole = ask(papers, "list:trending", limit=MOST_HITS)
    pages = [ask(papers, "list:trending", limit=20, offset=offset) for offset in (0, 20, 40, 60)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {page.total for page in pages} == {whole.total} == {50}
    assert ask(papers, "list:trending", limit=0).total == 50
    with pytest.raises(ValueError, match="0 to 1000"):
        ask(papers, "x", limit=MOST_HITS + 1)


def test_plain_sql_finds_the_same(papers: duckdb.DuckDBPyConnection) -> None:
    rows = papers.execute("SELECT paper_id, score FROM search_papers('model world')").fetchall()
    assert rows == [(hit.paper_id, hit.score) for hit in search(papers, "model world").hits]
    joined = papers.execute("FROM search_papers('diffusion') JOIN trending_now USING (paper_id)").fetchall()
    assert len(joined) == 1


NASTY = [
    '"',
    '"""',
    'world "unbalanced',
    ":::",
    "author:",
    "list:",
    'list:""',
    "since:9999-99-99",
    "since:0000",
    "until:9999-12-31",
    "since:294247",
    "*",
    "-*",
    '-"',
    "a" * 10_000,
    "a " * 10_000,
    "扩" * 10_000,
    '"' + "a " * 10_000,
    "\0",
    "world\0model",
    "'; DROP TABLE papers; --",
    "$1 ? {} %s \\ \\d (",
    'author:"c++ c# (.*) [a"',
    "\u202eworld",
    "\ud7ff\U0010ffff",
    "0" * 400,
]


@pytest.mark.parametrize("question", NASTY)
def test_garbage_is_answered(
    papers: duckdb.DuckDBPyConnection, ask: Callable[..., Found], question: str
) -> None:
    answer = ask(papers, question)
    assert answer.total >= len(answer.hits)
