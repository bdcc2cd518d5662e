"""How much of a digest is shown: which papers in full, which in a line, and how long their summaries are.

Everything a mail says is decided here, before any form is rendered, so that all forms say the same.
"""

from collections.abc import Iterator

import msgspec

from broadsheet.digest.edition import Digest, Edition, Item, Section, SectionName
from broadsheet.digest.text import opening

TOLD_IN_FULL = frozenset({SectionName.NEW, SectionName.BACK, SectionName.RISING})


class Measure(msgspec.Struct, frozen=True):
    """How much there is room for: characters of a summary, papers in full, papers in a line, papers still here."""

    summary: int
    full: int
    lines: int
    still_here: int


MEASURES = (
    Measure(380, 30, 200, 15),
    Measure(300, 30, 200, 15),
    Measure(200, 30, 200, 15),
    Measure(140, 30, 150, 15),
    Measure(140, 20, 120, 15),
    Measure(140, 12, 100, 10),
    Measure(140, 6, 50, 5),
    Measure(100, 3, 20, 3),
)
"""From roomy to tight: the longest things are shortened first, summaries before papers."""


class Piece(msgspec.Struct, frozen=True):
    """One paper as it is shown. ``summary`` is None in a line and where nothing is known."""

    item: Item
    full: bool
    by_ai: bool = False
    summary: str | None = None


class Column(msgspec.Struct, frozen=True):
    """One section as it is shown; ``omitted`` papers of it are not."""

    name: SectionName
    pieces: tuple[Piece, ...]
    omitted: int


class Story(msgspec.Struct, frozen=True):
    """One edition as it is shown; empty sections are left out, and of a quiet edition all are."""

    edition: Edition
    columns: tuple[Column, ...]


class Layout(msgspec.Struct, frozen=True):
    """A digest as it is shown."""

    digest: Digest
    stories: tuple[Story, ...]


def lay_out(digest: Digest, measure: Measure) -> Layout:
    """Give each paper its room, in reading order. A paper told in full once is a line in later editions."""
    room = _Room(measure)
    return Layout(
        digest,
        tuple(
            Story(
                edition,
                tuple(
                    room.column(section)
                    for section in edition.sections
                    if section.items and not edition.quiet
                ),
            )
            for edition in digest.editions
        ),
    )


class _Room:
    """What is left of a measure while pieces are laid out one after the other."""

    def __init__(self, measure: Measure) -> None:
        self._summary = measure.summary
        self._full = measure.full
        self._lines = measure.lines
        self._still_here = measure.still_here
        self._told: set[str] = set()

    def column(self, section: Section) -> Column:
        pieces = tuple(self._pieces(section))
        return Column(section.name, pieces, len(section.items) - len(pieces))

    def _pieces(self, section: Section) -> Iterator[Piece]:
        still_here = self._still_here
        for item in section.items:
            if section.name in TOLD_IN_FULL and self._full > 0 and item.paper_id not in self._told:
                self._full -= 1
                self._told.add(item.paper_id)
                text = item.ai_summary or item.abstract
                summary = opening(text, self._summary) if text else None
                yield Piece(item, full=True, by_ai=bool(item.ai_summary), summary=summary)
            elif self._lines > 0 and (section.name is not SectionName.STILL_HERE or still_here > 0):
                self._lines -= 1
                still_here -= section.name is SectionName.STILL_HERE
                yield Piece(item, full=False)
