"""Searching the published warehouse: what is found, page by page, and how the question was understood.

What is found, and in which order, is the macro ``search_papers``'s to say. Planning it takes DuckDB longer than
answering, so a reader that stays hands over the words it keeps in memory: they find the same.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.warehouse.question import DATES, Item, is_plain_date, read_question
from broadsheet.warehouse.reading import records
from broadsheet.warehouse.rows import Record
from broadsheet.warehouse.store import WarehouseError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from broadsheet.warehouse.weighing import Best, Weigher
    from broadsheet.warehouse.words import Words

MOST_HITS = 1000
"""How many hits may be asked for at once."""
MOST_TERMS = 40
"""How many words of the index are read one by one: what a short beginning stands for, the macro reads at once."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that was found. ``rank`` counts from 1 over all hits; ``matched`` tells each word and where it stands:
    ``world: title, abstract``. ``score`` is 0 where only filters were asked for. ``lists`` are all that it was ever
    on, ``upvotes`` what was last told of it. Times are aware, in UTC."""

    rank: int
    paper_id: str
    title: str | None
    score: float
    matched: tuple[str, ...]
    organization: str | None
    published_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    upvotes: int | None
    lists: tuple[str, ...]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The hits of one page in order, how many there are in all, and how the question was understood.

    ``explanation`` says the latter in words, a sentence each; empty for an empty question.
    """

    total: int
    hits: tuple[Hit, ...]
    items: tuple[Item, ...]
    explanation: tuple[str, ...]


def search(
    con: "DuckDBPyConnection", text: str, *, limit: int = 20, offset: int = 0, words: "Words | None" = None
) -> Found:
    """Look for papers. Any text may be asked; docs/search.md tells how it is read.

    Args:
        con: the published warehouse, or any connection to a warehouse of today's schema.
        text: what somebody wrote.
        limit: hits wanted, 0 to MOST_HITS; 0 only counts.
        offset: hits to pass over.
        words: those of the publication that ``con`` is to, where more than one question is asked of it.

    Raises:
        ValueError: ``limit`` or ``offset`` is out of range.
        WarehouseError: the file was written by a Broadsheet that could not search yet.
    """
    import duckdb

    if not 0 <= limit <= MOST_HITS or offset < 0:
        raise ValueError(f"ask for 0 to {MOST_HITS} hits from an offset of 0 or more")
    try:
        items = _understood(con, text)
        weigher = _weigher(con, words, items)
        if weigher is None:
            total, hits = _by_macro(con, text, limit, offset)
        else:
            total, hits = _by_words(con, weigher.best(limit, offset), offset)
    except duckdb.CatalogException as error:
        raise WarehouseError(
            "what is published comes from an older Broadsheet and cannot be searched yet: run "
            "`broadsheet poll trending`, which brings it up to date"
        ) from error
    return Found(total=total, hits=hits, items=items, explanation=tuple(_sentences(items)))


def _understood(con: "DuckDBPyConnection", text: str) -> tuple[Item, ...]:
    read = read_question(text)
    if read is not None:
        return read
    return tuple(msgspec.convert(row, Item) for row in records(con, "search/items", question=text))


def _weigher(con: "DuckDBPyConnection", words: "Words | None", items: Sequence[Item]) -> "Weigher | None":
    """Who answers from memory; None: the macro is to answer."""
    if words is None or not all(map(_is_plain, items)):
        return None
    from broadsheet.warehouse.weighing import Weigher

    weigher = Weigher(con, words, items)
    return weigher if weigher.terms <= MOST_TERMS else None


def _is_plain(item: Item) -> bool:
    """Whether all that counts of an item stands in it: of a date written otherwise only the macro knows the day."""
    return item.field not in DATES or item.ignored is not None or is_plain_date(item.sought)


def _by_macro(con: "DuckDBPyConnection", text: str, limit: int, offset: int) -> tuple[int, tuple[Hit, ...]]:
    rows = records(con, "search/page", question=text, limit=limit, offset=offset)
    total = rows[0]["total"] if rows else records(con, "search/total", question=text)[0]["total"]
    return total, _hits(con, rows)


def _by_words(con: "DuckDBPyConnection", best: "Best", offset: int) -> tuple[int, tuple[Hit, ...]]:
    shown = records(con, "search/hits", documents=best.documents) if best.documents else []
    rows = {row["document"]: row for row in shown}
    found = zip(best.documents, best.scores, best.matched, strict=True)
    return best.total, _hits(
        con,
        [
            rows[document] | {"rank": rank, "score": score, "matched": matched}
            for rank, (document, score, matched) in enumerate(found, offset + 1)
        ],
    )


def _hits(con: "DuckDBPyConnection", rows: Sequence[Record]) -> tuple[Hit, ...]:
    """The hits, with what each paper last stood at."""
    papers = [row["paper_id"] for row in rows]
    seen = {row["paper_id"]: row for row in records(con, "search/last_seen", papers=papers)} if papers else {}
    return tuple(msgspec.convert(row | seen[row["paper_id"]], Hit) for row in rows)


def _sentences(items: Sequence[Item]) -> Iterator[str]:
    used = [item for item in items if item.ignored is None]
    for excluded, opening in ((False, "Papers with"), (True, "Without")):
        named = [_named(item) for item in used if item.excluded is excluded and item.field in _PLACES]
        if named:
            yield f"{opening} {_joined(named, 'or' if excluded else 'and')}."
    for item in used:
        if item.field not in _PLACES:
            yield f"{_FILTERS[item.field, item.excluded]} {item.sought}{'…' * item.prefix}."
    if used and all(item.excluded for item in used):
        yield "Nothing is looked for: write at least one word that is wanted."
    for item in items:
        if item.ignored is not None:
            yield f"Left out: {item.sought or item.field + ':'} ({item.ignored})."


def _named(item: Item) -> str:
    """``“world model” as a phrase``, ``words that begin with “robot”``, ``“nvidia” in the organisation's name``."""
    words = f"“{item.sought}{'…' * item.prefix}”"
    if item.prefix and len(item.words) == 1:
        words = f"a word that begins with “{item.sought}”"
    elif len(item.words) > 1 and item.field == "text":
        words = f"the phrase {words}"
    return f"{words}{_PLACES[item.field]}"


def _joined(parts: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


_PLACES = {
    "text": "",
    "author": " in one author's name",
    "org": " in the organisation's name",
    "keyword": " in one AI keyword",
}
_FILTERS = {
    ("list", False): "Only papers that were on the list",
    ("list", True): "No papers that were on the list",
    ("since", False): "Published since",
    ("until", False): "Published until the end of",
}
