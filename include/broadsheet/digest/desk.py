"""Setting digests in one time zone: what was cast once is looked up by what it depends on."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from broadsheet.digest import headlines, manuscript
from broadsheet.digest.casting import TypeCase
from broadsheet.digest.edition import SectionName
from broadsheet.digest.fragments import Copy
from broadsheet.digest.headlines import Tally
from broadsheet.digest.layout import TOLD_IN_FULL, Form, Measure, Room, piece
from broadsheet.digest.lookup import Lookup
from broadsheet.digest.stock import Stock

NAMES = tuple(SectionName)
_STILL_HERE = NAMES.index(SectionName.STILL_HERE)

Count = tuple[int, tuple[int, ...], bool]
"""The number of a stock, how many papers of each section a reader is told of, and whether wishes left some out."""


class Row(msgspec.Struct, frozen=True):
    """Papers of one section that a reader is told of: their places in the stock, and why each is told.

    ``paper_ids`` are given where it matters which papers they are: in sections that are told in full.
    """

    name: SectionName
    positions: Sequence[int]
    paper_ids: Sequence[str]
    why: Sequence[str]


class Take(msgspec.Struct, frozen=True):
    """What a reader is told of one stock, section by section."""

    count: Count
    rows: Sequence[Row]

    @property
    def quiet(self) -> bool:
        """Whether nothing of it is news."""
        _, counts, _ = self.count
        return sum(counts) == counts[_STILL_HERE]


class Body(msgspec.Struct):
    """The middle of a digest while it is set: its fragments, its papers, and how each row is shown."""

    pieces: list[int] = []
    items: int = 0
    shown: list[tuple[int, Row, list[Form]]] = []


class Desk:
    """Sets what readers of one zone are told."""

    def __init__(self, case: TypeCase, stocks: Sequence[Stock], until: datetime, timezone: str) -> None:
        number = case.number
        self._case = case
        self._stocks = stocks
        self._timezone = timezone
        self.nameplate = number(manuscript.nameplate(until, timezone))
        self._subjects = Lookup[tuple[Count, ...], str](
            lambda counts: headlines.subject(map(self._tally, counts), until, timezone)
        )
        self._titles = Lookup[str, int](lambda subject: number(manuscript.title(subject)))
        self._preheaders = Lookup[str, int](lambda line: number(manuscript.preheader(line)))
        self._heads = Lookup[tuple[Count, bool], int](lambda key: number(self._head(*key)))
        self._sections = Lookup[tuple[SectionName, bool], int](
            lambda key: number(manuscript.section_head(key[0], on_top=key[1]))
        )
        self._shelves = Lookup[tuple[int, int], tuple[Lookup[int, int], ...]](
            lambda key: tuple(self._shelf(key[0], form, key[1]) for form in Form)
        )
        self._whys = Lookup[str, int](lambda why: number(manuscript.why(why)))
        self._omitted = Lookup[int, int](lambda count: number(manuscript.omitted(count)))

    def title(self, takes: Sequence[Take]) -> tuple[str, int]:
        """The subject and the fragment of the page's title."""
        subject = self._subjects[tuple([take.count for take in takes])]
        return subject, self._titles[subject]

    def preheader(self, body: Body) -> int:
        """The line beside the subject: the titles that are shown, section by section over all editions."""
        return self._preheaders[headlines.preheader(self._shown_titles(body))]

    def body(self, takes: Sequence[Take], measure: Measure, most: int | None) -> Body:
        """The editions, as `lay_out` lays them out."""
        room, body = Room(measure, most), Body()
        all_quiet = all(take.quiet for take in takes)
        for take in takes[: measure.editions]:
            body.pieces.append(self._heads[take.count, all_quiet])
            if all_quiet or not take.quiet:
                for row in take.rows:
                    body.pieces.append(self._sections[row.name, all_quiet])
                    self._set(body, take.count[0], row, self._allot(room, row, all_quiet), measure.summary)
        if len(takes) > measure.editions:
            left_out = manuscript.omitted_editions(len(takes) - measure.editions)
            body.pieces.append(self._case.number(left_out))
        return body

    @staticmethod
    def _allot(room: Room, row: Row, all_quiet: bool) -> list[Form]:
        if all_quiet:
            return room.allot_on_top(len(row.positions))
        if row.name in TOLD_IN_FULL:
            return room.allot(row.name, row.paper_ids)
        return room.allot_lines(row.name, len(row.positions))

    def _set(self, body: Body, stock: int, row: Row, forms: list[Form], summary: int) -> None:
        """One section's papers, each followed by why it is told."""
        papers, whys, pieces = self._shelves[stock, summary], self._whys, body.pieces
        for position, why, form in zip(row.positions, row.why, forms, strict=False):
            if form:
                pieces.append(papers[form][position])
                if why:
                    pieces.append(whys[why])
        shown = len(forms) - forms.count(Form.OMITTED)
        if shown < len(row.positions):
            pieces.append(self._omitted[len(row.positions) - shown])
        body.items += shown
        body.shown.append((stock, row, forms))

    def _shown_titles(self, body: Body) -> Iterator[str]:
        for name in NAMES:
            for stock, row, forms in body.shown:
                if row.name is name:
                    items = self._stocks[stock].items
                    for position, form in zip(row.positions, forms, strict=False):
                        if form:
                            yield items[position].title

    def _tally(self, count: Count) -> Tally:
        stock, counts, chosen = count
        return Tally(self._stocks[stock].edition, counts, chosen)

    def _head(self, count: Count, all_quiet: bool) -> Copy:
        return manuscript.edition_head(self._tally(count), self._timezone, all_quiet=all_quiet)

    def _shelf(self, stock: int, form: Form, summary: int) -> Lookup[int, int]:
        """The fragments of a stock's papers in one form, by their places."""
        items, number, timezone = self._stocks[stock].items, self._case.number, self._timezone
        return Lookup(lambda at: number(manuscript.paper(piece(items[at], form, summary), timezone)))
