"""Documents: what the index keeps of a paper, made of all that lists told of it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import NamedTuple

import msgspec

from broadsheet.warehouse.spelling import stems

TITLE, ABSTRACT, SUMMARY, KEYWORDS = 1, 2, 4, 8
"""The parts of a paper's text, as bits of ``postings.places``."""
WEIGHTS = {TITLE: 3, ABSTRACT: 1, SUMMARY: 1, KEYWORDS: 2}
"""How much a word of each part counts."""


class Told(NamedTuple):
    """What one list told of a paper at one time: a row of ``search/told``. Times are as the tables hold them."""

    paper_id: str
    list_kind: str
    list_key: str
    captured_at: datetime
    title: str | None
    abstract: str | None
    ai_summary: str | None
    ai_keywords: list[str] | None
    organization: str | None
    authors: list[str] | None
    published_at: datetime | None


class Text(NamedTuple):
    """A text of a paper: where it is looked for, its line there, and the part of the paper that it is; 0: none that
    a hit is counted or named by."""

    field: str
    line: int
    written: str
    place: int = 0


class Line(NamedTuple):
    """The words of a text as the index keeps them, parted by spaces. Each counts ``weight``."""

    field: str
    line: int
    words: str
    weight: int
    place: int


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One paper: what a result shows of it, and its lines."""

    paper_id: str
    title: str | None
    organization: str | None
    published_at: datetime | None
    first_seen_at: datetime
    lists: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def length(self) -> int:
        """Its words, each counted with the weight of its part."""
        return sum(line.weight * (line.words.count(" ") + 1) for line in self.lines)

    @property
    def words_hash(self) -> int:
        """64 bits of all that is kept of it."""
        return int.from_bytes(hashlib.blake2b(msgspec.json.encode(self), digest_size=8).digest())


def newest(told: Sequence[Told]) -> Told:
    """Of each column what was told last; ``told`` is of one paper, the oldest first."""
    last = told[-1]
    for row in told[-2::-1]:
        last = Told._make(old if new is None else new for new, old in zip(last, row, strict=True))
    return last


def texts(paper: Told) -> Iterator[Text]:
    """All that search looks in, but for the names of lists."""
    keywords = paper.ai_keywords or ()
    parts = ((paper.title, TITLE), (paper.abstract, ABSTRACT), (paper.ai_summary, SUMMARY))
    for line, (written, place) in enumerate(chain(parts, ((keyword, KEYWORDS) for keyword in keywords)), 1):
        if written:
            yield Text("text", line, written, place)
    for line, keyword in enumerate(keywords, 1):
        yield Text("keyword", line, keyword)
    for line, name in enumerate(paper.authors or (), 1):
        yield Text("author", line, name)
    if paper.organization:
        yield Text("org", 1, paper.organization)


def document(told: Sequence[Told], words: Mapping[str, Sequence[str]]) -> Document:
    """What the index keeps of one paper.

    Args:
        told: all that was told of it, the oldest first.
        words: of each of its texts the words, folded.
    """
    paper = newest(told)
    kinds = {row.list_kind for row in told}
    lists = sorted({f"{row.list_kind}:{row.list_key}" if row.list_key else row.list_kind for row in told})
    return Document(
        paper_id=paper.paper_id,
        title=paper.title,
        organization=paper.organization,
        published_at=paper.published_at,
        first_seen_at=told[0].captured_at,
        lists=tuple(lists),
        lines=(
            *_lines(paper, words),
            Line("list", 1, " ".join(sorted(kinds.union(map(str.lower, lists)))), 0, 0),
        ),
    )


def _lines(paper: Told, words: Mapping[str, Sequence[str]]) -> Iterator[Line]:
    for text in texts(paper):
        found = words[text.written]
        if found:
            # Names of people and organisations keep their endings.
            kept = stems(found) if text.field in ("text", "keyword") else found
            yield Line(text.field, text.line, " ".join(kept), WEIGHTS.get(text.place, 0), text.place)
