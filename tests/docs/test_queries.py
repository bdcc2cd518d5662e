"""Every query that the documentation shows outside of the cookbook can be asked."""

import re
from pathlib import Path

import duckdb
import pytest

from broadsheet.commands.closed import asked, open_closed
from docs.pages import PAGES, blocks
from docs.recipes import COOKBOOK, SECONDS

CALLED = re.compile(r"broadsheet sql \"([^\"…]+)\"")
STATEMENTS = [
    (page, statement.query)
    for page in PAGES
    if page != COOKBOOK
    for block in blocks(page, "sql")
    for statement in duckdb.extract_statements(block)
]
QUERIES = [(page, query) for page in PAGES for query in CALLED.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("page", "query"), STATEMENTS + QUERIES, ids=lambda each: getattr(each, "name", "asks")
)
def test_a_query_can_be_asked(page: Path, query: str, published: Path) -> None:
    with open_closed(published) as con, asked(con, query, SECONDS) as answer:
        answer.fetchall()


def test_queries_are_found_at_all() -> None:
    assert len(STATEMENTS) >= 5
    assert len(QUERIES) >= 3
