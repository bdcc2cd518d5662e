"""What befell papers on lists, newest first: the items of feeds before anything is said of the papers."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.digest.edition import RISING_PLACES, Paper
from broadsheet.digest.matching import Index, lines_of
from broadsheet.digest.topics import Topics
from broadsheet.model import ChangeKind
from broadsheet.warehouse.rows import Record
from broadsheet.web.feeds.asking import NEWEST, EventKind, Place
from broadsheet.web.feeds.papers import Papers
from broadsheet.web.questions import ask
from broadsheet.web.scope import Scope

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BATCH = 200
MOST_LOOKED_AT = 4000
"""How many changes are looked through for one part of a feed."""

_CHANGES = {
    EventKind.NEW: ChangeKind.ENTERED,
    EventKind.BACK: ChangeKind.RETURNED,
    EventKind.RISING: ChangeKind.ROSE,
}
_EVENTS = {change: kind for kind, change in _CHANGES.items()}


class Wanted(msgspec.Struct, frozen=True):
    """Which events a feed tells: of which lists, of which kinds, of papers on which topics (none: of all)."""

    scope: Scope
    kinds: tuple[EventKind, ...] = tuple(EventKind)
    topics: Topics = Topics()


class Event(msgspec.Struct, frozen=True):
    """One event; ``change`` has the columns of the stream. ``told``: it is wanted, and counts for something."""

    kind: EventKind
    change: Record
    told: bool

    @property
    def place(self) -> Place:
        """Where it stands in the order of events."""
        return Place(self.change["snapshot_id"], self.change["rank"])


def newest(con: "DuckDBPyConnection", scope: Scope) -> datetime | None:
    """When one of the lists last had a snapshot; None if never."""
    at: datetime | None = ask(con, "feeds/newest", **scope.parameters())[0]["captured_at"]
    return at


def look_through(con: "DuckDBPyConnection", wanted: Wanted, after: Place = NEWEST) -> Iterator[Event]:
    """All events behind a place, newest first and by rank within a snapshot.

    A paper is new when it stands on the first snapshot of its list, or enters a list that never held it. It is
    rising by the digest's rule, from one snapshot to the next.
    """
    papers = Papers(con)
    asked = {**wanted.scope.parameters(), "changes": [str(_CHANGES[kind]) for kind in wanted.kinds]}
    place = after
    while rows := ask(con, "feeds/events", **asked, **place._asdict(), most=BATCH):
        counting = [row for row in rows if _counts(row)]
        passing = {row["paper_id"] for row in counting}
        if wanted.topics:
            passing = _on_topic(papers.known(passing), wanted.topics)
        for row in rows:
            event = Event(
                _EVENTS[ChangeKind(row["change"])], row, _counts(row) and row["paper_id"] in passing
            )
            yield event
            place = event.place


def collect(looked_through: Iterator[Event], limit: int) -> tuple[list[Event], Place | None]:
    """The first ``limit`` events that are told, and the place behind which there may be more."""
    found: list[Event] = []
    place: Place | None = None
    for number, event in enumerate(looked_through):
        if len(found) == limit or number == MOST_LOOKED_AT:
            return found, place
        if event.told:
            found.append(event)
        place = event.place
    return found, None


def _counts(change: Record) -> bool:
    return change["change"] != ChangeKind.ROSE or (change["overtaken"] or 0) >= RISING_PLACES


def _on_topic(papers: Mapping[str, Paper], topics: Topics) -> set[str]:
    places = {paper_id: 1 << number for number, paper_id in enumerate(papers)}
    index = Index((lines_of(paper), places[paper_id]) for paper_id, paper in papers.items())
    passing = index.find_any(topics.includes) if topics.includes else (1 << len(places)) - 1
    passing &= ~index.find_any(topics.excludes)
    return {paper_id for paper_id, place in places.items() if passing & place}
