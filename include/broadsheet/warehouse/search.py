"""Searching the published warehouse. What is found, and in which order, is the macro ``search_papers``'s to say;
this reads it page by page, and tells how the question was understood."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.warehouse.reading import records
from broadsheet.warehouse.store import WarehouseError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_HITS = 1000
"""How many hits may be asked for at once."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look for, as the question was understood.

    ``field`` is text, author, org or keyword, or one of the filters list, since and until. ``sought`` is as it was
    written, ``words`` as they are looked for: folded, with ``prefix`` the last of them is a beginning. ``ignored``
    says why it is left out; None: it counts.
    """

    field: str
    sought: str
    words: tuple[str, ...]
    prefix: bool
    excluded: bool
    ignored: str | None


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


def search(con: "DuckDBPyConnection", text: str, *, limit: int = 20, offset: int = 0) -> Found:
    """Look for papers. Any text may be asked; docs/search.md tells how it is read.

    Args:
        con: the published warehouse, or any connection to a warehouse of today's schema.
        text: what somebody wrote.
        limit: hits wanted, 0 to MOST_HITS; 0 only counts.
        offset: hits to pass over.

    Raises:
        ValueError: ``limit`` or ``offset`` is out of range.
        WarehouseError: the file was written by a Broadsheet that could not search yet.
    """
    import duckdb

    if not 0 <= limit <= MOST_HITS or offset < 0:
        raise ValueError(f"ask for 0 to {MOST_HITS} hits from an offset of 0 or more")
    try:
        items = tuple(msgspec.convert(row, Item) for row in records(con, "search/items", question=text))
        rows = records(con, "search/page", question=text, limit=limit, offset=offset)
        total = rows[0]["total"] if rows else records(con, "search/total", question=text)[0]["total"]
    except duckdb.CatalogException as error:
        raise WarehouseError(
            "what is published comes from an older Broadsheet and cannot be searched yet: run "
            "`broadsheet poll trending`, which brings it up to date"
        ) from error
    return Found(
        total=total,
        hits=tuple(msgspec.convert(row, Hit) for row in rows),
        items=items,
        explanation=tuple(_sentences(items)),
    )


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
