"""What befell papers on lists, newest first: the items of feeds before anything is said of the papers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.digest.edition import RISING_PLACES
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

A_STRETCH = 500
"""How many snapshots, and how many changes, are looked through at once."""
MOST_STRETCHES = 8
"""How many stretches are looked through for one part of a feed."""

_EVER = datetime.min.replace(tzinfo=UTC)
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
    """One event; ``change`` has the columns of the stream, and ``left_at``: when a paper that is back had left."""

    kind: EventKind
    change: Record


def collect(
    con: "DuckDBPyConnection", wanted: Wanted, limit: int, after: Place = NEWEST, since: datetime = _EVER
) -> tuple[list[Event], Place | None]:
    """The first ``limit`` events behind a place and not before ``since``, newest first and by rank within a snapshot;
    and the place behind which there may be more, None if there are none.

    A paper is new when it stands on the first snapshot of its list, or enters a list that never held it. It is
    rising by the digest's rule, from one snapshot to the next.
    """
    found: list[Record] = []
    papers = Papers(con)
    place: Place | None = after
    for _ in range(MOST_STRETCHES):
        if place is None or len(found) > limit:
            break
        told, place = _stretch(con, wanted, place, since)
        found += _passing(papers, told, wanted.topics)
    if len(found) >= limit:
        more = len(found) > limit or place is not None
        found = found[:limit]
        place = _place(found[-1]) if more else None
    left_at = _departures(con, found)
    return [Event(_EVENTS[row["change"]], row | {"left_at": left_at.get(row["seq"])}) for row in found], place


def _stretch(
    con: "DuckDBPyConnection", wanted: Wanted, after: Place, since: datetime
) -> tuple[list[Record], Place | None]:
    """The changes behind a place that count as events, and the place up to which was looked, None at the end."""
    rows = ask(
        con,
        "feeds/events",
        **wanted.scope.parameters(),
        **after._asdict(),
        changes=[str(_CHANGES[kind]) for kind in wanted.kinds],
        since=since,
        snapshots=A_STRETCH,
        most=A_STRETCH,
    )
    return [row for row in rows if row["change"] and _counts(row)], _place(rows[-1]) if rows else None


def _place(row: Record) -> Place:
    return Place(row["snapshot_id"], row["rank"])


def _departures(con: "DuckDBPyConnection", changes: Sequence[Record]) -> dict[int, datetime]:
    back = [row["seq"] for row in changes if row["change"] == ChangeKind.RETURNED]
    return {row["seq"]: row["left_at"] for row in ask(con, "feeds/departures", seqs=back)} if back else {}


def _counts(change: Record) -> bool:
    return change["change"] != ChangeKind.ROSE or (change["overtaken"] or 0) >= RISING_PLACES


def _passing(papers: Papers, changes: Sequence[Record], topics: Topics) -> Sequence[Record]:
    """Those of papers on topic."""
    if not topics or not changes:
        return changes
    known = papers.known(row["paper_id"] for row in changes)
    places = {paper_id: 1 << number for number, paper_id in enumerate(known)}
    index = Index((lines_of(paper), places[paper_id]) for paper_id, paper in known.items())
    passing = index.on_topic(topics)
    return [row for row in changes if passing & places[row["paper_id"]]]
