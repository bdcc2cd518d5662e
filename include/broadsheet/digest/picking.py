"""What one reader is told out of a run's stocks: what is new to them."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from broadsheet.digest.edition import NEWS, Edition, Item, Paper, Section, SectionName
from broadsheet.digest.matching import Index, Lines, lines_of
from broadsheet.digest.stock import STAYED, Stock
from broadsheet.digest.topics import Topics
from broadsheet.digest.wishes import Wishes

MOST_REASONS = 3
"""How many of the terms that a paper matched are named."""
REMEMBERED = 8192
"""How many different wishes are kept at hand with what was picked for them."""


class Picked(msgspec.Struct, frozen=True, cache_hash=True):
    """A reader's part of a run's stocks; equal for all to whom the same is told for the same reasons.

    ``stocks`` are numbers of stocks in reading order; parallel to them, ``positions`` are places in their
    ``items``, in reading order, and ``why`` the terms that each of these items matched (``robotics, author Fei-Fei
    Li``), "" for who asked for no topics. ``empty`` says that nothing of it is news.
    """

    stocks: tuple[int, ...]
    positions: tuple[tuple[int, ...], ...]
    why: tuple[tuple[str, ...], ...]
    empty: bool


class Picker:
    """Picks from ``stocks``, which may grow meanwhile.

    Equal wishes are looked up, new ones answered by a few operations on bit masks over all papers at once.
    """

    def __init__(self, stocks: Sequence[Stock]) -> None:
        self._stocks = stocks
        self._shelves: dict[int, _Shelf] = {}
        self._lines: dict[Paper, Lines] = {}
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._pick)

    def pick(self, which: Sequence[int], wishes: Wishes) -> Picked:
        """What a reader with these wishes is told out of the stocks of these numbers.

        A paper is told as the edition has it if it passes the wishes on the newest board and, where it was on the
        baseline board, passed them there; as new if it passes only now; as left if it passed before. A paper that
        no longer passes is not told. Late lists without news are left out.
        """
        return self._remembered(tuple(which), wishes)

    def _pick(self, which: tuple[int, ...], wishes: Wishes) -> Picked:
        numbers, positions, why, empty = [], [], [], True
        for number in which:
            shelf = self._shelf(number)
            chosen = shelf.choose(wishes)
            if chosen or not self._stocks[number].late:
                numbers.append(number)
                slots = list(_bits(chosen))
                positions.append(tuple([shelf.positions[slot] for slot in slots]))
                why.append(shelf.why(slots, wishes.topics))
                empty = empty and not chosen & shelf.news
        return Picked(tuple(numbers), tuple(positions), tuple(why), empty)

    def _shelf(self, number: int) -> "_Shelf":
        if number not in self._shelves:
            self._shelves[number] = _Shelf(self._stocks[number], self._lines)
        return self._shelves[number]


class _Shelf:
    """One stock as bit masks over slots: the stock's items in reading order.

    Where papers stand, a mask has two halves: a bit for how the slot's paper stands now, and as many further on one
    for how it stood then.
    """

    def __init__(self, stock: Stock, known: dict[Paper, Lines]) -> None:
        self.positions = stock.order
        self._width = len(self.positions)
        self._half = (1 << self._width) - 1
        self._entering = self._staying = self._joining = self._leaving = self.news = self._all = 0
        self._told_of: list[int] = []
        self._upvotes: list[tuple[int, int]] = []
        self._voted: dict[int, int] = {}
        places: dict[Paper, int] = {}
        for slot, position in enumerate(self.positions):
            bit = 1 << slot
            offer = stock.offers[position]
            self._file(bit, stock.items[position].section, second=offer.second)
            self._told_of.append(bit if offer.now else bit << self._width)
            for standing, place in ((offer.now, bit), (offer.then, bit << self._width)):
                if standing is not None:
                    self._all |= place
                    places[standing.paper] = places.get(standing.paper, 0) | place
                    if standing.upvotes is not None:
                        self._upvotes.append((standing.upvotes, place))
        for paper in places:
            if paper not in known:
                known[paper] = lines_of(paper)
        self._index = Index((known[paper], mask) for paper, mask in places.items())

    def choose(self, wishes: Wishes) -> int:
        """The slots to be told."""
        passing = self._passing(wishes)
        now, then = passing & self._half, passing >> self._width
        return (
            now & self._entering
            | now & then & self._staying
            | now & ~then & self._joining
            | then & self._leaving
        )

    def why(self, slots: Sequence[int], topics: Topics) -> tuple[str, ...]:
        """For each slot the terms that its paper matches, as shown."""
        found = [(self._index.find(term), term.shown) for term in topics.includes]
        return tuple(
            [
                ", ".join([shown for places, shown in found if places & place][:MOST_REASONS])
                for place in [self._told_of[slot] for slot in slots]
            ]
        )

    def _file(self, bit: int, section: SectionName, *, second: bool) -> None:
        if section in NEWS:
            self.news |= bit
        if second:
            self._joining |= bit
        elif section is SectionName.LEFT:
            self._leaving |= bit
        elif section in STAYED:
            self._staying |= bit
        else:
            self._entering |= bit

    def _passing(self, wishes: Wishes) -> int:
        passing = self._all
        if wishes.topics.includes:
            passing = self._index.find_any(wishes.topics.includes)
        if wishes.topics.excludes:
            passing &= ~self._index.find_any(wishes.topics.excludes)
        if wishes.min_upvotes > 0:
            passing &= self._with_upvotes(wishes.min_upvotes)
        return passing

    def _with_upvotes(self, fewest: int) -> int:
        if fewest not in self._voted:
            self._voted[fewest] = sum(place for upvotes, place in self._upvotes if upvotes >= fewest)
        return self._voted[fewest]


def editions(stocks: Sequence[Stock], picked: Picked) -> tuple[Edition, ...]:
    """What was picked as editions, the plain form of it. For who has no wishes they are the stocks' own."""
    return tuple(
        _edition(stocks[number], positions, why)
        for number, positions, why in zip(picked.stocks, picked.positions, picked.why, strict=True)
    )


def _edition(stock: Stock, positions: Sequence[int], why: Sequence[str]) -> Edition:
    told: dict[SectionName, list[Item]] = {section.name: [] for section in stock.edition.sections}
    for position, reason in zip(positions, why, strict=True):
        item = stock.items[position]
        told[item.section].append(replace(item, why=reason) if reason else item)
    sections = tuple(Section(name, tuple(items)) for name, items in told.items())
    everything = sum(len(section.items) for section in stock.edition.sections)
    return replace(stock.edition, sections=sections, chosen=tuple(positions) != tuple(range(everything)))


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
