"""Setting a run's digests: each part rendered once, however many readers it goes to.

A press gives what `render` gives for the same papers without making a digest for every reader: what depends on a
paper, a zone or a sentence is rendered when it is first needed, and a reader's digest is a row of numbers.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby

import msgspec

from broadsheet.digest import headlines, manuscript
from broadsheet.digest.casting import TypeCase
from broadsheet.digest.edition import SectionName
from broadsheet.digest.forme import OWN_SLOT, TOP_SLOT, Fragments, Selection
from broadsheet.digest.headlines import Tally
from broadsheet.digest.layout import MEASURES, Form, Measure, Room, piece
from broadsheet.digest.picking import Picked
from broadsheet.digest.render import most_content_bytes
from broadsheet.digest.stock import Stock

REMEMBERED = 4096
"""How many selections are kept at hand, for readers to whom the same is told."""
_IN_A_LINE = 0


class Row(msgspec.Struct, frozen=True):
    """Papers of one section that a reader is told of: their places in the stock, and why each is told."""

    name: SectionName
    positions: Sequence[int]
    paper_ids: Sequence[str]
    why: Sequence[str]


class Take(msgspec.Struct, frozen=True):
    """What a reader is told of the stock of that number."""

    stock: int
    tally: Tally
    rows: Sequence[Row]


class Press:
    """One run's fragments, growing as digests are set.

    ``stocks`` may grow meanwhile; a `Picked` names them by their numbers. ``until`` is when the run was opened.
    """

    def __init__(self, stocks: Sequence[Stock], hub_url: str, until: datetime) -> None:
        self._stocks = stocks
        self._hub_url = hub_url
        self._until = until
        self._case = TypeCase()
        self._outlines: dict[int, _Outline] = {}
        self._desks: dict[str, _Desk] = {}
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
            self._outline(number).take(positions, why)
            for number, positions, why in zip(picked.stocks, picked.positions, picked.why, strict=True)
        ]
        desk = self._desks.get(timezone)
        if desk is None:
            desk = self._desks[timezone] = _Desk(self._case, self._stocks, self._until, timezone)
        subject, title = desk.title(takes)
        foot = self._case.number(
            manuscript.foot([take.tally.edition.source for take in takes], self._hub_url)
        )
        opening, style, sheet, closing = self._case.page
        for measure in MEASURES:
            body = desk.body(takes, measure, most)
            head = (opening, title, style, desk.preheader(body), sheet, desk.nameplate, TOP_SLOT)
            pieces = (*head, *body.pieces, foot, OWN_SLOT, closing)
            if sum(map(self._case.html_bytes.__getitem__, pieces)) <= most_content_bytes():
                break
        return Selection(subject, body.items, pieces)

    def _outline(self, number: int) -> "_Outline":
        outline = self._outlines.get(number)
        if outline is None:
            outline = self._outlines[number] = _Outline(number, self._stocks[number])
        return outline


class _Outline:
    """What stands where in a stock."""

    def __init__(self, number: int, stock: Stock) -> None:
        self._number = number
        self._edition = stock.edition
        self._sections = [item.section for item in stock.items]
        self._paper_ids = [item.paper_id for item in stock.items]
        self._whole = tuple(range(sum(len(section.items) for section in stock.edition.sections)))

    def take(self, positions: tuple[int, ...], why: tuple[str, ...]) -> Take:
        """What a reader is told, section by section."""
        rows, counts, begin = [], dict.fromkeys(SectionName, 0), 0
        for name, group in groupby(map(self._sections.__getitem__, positions)):
            end = begin + sum(1 for _ in group)
            places = positions[begin:end]
            rows.append(Row(name, places, [self._paper_ids[place] for place in places], why[begin:end]))
            counts[name] = end - begin
            begin = end
        chosen = positions != self._whole
        return Take(self._number, Tally(self._edition, tuple(counts.values()), chosen), rows)


class _Body(msgspec.Struct):
    """The middle of a digest while it is set: its fragments, its papers, and how each row is shown."""

    pieces: list[int] = []
    items: int = 0
    shown: list[tuple[int, Row, list[Form]]] = []


class _Desk:
    """Setting in one time zone."""

    def __init__(self, case: TypeCase, stocks: Sequence[Stock], until: datetime, timezone: str) -> None:
        self._case = case
        self._stocks = stocks
        self._until = until
        self._timezone = timezone
        self._papers: dict[tuple[int, int], list[int]] = {}
        self._whys: dict[str, int] = {}
        self._heads: dict[tuple[int, tuple[int, ...], bool, bool], int] = {}
        self._titles: dict[tuple[tuple[int, tuple[int, ...], bool], ...], tuple[str, int]] = {}
        self.nameplate = case.number(manuscript.nameplate(until, timezone))

    def title(self, takes: Sequence[Take]) -> tuple[str, int]:
        """The subject and the fragment of the page's title."""
        key = tuple((take.stock, take.tally.counts, take.tally.chosen) for take in takes)
        title = self._titles.get(key)
        if title is None:
            subject = headlines.subject([take.tally for take in takes], self._until, self._timezone)
            title = self._titles[key] = (subject, self._case.number(manuscript.title(subject)))
        return title

    def preheader(self, body: _Body) -> int:
        """The line beside the subject: the titles that are shown, section by section over all editions."""
        titles = (
            self._stocks[stock].items[position].title
            for name in SectionName
            for stock, row, forms in body.shown
            if row.name is name
            for position, form in zip(row.positions, forms, strict=True)
            if form
        )
        return self._case.number(manuscript.preheader(headlines.preheader(titles)))

    def body(self, takes: Sequence[Take], measure: Measure, most: int | None) -> _Body:
        """The editions, as `lay_out` lays them out."""
        room, body = Room(measure, most), _Body()
        quiet = all(take.tally.quiet for take in takes)
        for take in takes[: measure.editions]:
            body.pieces.append(self._head(take, all_quiet=quiet))
            if quiet or not take.tally.quiet:
                for row in take.rows:
                    body.pieces.append(self._case.number(manuscript.section_head(row.name, on_top=quiet)))
                    papers = row.paper_ids
                    forms = room.allot_on_top(len(papers)) if quiet else room.allot(row.name, papers)
                    self._set(body, take.stock, row, forms, measure.summary)
        left_out = len(takes) - measure.editions
        if left_out > 0:
            body.pieces.append(self._case.number(manuscript.omitted_editions(left_out)))
        return body

    def _set(self, body: _Body, stock: int, row: Row, forms: list[Form], summary: int) -> None:
        """One section's papers."""
        pieces, whys = body.pieces, self._whys
        numbers = ((), self._numbers(stock, _IN_A_LINE), self._numbers(stock, summary))
        for position, why, form in zip(row.positions, row.why, forms, strict=True):
            if form:
                number = numbers[form][position] or self._paper(stock, position, form, summary)
                pieces.append(number)
                if why:
                    pieces.append(whys.get(why) or self._why(why))
        omitted = forms.count(Form.OMITTED)
        if omitted:
            pieces.append(self._case.number(manuscript.omitted(omitted)))
        body.items += len(forms) - omitted
        body.shown.append((stock, row, forms))

    def _numbers(self, stock: int, summary: int) -> list[int]:
        """The fragments of a stock's papers with summaries of that length; 0 (a slot's number) if not yet cast."""
        numbers = self._papers.get((stock, summary))
        if numbers is None:
            numbers = self._papers[stock, summary] = [0] * len(self._stocks[stock].items)
        return numbers

    def _paper(self, stock: int, position: int, form: Form, summary: int) -> int:
        shown = piece(self._stocks[stock].items[position], form, summary)
        number = self._case.number(manuscript.paper(shown, self._timezone))
        self._numbers(stock, summary if form is Form.FULL else _IN_A_LINE)[position] = number
        return number

    def _head(self, take: Take, *, all_quiet: bool) -> int:
        key = (take.stock, take.tally.counts, take.tally.chosen, all_quiet)
        number = self._heads.get(key)
        if number is None:
            copy = manuscript.edition_head(take.tally, self._timezone, all_quiet=all_quiet)
            number = self._heads[key] = self._case.number(copy)
        return number

    def _why(self, asked_for: str) -> int:
        number = self._whys[asked_for] = self._case.number(manuscript.why(asked_for))
        return number
