"""Setting a run's digests: each part rendered once, however many readers it goes to.

A press gives what `render` gives for the same papers without making a digest for every reader: what depends on a
paper, a zone or a sentence is rendered when it is first needed, and a reader's digest is a row of numbers.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from broadsheet.digest import manuscript
from broadsheet.digest.casting import TypeCase
from broadsheet.digest.desk import NAMES, Desk, Row, Take
from broadsheet.digest.forme import OWN_SLOT, TOP_SLOT, Fragments, Selection
from broadsheet.digest.layout import MEASURES, TOLD_IN_FULL
from broadsheet.digest.lookup import Lookup
from broadsheet.digest.picking import Picked
from broadsheet.digest.render import most_content_bytes
from broadsheet.digest.stock import Stock

REMEMBERED = 4096
"""How many selections are kept at hand, for readers to whom the same is told."""


class Press:
    """One run's fragments, growing as digests are set.

    ``stocks`` may grow meanwhile; a `Picked` names them by their numbers. ``until`` is when the run was opened.
    """

    def __init__(self, stocks: Sequence[Stock], hub_url: str, until: datetime) -> None:
        case = self._case = TypeCase()
        self._stocks = stocks
        self._outlines = Lookup[int, _Outline](lambda number: _Outline(number, stocks[number]))
        self._desks = Lookup[str, Desk](lambda timezone: Desk(case, stocks, until, timezone))
        self._feet = Lookup[tuple[str, ...], int](
            lambda sources: case.number(manuscript.foot(sources, hub_url))
        )
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._compose)

    def set(self, picked: Picked, *, timezone: str, most: int | None = None) -> Selection:
        """The digest of what was picked, with at most ``most`` papers; short if nothing of it is news.

        ``timezone`` is the zone of its dates, by its name in the IANA database.
        """
        return self._remembered(picked, timezone, most)

    def fragments(self) -> Fragments:
        """All fragments that the selections so far name."""
        return self._case.fragments()

    def _compose(self, picked: Picked, timezone: str, most: int | None) -> Selection:
        takes = [
            self._outlines[number].take(positions, why)
            for number, positions, why in zip(picked.stocks, picked.positions, picked.why, strict=True)
        ]
        desk = self._desks[timezone]
        subject, title = desk.title(takes)
        foot = self._feet[tuple([self._stocks[number].edition.source for number in picked.stocks])]
        opening, style, sheet, closing = self._case.page
        for measure in MEASURES:
            body = desk.body(takes, measure, most)
            head = (opening, title, style, desk.preheader(body), sheet, desk.nameplate, TOP_SLOT)
            pieces = (*head, *body.pieces, foot, OWN_SLOT, closing)
            if sum(map(self._case.html_bytes.__getitem__, pieces)) <= most_content_bytes():
                break
        return Selection(subject, body.items, pieces)


class _Outline:
    """What stands where in a stock."""

    def __init__(self, number: int, stock: Stock) -> None:
        self._number = number
        self._sections = bytes([NAMES.index(item.section) for item in stock.items])
        self._paper_ids = [item.paper_id for item in stock.items]
        self._whole = tuple(range(sum(len(section.items) for section in stock.edition.sections)))

    def take(self, positions: tuple[int, ...], why: tuple[str, ...]) -> Take:
        """What a reader is told, section by section; positions are in reading order."""
        sections = bytes([self._sections[position] for position in positions])
        counts = tuple(map(sections.count, range(len(NAMES))))
        rows, begin = [], 0
        for name, count in zip(NAMES, counts, strict=True):
            if count:
                places = positions[begin : begin + count]
                paper_ids = [self._paper_ids[place] for place in places] if name in TOLD_IN_FULL else ()
                rows.append(Row(name, places, paper_ids, why[begin : begin + count]))
                begin += count
        return Take((self._number, counts, positions != self._whole), rows)
