"""Keeping the words of papers for `broadsheet.warehouse.search`, in the transaction that changes the papers.

What is kept is a function of the papers as they are known now: indexing them one after the other, in whatever order,
and all of them at once, find the same.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from broadsheet.warehouse.queries import query
from broadsheet.warehouse.rows import bind, fetch, run_script

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_ONCE = 5_000
"""Papers whose words are gathered at once: bounds the memory."""

UNSORTED = 200_000
"""Rows of postings that may always stay unsorted: a search reads as many in a millisecond or two."""


def index_papers(con: "DuckDBPyConnection", papers: Sequence[str]) -> None:
    """Bring the index to what is known now of ``papers``; one that no list holds any more leaves it.

    Runs inside the caller's transaction.
    """
    for start in range(0, len(papers), AT_ONCE):
        some = bind({"papers": list(papers[start : start + AT_ONCE])})
        con.execute(query("search/gather_texts"), some)
        run_script(con, "search/index_gathered")
    unsorted, in_order = fetch(con, "search/unsorted_postings")[0]
    # A share of what is sorted: so each row is sorted a few times only, however many come in however small loads.
    if unsorted > max(UNSORTED, in_order // 8):
        run_script(con, "search/sort_postings")


def index_anew(con: "DuckDBPyConnection") -> None:
    """Index every paper from nothing: after a release that folds words otherwise. Runs inside the caller's
    transaction."""
    run_script(con, "search/forget")
    index_papers(con, [row[0] for row in fetch(con, "search/all_papers")])
