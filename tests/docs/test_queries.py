"""Every query that the documentation shows outside of the cookbook can be asked."""

import re
from pathlib import Path

import pytest

from broadsheet.commands.closed import asked, open_closed
from docs.pages import PAGES, blocks
from docs.recipes import COOKBOOK, SECONDS

CALLED = re.compile(r"broadsheet sql \"([^\"…]+)\"")
QUERIES = [
    (page.name, query)
    for page in PAGES
    for query in (
        *CALLED.findall(page.read_text(encoding="utf-8")),
        *(
            one
            for block in blocks(page, "sql")
            if page != COOKBOOK
            for one in block.split(";")
            if one.strip()
        ),
    )
]


@pytest.mark.parametrize(("page", "query"), QUERIES, ids=lambda text: text[:50])
def test_a_query_can_be_asked(page: str, query: str, published: Path) -> None:
    with open_closed(published) as con, asked(con, query, SECONDS) as answer:
        answer.fetchall()


def test_queries_are_found_at_all() -> None:
    assert len(QUERIES) >= 10
