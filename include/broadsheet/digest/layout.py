"""How much of a digest is shown: which papers in full, which in a line, and how long their summaries are.

Everything a mail says is decided here, before any form is rendered, so that all forms say the same.
"""

from collections.abc import Sequence
from enum import IntEnum

import msgspec

from broadsheet.digest.edition import Digest, Edition, Item, Section, SectionName
from broadsheet.digest.text import opening

TOLD_IN_FULL = frozenset({SectionName.NEW, SectionName.BACK, SectionName.RISING})
ON_TOP = 5
"""How many papers of each list a quiet digest names."""


class Measure(msgspec.Struct, frozen=True):
    """How much there is room for: characters of a summary, papers in full, papers in a line, papers still here,
    editions."""

    summary: int
    full: int
    lines: int
    still_here: int
    editions: int = 50


MEASURES = (
    Measure(380, 30, 200, 15),
    Measure(300, 30, 200, 15),
    Measure(200, 30, 200, 15),
    Measure(140, 30, 150, 15),
    Measure(140, 20, 120, 15),
    Measure(140, 12, 100, 10),
    Measure(140, 6, 50, 5),
    Measure(100, 3, 20, 3),
    Measure(100, 1, 8, 2, editions=10),
    Measure(100, 0, 0, 0, editions=1),
)
"""From roomy to tight: the longest things are shortened first, summaries before papers, papers before lists."""


class Form(IntEnum):
    """How one paper is shown."""

    OMITTED = 0
    LINE = 1
    FULL = 2


class Piece(msgspec.Struct, frozen=True):
    """One paper as it is shown. ``summary`` is None in a line and where nothing is known."""

    item: Item
    full: bool
    by_ai: bool = False
    summary: str | None = None


class Column(msgspec.Struct, frozen=True):
    """One section as it is shown; ``omitted`` papers of it are not. ``on_top`` of a quiet digest."""

    name: SectionName
    pieces: tuple[Piece, ...]
    omitted: int
    on_top: bool = False


class Story(msgspec.Struct, frozen=True):
    """One edition as it is shown; empty sections are left out, and of a quiet edition beside others all are."""

    edition: Edition
    columns: tuple[Column, ...]


class Layout(msgspec.Struct, frozen=True):
    """A digest as it is shown; ``omitted`` editions of it are not."""

    digest: Digest
    stories: tuple[Story, ...]
    omitted: int = 0


class Room:
    """What is left of a measure while papers are laid out one after the other.

    A paper told in full once is a line in later editions. No more than ``most`` papers are shown in all.
    """

    def __init__(self, measure: Measure, most: int | None) -> None:
        self._full = measure.full
        self._lines = measure.lines
        self._still_here = measure.still_here
        self._most = measure.full + measure.lines if most is None else most
        self._told: set[str] = set()

    def allot(self, name: SectionName, paper_ids: Sequence[str]) -> list[Form]:
        """How each paper of the next section is shown; those beyond the list's end are left out."""
        if name not in TOLD_IN_FULL:
            return self.allot_lines(name, len(paper_ids))
        if len(paper_ids) <= min(self._full, self._most) and self._told.isdisjoint(paper_ids):
            return self._allot_all_in_full(paper_ids)
        return [self._allot_one(paper_id) for paper_id in paper_ids]

    def allot_lines(self, name: SectionName, papers: int) -> list[Form]:
        """The same for a section whose papers are lines."""
        return self._allot_lines(papers, self._still_here if name is SectionName.STILL_HERE else papers)

    def allot_on_top(self, papers: int) -> list[Form]:
        """The same for what stands on top of a list in a quiet digest."""
        return self._allot_lines(papers, ON_TOP)

    def _allot_lines(self, papers: int, most: int) -> list[Form]:
        shown = min(papers, self._lines, self._most, most)
        self._lines -= shown
        self._most -= shown
        return [Form.LINE] * shown

    def _allot_all_in_full(self, paper_ids: Sequence[str]) -> list[Form]:
        self._told.update(paper_ids)
        self._full -= len(paper_ids)
        self._most -= len(paper_ids)
        return [Form.FULL] * len(paper_ids)

    def _allot_one(self, paper_id: str) -> Form:
        if self._most <= 0:
            return Form.OMITTED
        if self._full > 0 and paper_id not in self._told:
            self._full -= 1
            self._told.add(paper_id)
            form = Form.FULL
        elif self._lines > 0:
            self._lines -= 1
            form = Form.LINE
        else:
            return Form.OMITTED
        self._most -= 1
        return form


def lay_out(digest: Digest, measure: Measure, most: int | None = None) -> Layout:
    """Give each paper its room, in reading order. A quiet digest tells what stands on top of each list."""
    room = Room(measure, most)
    stories = tuple(
        Story(edition, _columns(edition, room, measure, quiet=digest.quiet))
        for edition in digest.editions[: measure.editions]
    )
    return Layout(digest, stories, len(digest.editions) - len(stories))


def piece(item: Item, form: Form, most_summary: int) -> Piece:
    """A paper that is shown, in full with at most that many characters of summary."""
    if form is Form.LINE:
        return Piece(item, full=False)
    text = item.ai_summary or item.abstract
    summary = opening(text, most_summary) if text else None
    return Piece(item, full=True, by_ai=bool(item.ai_summary), summary=summary)


def _columns(edition: Edition, room: Room, measure: Measure, *, quiet: bool) -> tuple[Column, ...]:
    if quiet:
        items = edition.items(SectionName.STILL_HERE)
        section = Section(SectionName.STILL_HERE, items)
        return (_column(section, room.allot_on_top(len(items)), measure, on_top=True),) if items else ()
    if edition.quiet:
        return ()
    return tuple(
        _column(section, room.allot(section.name, [item.paper_id for item in section.items]), measure)
        for section in edition.sections
        if section.items
    )


def _column(section: Section, forms: list[Form], measure: Measure, *, on_top: bool = False) -> Column:
    shown = tuple(
        piece(item, form, measure.summary) for item, form in zip(section.items, forms, strict=False) if form
    )
    return Column(section.name, shown, len(section.items) - len(shown), on_top)
