"""What a search finds, as its page shows it."""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from broadsheet.digest.text import clean
from broadsheet.model import ListId, parse_list_id
from broadsheet.warehouse.question import Item
from broadsheet.warehouse.rows import Record
from broadsheet.warehouse.search import Found, Hit, search
from broadsheet.web.marking import Marker, Part
from broadsheet.web.published import Reading
from broadsheet.web.questions import ask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_EXCERPT = 320
MOST_NAMES = 4
MOST_KEYWORDS = 8
MOST_LISTS = 3
MOST_ADVICE = 4
"""How much of each is shown."""
_FILTERS = frozenset({"list", "since", "until"})


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that was found, its texts in pieces, those looked for told apart.

    ``authors`` are the first, ``others`` says how many more there are; ``lists`` are the first it was on,
    ``more_lists`` says how many more. ``summary`` is the hub's where ``by_ai``, else of the abstract.
    """

    hit: Hit
    title: list[Part]
    organization: list[Part]
    authors: list[list[Part]]
    others: int
    summary: list[Part]
    by_ai: bool
    keywords: list[tuple[str, list[Part]]]
    lists: tuple[ListId, ...]
    more_lists: int


class Alone(msgspec.Struct, frozen=True):
    """One part of a question, in the language of the search, and how many papers it finds by itself."""

    text: str
    total: int


def findings(con: "DuckDBPyConnection", found: Found) -> list[Finding]:
    """The hits of a page with all that is shown of them, in order."""
    ids = [hit.paper_id for hit in found.hits]
    texts = {row["paper_id"]: _Texts(row) for row in ask(con, "search/texts", papers=ids)}
    marker = Marker(con, found.items, chain.from_iterable(each.every() for each in texts.values()))
    return [_finding(hit, texts[hit.paper_id], marker) for hit in found.hits]


def each_alone(reading: Reading, found: Found) -> list[Alone]:
    """How many papers each of the first things looked for finds by itself; none for a single one."""
    wanted = [item for item in found.items if not item.excluded and item.ignored is None]
    if len(wanted) == 1:
        return []
    texts = [_written(item) for item in wanted if item.field not in _FILTERS]
    return [
        Alone(text, search(reading.con, text, limit=0, words=reading.words).total)
        for text in texts[:MOST_ADVICE]
    ]


def _written(item: Item) -> str:
    """An item in the language of the search."""
    name = "" if item.field == "text" else f"{item.field}:"
    sought = f'"{item.sought}"' if " " in item.sought else item.sought
    return f"{name}{sought}{'*' * item.prefix}"


class _Texts:
    """What of a paper's record is shown, cleaned."""

    def __init__(self, record: Record) -> None:
        self.title = clean(record["title"] or record["paper_id"], 300)
        self.organization = clean(record["organization"] or "", 80)
        self.authors = [clean(name, 80) for name in record["authors"] or ()]
        self.num_authors = max(record["num_authors"] or 0, len(self.authors))
        self.ai_summary = clean(record["ai_summary"] or "")
        self.abstract = clean(record["abstract"] or "")
        self.keywords = [clean(name, 80) for name in record["ai_keywords"] or ()][:MOST_KEYWORDS]

    def every(self) -> Iterator[str]:
        yield from (self.title, self.organization, self.ai_summary, self.abstract)
        yield from self.authors
        yield from self.keywords


def _finding(hit: Hit, texts: _Texts, marker: Marker) -> Finding:
    by_ai = bool(texts.ai_summary) and (marker.finds(texts.ai_summary) or not marker.finds(texts.abstract))
    shown = [
        name for place, name in enumerate(texts.authors) if place < MOST_NAMES or marker.finds(name, "author")
    ]
    return Finding(
        hit=hit,
        title=marker.parts(texts.title),
        organization=marker.parts(texts.organization, "org"),
        authors=[marker.parts(name, "author") for name in shown],
        others=texts.num_authors - len(shown),
        summary=marker.excerpt(texts.ai_summary if by_ai else texts.abstract, MOST_EXCERPT),
        by_ai=by_ai,
        keywords=[(name, marker.parts(name, "keyword", "text")) for name in texts.keywords],
        lists=tuple(map(parse_list_id, hit.lists[:MOST_LISTS])),
        more_lists=max(0, len(hit.lists) - MOST_LISTS),
    )
