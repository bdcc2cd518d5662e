"""What one reader is told out of a run's stocks: what is new to them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import compress, count

import msgspec
from msgspec.structs import replace

from broadsheet.digest.edition import NEWS, Edition, Item, Paper, Section, SectionName
from broadsheet.digest.lookup import Lookup
from broadsheet.digest.matching import Index, Lines, lines_of
from broadsheet.digest.stock import STAYED, Stock
from broadsheet.digest.topics import Topics
from broadsheet.digest.wishes import Wishes

MOST_REASONS = 3
"""How many of the terms that a paper matched are named."""
REMEMBERED = 8192
"""How many different wishes are kept at hand with what was picked for them."""
_TRUTHS = bytes.maketrans(b"01", b"\0\1")


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
        lines = Lookup[Paper, Lines](lines_of)
        self._stocks = stocks
        self._shelves = Lookup[int, Shelf](lambda number: Shelf(stocks[number], lines))
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._pick)

    def pick(self, which: Sequence[int], wishes: Wishes) -> Picked:
        """What a reader with these wishes is told out of the stocks of these numbers, and why.

        Late lists without news are left out.
        """
        return self._remembered(tuple(which), wishes)

    def _pick(self, which: tuple[int, ...], wishes: Wishes) -> Picked:
        told: list[tuple[int, Shelf, int]] = []
        for number in which:
            shelf = self._shelves[number]
            chosen = shelf.choose(wishes)
            if chosen or not self._stocks[number].late:
                told.append((number, shelf, chosen))
        return Picked(
            stocks=tuple([number for number, _, _ in told]),
            positions=tuple([shelf.positions(chosen) for _, shelf, chosen in told]),
            why=tuple([shelf.why(chosen, wishes.topics) for _, shelf, chosen in told]),
            empty=not any(chosen & shelf.news for _, shelf, chosen in told),
        )


class Shelf:
    """One stock as bit masks over slots: the stock's items in reading order.

    Where papers stand, a mask has two halves: a bit for how the slot's paper stands now, and as many further on one
    for how it stood then.
    """

    def __init__(self, stock: Stock, lines: Mapping[Paper, Lines]) -> None:
        """``lines`` are the texts of all papers (see `lines_of`)."""
        self._order = stock.order
        self._width = len(stock.order)
        self._entering = self._joining = self._leaving = self.news = 0
        self._upvotes: list[tuple[int, int]] = []
        places: dict[Paper, int] = {}
        for slot, position in enumerate(stock.order):
            bit = 1 << slot
            offer = stock.offers[position]
            self._file(bit, stock.items[position].section, second=offer.second)
            for standing, place in ((offer.now, bit), (offer.then, bit << self._width)):
                if standing is not None:
                    places[standing.paper] = places.get(standing.paper, 0) | place
                    if standing.upvotes is not None:
                        self._upvotes.append((standing.upvotes, place))
        self._index = Index((lines[paper], mask) for paper, mask in places.items())
        self._voted = Lookup[int, int](self._with_upvotes)

    def choose(self, wishes: Wishes) -> int:
        """What a reader with these wishes is told: a bit for each slot.

        A paper is told as the edition has it if it passes the wishes on the newest board and, where it was on the
        baseline board, passed them there; as new if it passes only now; as left if it passed before. A paper that
        no longer passes is not told.
        """
        passing = self._index.on_topic(wishes.topics)
        if wishes.min_upvotes > 0:
            passing &= self._voted[wishes.min_upvotes]
        # What enters is told if it passes now, what leaves if it passed then, what stays if both, what joins
        # those that pass if only now. What leaves stands nowhere now; how what enters stood then is not asked.
        then = passing >> self._width
        return (passing | self._leaving) & (then ^ self._joining | self._entering)

    def positions(self, chosen: int) -> tuple[int, ...]:
        """The places of these slots in the stock's items."""
        return tuple(compress(self._order, _bits(chosen)))

    def why(self, chosen: int, topics: Topics) -> tuple[str, ...]:
        """For each of these slots the terms that its paper matches, as shown."""
        reasons: dict[int, list[str]] = {slot: [] for slot in compress(count(), _bits(chosen))}
        for term in topics.includes:
            found = self._index.found[term]
            matched = chosen & (found | found >> self._width & self._leaving)
            if matched:
                shown = term.shown
                for slot in compress(count(), _bits(matched)):
                    reasons[slot].append(shown)
        return tuple([", ".join(each[:MOST_REASONS]) for each in reasons.values()])

    def _file(self, bit: int, section: SectionName, *, second: bool) -> None:
        if section in NEWS:
            self.news |= bit
        if second:
            self._joining |= bit
        elif section is SectionName.LEFT:
            self._leaving |= bit
        elif section not in STAYED:
            self._entering |= bit

    def _with_upvotes(self, fewest: int) -> int:
        return sum(place for upvotes, place in self._upvotes if upvotes >= fewest)


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


def _bits(mask: int) -> bytes:
    """A mask's bits from the lowest on, a byte of 0 or 1 for each: what `compress` picks by."""
    return f"{mask:b}"[::-1].encode().translate(_TRUTHS)
