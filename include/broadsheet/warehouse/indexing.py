"""Keeping the words of papers for `broadsheet.warehouse.search`, in the transaction that changes the papers.

What is kept is a function of the papers as they are known now: indexing them one after the other, in whatever order,
and all of them at once, find the same.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from broadsheet.warehouse.documents import Document, Told, document, newest, texts
from broadsheet.warehouse.queries import query
from broadsheet.warehouse.rows import encode, fetch, run_script
from broadsheet.warehouse.segments import WORDS, leave, make_views
from broadsheet.warehouse.spelling import folded_words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_ONCE = 1_000
"""Papers whose words are gathered at once: bounds the memory."""

UNSORTED = 200_000
"""Rows of open postings that may always stay unsorted: a search reads as many in a millisecond or two."""


def index_papers(con: "DuckDBPyConnection", papers: Sequence[str]) -> None:
    """Bring the index to what is known now of ``papers``; one that no list holds any more leaves it.

    Runs inside the caller's transaction.
    """
    for start in range(0, len(papers), AT_ONCE):
        _bring(con, list(papers[start : start + AT_ONCE]))
    unsorted, in_order = fetch(con, "search/unsorted_postings")[0]
    # A share of what is sorted: so each row is sorted three times at most on average, however small the loads.
    if unsorted > max(UNSORTED, in_order // 2):
        run_script(con, "search/sort_postings")


def index_anew(con: "DuckDBPyConnection") -> None:
    """Index every paper from nothing: after a release that folds words otherwise. Runs inside the caller's
    transaction."""
    run_script(con, "search/forget")
    leave(con, [WORDS])
    make_views(con)
    index_papers(con, [row[0] for row in fetch(con, "search/all_papers")])


def _bring(con: "DuckDBPyConnection", papers: list[str]) -> None:
    known = {found.paper_id: found for found in _documents(con, papers)}
    stored = dict(fetch(con, "search/stored", papers=papers))
    changed = [found for paper, found in known.items() if found.words_hash != stored.get(paper)]
    left = [paper for paper in stored if paper not in known] + [
        found.paper_id for found in changed if found.paper_id in stored
    ]
    if left:
        fetch(con, "search/leave", papers=left)
    if changed:
        _add(con, changed)


def _documents(con: "DuckDBPyConnection", papers: list[str]) -> Iterator[Document]:
    told: dict[str, list[Told]] = defaultdict(list)
    for row in map(Told._make, fetch(con, "search/told", papers=papers)):
        told[row.paper_id].append(row)
    written = {text.written for rows in told.values() for text in texts(newest(rows))}
    words = folded_words(con, written)
    return (document(told[paper], words) for paper in sorted(told))


def _add(con: "DuckDBPyConnection", documents: Sequence[Document]) -> None:
    first = fetch(con, "search/take_numbers", count=len(documents))[0][0] - len(documents)
    numbered = list(enumerate(documents, first))
    con.execute(query("search/add_documents"), {"documents": encode([_row(n, d) for n, d in numbered])})
    lines = [line._asdict() | {"document": number} for number, d in numbered for line in d.lines]
    con.execute(query("search/add_postings"), {"lines": encode(lines)})
    con.execute(query("search/add_terms"), {"first": first})


def _row(number: int, found: Document) -> dict[str, Any]:
    kept = msgspec.structs.asdict(found)
    del kept["lines"]
    return kept | {"document": number, "length": found.length, "words_hash": found.words_hash}
