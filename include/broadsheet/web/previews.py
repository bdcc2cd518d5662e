"""What the last week would have brought somebody with certain wishes, by the rules that make the digests."""

import threading
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec
from cachetools import LRUCache

from broadsheet.digest.edition import WORTH_READING, Item
from broadsheet.digest.picking import Picker
from broadsheet.digest.stock import Stock, read_stocks
from broadsheet.digest.topics import Topics
from broadsheet.digest.wishes import Wishes
from broadsheet.model import ListId, ListKind
from broadsheet.times import A_DAY
from broadsheet.web.published import Reading
from broadsheet.web.questions import newest_snapshot_at

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAYS = 7
MOST_SHOWN = 8
MOST_WEEKS = 100
"""Of how many sources the week is kept: anybody may ask for a search of any words."""


class Shown(msgspec.Struct, frozen=True):
    """One paper: the day on which a daily digest would have told of it, and which topics it matched."""

    day: date
    item: Item
    why: str


class Preview(msgspec.Struct, frozen=True):
    """``papers`` counts every paper once, on ``days`` days of `DAYS`; ``shown`` are the newest of them.

    ``fruitless`` are topics of which the week had nothing.
    """

    until: datetime
    papers: int
    days: int
    shown: tuple[Shown, ...]
    fruitless: tuple[str, ...]


class Week:
    """The last week of one source in a publication: a stock for each of its days, the newest first."""

    def __init__(
        self, con: "DuckDBPyConnection", source: ListId | ListKind, until: datetime, hub_url: str
    ) -> None:
        self._stocks: list[Stock] = []
        self._days: list[tuple[date, list[int]]] = []
        for back in range(DAYS):
            end = until - back * A_DAY
            found = read_stocks(con, source, end - A_DAY, end, hub_url)
            first = len(self._stocks)
            self._stocks += found
            self._days.append((end.date(), list(range(first, len(self._stocks)))))
        self._picker = Picker(self._stocks)

    def told(self, wishes: Wishes) -> Iterator[Shown]:
        """What these wishes pick of it, the newest day first."""
        for day, numbers in self._days:
            picked = self._picker.pick(numbers, wishes)
            for number, places, reasons in zip(picked.stocks, picked.positions, picked.why, strict=True):
                for place, why in zip(places, reasons, strict=True):
                    item = self._stocks[number].items[place]
                    if item.section in WORTH_READING:
                        yield Shown(day, item, why)


class Previewer:
    """Previews of the newest publication; for any number of threads. What is read of it is read once."""

    def __init__(self, hub_url: str) -> None:
        self._hub_url = hub_url
        self._lock = threading.Lock()
        self._tag = ""
        self._weeks: LRUCache[ListId | ListKind, Week] = LRUCache(MOST_WEEKS)

    def preview(
        self, reading: Reading, sources: Sequence[ListId | ListKind], topics: Topics, min_upvotes: int = 0
    ) -> Preview | None:
        """What ``sources`` would have brought; None if nothing is known of any list yet."""
        until = newest_snapshot_at(reading.con)
        if until is None:
            return None
        with self._lock:
            weeks = [self._week(reading, source, until) for source in sources]
            found = _once(_merged(weeks, Wishes(topics, min_upvotes)))
            fruitless = tuple(
                term.shown
                for term in topics.includes
                if not any(True for _ in _merged(weeks, Wishes(Topics((term,)))))
            )
        return Preview(until, len(found), len({one.day for one in found}), found[:MOST_SHOWN], fruitless)

    def _week(self, reading: Reading, source: ListId | ListKind, until: datetime) -> Week:
        if self._tag != reading.tag:
            self._tag = reading.tag
            self._weeks.clear()
        week = self._weeks.get(source)
        if week is None:
            week = self._weeks[source] = Week(reading.con, source, until, self._hub_url)
        return week


def _merged(weeks: Sequence[Week], wishes: Wishes) -> Iterator[Shown]:
    for week in weeks:
        yield from week.told(wishes)


def _once(told: Iterator[Shown]) -> tuple[Shown, ...]:
    """Each paper when it was first told, the newest first."""
    first: dict[str, Shown] = {}
    for one in told:
        known = first.get(one.item.paper_id)
        if known is None or one.day < known.day:
            first[one.item.paper_id] = one
    return tuple(sorted(first.values(), key=lambda one: one.day, reverse=True))
