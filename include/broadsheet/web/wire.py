"""New changes as publications bring them, for all who listen.

However many listen, one task looks for a new publication and reads what it brought. Each listener has a place in the
numbered stream; whoever is behind what is at hand catches up from the publication, a page at a time. So nothing is
left out and nothing is told twice, wherever a listener begins.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator

import msgspec
from anyio.to_thread import run_sync

from broadsheet.warehouse.rows import Record, list_of
from broadsheet.web.published import Published
from broadsheet.web.seats import Seats
from broadsheet.web.selection import Selection, changes_behind, newest_change
from broadsheet.web.sentences import sentence

LOOK_SECONDS = 0.5
HEARTBEAT_SECONDS = 15.0
"""How often a silent stream says that it is still there, so that no proxy takes it for dead."""
RECONNECT = b"retry: 3000\n\n"
HEARTBEAT = b": still here\n\n"
MOST_AT_HAND = 2000
PAGE = 500

_log = logging.getLogger("broadsheet.web")


class Event(msgspec.Struct, frozen=True):
    """A change, and the bytes that tell of it."""

    seq: int
    change: Record
    told: bytes

    @classmethod
    def of(cls, change: Record) -> "Event":
        """The event that tells of a row of the stream."""
        return cls(change["seq"], change, told(change))


class _AtHand(msgspec.Struct, frozen=True):
    """All changes numbered behind ``complete_after`` up to ``newest``: what the last publication brought."""

    tag: str = ""
    newest: int = 0
    complete_after: int = 0
    events: tuple[Event, ...] = ()


class Wire:
    """Tells of changes in the order of their numbers; ``stopping`` ends it. Whoever listens takes a seat."""

    def __init__(self, published: Published, stopping: threading.Event) -> None:
        self.seats = Seats()
        self._published = published
        self._stopping = stopping
        self._at_hand = _AtHand()
        self._listeners = 0
        self._lookout: asyncio.Task[None] | None = None
        self._moved = asyncio.Event()

    def newest(self) -> int:
        """The number of the newest change, 0 before the first. Raises WarehouseError: nothing is published yet."""
        with self._published.reading() as reading:
            return newest_change(reading.con)

    async def listen(self, after: int, selection: Selection) -> AsyncIterator[bytes]:
        """What an event stream holds (WHATWG HTML section 9.2): the selected changes numbered behind ``after``, then
        each new one. It ends when the site stops, when the publication cannot be read any more, and when an older one
        was put back.
        """
        self._listeners += 1
        try:
            lookout = self._look_out()
            yield RECONNECT
            while not (self._stopping.is_set() or lookout.done()):
                moved = self._moved
                events = await self._behind(after)
                if told := b"".join(event.told for event in events if selection.takes(event.change)):
                    yield told
                if events:
                    after = events[-1].seq
                elif not await _happens(moved, HEARTBEAT_SECONDS):
                    yield HEARTBEAT
        finally:
            self._listeners -= 1

    async def _behind(self, after: int) -> tuple[Event, ...]:
        at_hand = self._at_hand
        if after >= at_hand.newest:
            return ()
        if after >= at_hand.complete_after:
            return tuple(event for event in at_hand.events if event.seq > after)
        return await run_sync(self._read, after)

    def _look_out(self) -> asyncio.Task[None]:
        """The task that looks for publications; it lasts as long as anybody listens."""
        if self._lookout is None or self._lookout.done():
            self._moved = asyncio.Event()
            self._lookout = asyncio.create_task(self._look())
            self._lookout.add_done_callback(_tell_of_failure)
        return self._lookout

    async def _look(self) -> None:
        try:
            while self._listeners and not self._stopping.is_set():
                at_hand, before = await run_sync(self._newest_at_hand), self._at_hand
                if at_hand is not before:
                    self._at_hand = at_hand
                    self._wake()
                if at_hand.newest < before.newest:
                    # An older copy was put back, and gives the numbers behind it anew: who listens is to begin anew.
                    return
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._wake()

    def _wake(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def _newest_at_hand(self) -> _AtHand:
        known = self._at_hand
        if self._published.tag == known.tag:
            return known
        with self._published.reading() as reading:
            newest = newest_change(reading.con)
            # Before the first look nothing is known to have been told: who is behind catches up by pages.
            rows = changes_behind(reading.con, known.newest, most=MOST_AT_HAND + 1) if known.tag else []
        if not known.tag or newest < known.newest or len(rows) > MOST_AT_HAND:
            return _AtHand(reading.tag, newest, newest)
        return _AtHand(reading.tag, newest, known.newest, tuple(map(Event.of, rows)))

    def _read(self, after: int) -> tuple[Event, ...]:
        with self._published.reading() as reading:
            return tuple(map(Event.of, changes_behind(reading.con, after, most=PAGE)))


def told(change: Record) -> bytes:
    """A change as an event: its number as id, its kind as name, and as data an object {seq, list, captured_at,
    paper_id, title, change, rank, previous_rank, upvotes, previous_upvotes, fields, words}.
    """
    data = {
        "seq": change["seq"],
        "list": str(list_of(change)),
        "captured_at": change["captured_at"],
        "paper_id": change["paper_id"],
        "title": change["title"],
        "change": change["change"],
        "rank": change["rank"],
        "previous_rank": change["previous_rank"],
        "upvotes": change["upvotes"],
        "previous_upvotes": change["previous_upvotes"],
        "fields": change["fields"].split(",") if change["fields"] else [],
        "words": sentence(change),
    }
    # JSON has no line ends outside of its texts, and in these they are escaped.
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (
        change["seq"],
        change["change"].encode(),
        msgspec.json.encode(data),
    )


async def _happens(event: asyncio.Event, seconds: float) -> bool:
    """Whether it does within that time."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _tell_of_failure(lookout: "asyncio.Task[None]") -> None:
    if not lookout.cancelled() and (error := lookout.exception()) is not None:
        _log.error("new changes cannot be told of", exc_info=error)
