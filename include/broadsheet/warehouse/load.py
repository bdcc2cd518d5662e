"""Loading captures: parse, judge along each list's walk, compare, write. One transaction a batch.

The same capture twice changes nothing. A capture that comes late is put in its place: the stops behind it
are judged and compared anew, and the tables take the difference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from broadsheet.hub.urls import list_from_url
from broadsheet.model import Capture, Judgement, ListId, Listing, Verdict
from broadsheet.parsing.compare_sources import disagreements
from broadsheet.parsing.door import parse
from broadsheet.parsing.pages import join
from broadsheet.parsing.verdict import judge
from broadsheet.warehouse.board import Board, Texts
from broadsheet.warehouse.chain import (
    Beginning,
    Moment,
    Stored,
    complete,
    head_before,
    read_beginning,
    read_start,
    read_stored,
    read_texts,
)
from broadsheet.warehouse.difference import write_difference, write_head
from broadsheet.warehouse.indexing import index_papers
from broadsheet.warehouse.resolve import Resolved, resolve
from broadsheet.warehouse.rows import encode, fetch, insert, to_db, transaction
from broadsheet.warehouse.segments import unfold_from
from broadsheet.warehouse.walk import Start, Step, Stop, Walk

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


NOT_MODIFIED = 304

SIDE_BY_SIDE = timedelta(minutes=10)
"""Two forms of one list this near in time should say the same."""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A capture to load, with the follow-up pages of its list, and where the archive keeps each."""

    capture: Capture
    place: tuple[str, int] | None = None
    pages: tuple[tuple[Capture, tuple[str, int] | None], ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one capture. ``changes`` counts by kind."""

    capture_id: int
    captured_at: datetime
    url: str
    list_id: ListId | None
    verdict: Verdict
    reason: str
    parser: str | None
    entries: int | None
    snapshot_id: int | None
    changes: dict[str, int]


class Judged(msgspec.Struct, frozen=True):
    """What became of a capture on its walk, or without one."""

    judgement: Judgement
    snapshot_id: int | None = None
    changes: Mapping[str, int] = {}


class _Read(msgspec.Struct, frozen=True, kw_only=True):
    """A new arrival and what the parsers made of it."""

    arrival: Arrival
    capture_id: int
    listing: Listing
    list_id: ListId | None
    """The list shown, else the one asked for, else the one the address names."""

    @property
    def order(self) -> Moment:
        """Where it stands on its list's walk."""
        return (self.arrival.capture.captured_at, self.capture_id)


def load(
    con: "DuckDBPyConnection", arrivals: Iterable[Arrival], progress: Mapping[str, int] | None = None
) -> list[Outcome]:
    """Load ``arrivals`` and move the archive's progress, all or nothing.

    Args:
        con: the writer's connection, not inside a transaction.
        arrivals: captures in any order.
        progress: archive file to the offset up to which it is loaded with this batch.

    Returns:
        One outcome for each capture that was not loaded before, in the order given.
    """
    with transaction(con):
        outcomes = _load(con, arrivals)
        if progress:
            _note_progress(con, progress)
    return outcomes


def _note_progress(con: "DuckDBPyConnection", progress: Mapping[str, int]) -> None:
    moved = {file for (file,) in fetch(con, "write/move_progress", ends=encode(progress))}
    rows = [{"archive_file": file, "loaded_to": to} for file, to in progress.items() if file not in moved]
    insert(con, "archive_progress", rows)


def _load(con: "DuckDBPyConnection", arrivals: Iterable[Arrival]) -> list[Outcome]:
    new = _not_loaded(con, arrivals)
    walked = [item for item in new if _is_walked(item.listing)]
    beginnings = _beginnings(con, [*walked, *filter(_is_silent, new)])
    shown = {pair for beginning in beginnings.values() for pair in beginning.shown}
    resolution = resolve(con, [item.listing for item in walked], shown)
    resolved = {item.capture_id: r for item, r in zip(walked, resolution.listings, strict=True)}
    stops: dict[ListId, list[Stop]] = defaultdict(list)
    judged: dict[int, Judged] = {}
    for item in new:
        if item.list_id is not None and item.capture_id in resolved:
            stops[item.list_id].append(_stop(item, resolved[item.capture_id]))
        elif item.list_id is not None and _is_silent(item):
            stops[item.list_id].append(_silent_stop(item))
        else:
            judged[item.capture_id] = Judged(judge(item.listing, item.arrival.capture, None, None))
    for list_id, moment in resolution.joined.items():
        if list_id not in beginnings or moment < beginnings[list_id].moment:
            beginnings[list_id] = read_beginning(con, list_id, moment)
    reworded: set[str] = set()
    for list_id in sorted(beginnings):
        beginning = beginnings[list_id]
        stored, steps = _walk(con, list_id, beginning, stops.get(list_id, []), resolution.texts)
        reworded |= _papers_told(stored, steps)
        for step in steps:
            counts = Counter(str(change.change) for change in step.changes)
            judged[step.stop.capture_id] = Judged(step.judgement, step.snapshot_id, counts)
    if reworded:
        index_papers(con, sorted(reworded))
    insert(con, "captures", [row for item in new for row in _rows(item, judged[item.capture_id])])
    insert(con, "quality", [row for item in new for row in _notes(item, resolved.get(item.capture_id))])
    insert(con, "quality", list(_disagreements(walked, resolved)))
    return [_outcome(item, judged[item.capture_id]) for item in new]


def _beginnings(con: "DuckDBPyConnection", items: Iterable[_Read]) -> dict[ListId, Beginning]:
    """Where the walks of the lists begin on which the captures will be stops."""
    stops: dict[ListId, list[_Read]] = defaultdict(list)
    for item in items:
        if item.list_id is not None:
            stops[item.list_id].append(item)
    return {
        list_id: read_beginning(
            con,
            list_id,
            min(item.order for item in found),
            {entry.paper_id or entry.key for item in found for entry in item.listing.entries},
        )
        for list_id, found in stops.items()
    }


def _walk(
    con: "DuckDBPyConnection", list_id: ListId, beginning: Beginning, new: Sequence[Stop], texts: Texts
) -> tuple[list[Stored], list[Step]]:
    """Walk a list from its beginning over its stored and new stops, and write what differs. Comes back with what the
    stored stops had become, and with all steps."""
    head, moment, start = beginning.head, beginning.moment, beginning.start
    stored: list[Stored] = []
    if head is not None and start is None:
        unfold_from(con, list_id, moment)
        stored = read_stored(con, list_id, moment)
        start = read_start(con, list_id, moment, head_before(con, list_id, moment, head))
    stops = sorted([*(s.stop for s in stored), *new], key=lambda stop: stop.order)
    boards = [stop.board for stop in stops if stop.board is not None]
    start = complete(con, list_id, moment, start or Start(), boards)
    if start.witness is not None:
        boards.append(start.witness)
    walk = Walk(list_id, start, read_texts(con, boards, texts))
    steps = [walk.step(stop) for stop in stops]
    write_difference(con, list_id, moment, stored, steps)
    write_head(con, walk, stops[-1].order, is_new=head is None)
    return stored, steps


def _papers_told(stored: Sequence[Stored], steps: Sequence[Step]) -> set[str]:
    """The papers of which a list now says something else than before, or may have said something that it no longer
    does."""
    told = {paper for step in steps for paper, _ in step.showings}
    taken_back = (s.stop.board for s in stored if s.stop.board is not None)
    return told | {sighting.paper_id for board in taken_back for sighting in board.sightings}


def _not_loaded(con: "DuckDBPyConnection", arrivals: Iterable[Arrival]) -> list[_Read]:
    """The arrivals whose captures are in no table yet, each once, parsed."""
    asked = {arrival.capture.capture_id: arrival for arrival in arrivals}
    known = {row[0] for row in fetch(con, "read/known_captures", ids=list(asked))} if asked else set()
    return [_read(number, arrival) for number, arrival in asked.items() if number not in known]


def _read(number: int, arrival: Arrival) -> _Read:
    capture = arrival.capture
    pages = {
        page.url: page for page, _ in arrival.pages
    }  # of a page that was tried again the last try counts
    listing = join([parse(page) for page in (capture, *pages.values())])
    list_id = listing.list_id or capture.asked or list_from_url(capture.url)
    return _Read(arrival=arrival, capture_id=number, listing=listing, list_id=list_id)


def _is_walked(listing: Listing) -> bool:
    """Does the listing say how its list stands? A follow-up page without its first page does not."""
    return (
        listing.fault is None and listing.list_id is not None and bool(listing.entries) and listing.page == 0
    )


def _is_silent(item: _Read) -> bool:
    """Does the hub only say that its last answer still holds?"""
    return item.arrival.capture.status == NOT_MODIFIED


def _stop(item: _Read, resolved: Resolved) -> Stop:
    board = Board(
        capture_id=item.capture_id,
        captured_at=item.arrival.capture.captured_at,
        sightings=resolved.sightings,
        truncated=resolved.listing.truncated,
        parser=resolved.listing.parser,
    )
    return Stop(
        capture=item.arrival.capture, capture_id=item.capture_id, listing=resolved.listing, board=board
    )


def _silent_stop(item: _Read) -> Stop:
    return Stop(capture=item.arrival.capture, capture_id=item.capture_id, listing=item.listing, board=None)


def _rows(item: _Read, judged: Judged) -> list[dict[str, Any]]:
    """A row for the capture, and one for each follow-up page, which shares its fate."""
    arrival, listing, list_id = item.arrival, item.listing, item.list_id
    common = {
        "verdict": judged.judgement.verdict,
        "parser": listing.parser,
        "snapshot_id": judged.snapshot_id,
        "list_kind": list_id.kind if list_id is not None else None,
        "list_key": list_id.key if list_id is not None else None,
    }
    first = common | _capture_row(arrival.capture, arrival.place)
    first |= {
        "reason": judged.judgement.reason,
        "entries": len(listing.entries) if listing.fault is None else None,
        "truncated": listing.truncated,
    }
    rows = [first]
    for number, (page, place) in enumerate(arrival.pages, start=2):
        reason = f"page {number} of capture {item.capture_id}"
        rows.append(common | _capture_row(page, place) | {"reason": reason, "part_of": item.capture_id})
    return rows


def _capture_row(capture: Capture, place: tuple[str, int] | None) -> dict[str, Any]:
    return {
        "capture_id": capture.capture_id,
        "captured_at": to_db(capture.captured_at),
        "url": capture.url,
        "status": capture.status,
        "sha256": capture.sha256,
        "bytes": len(capture.body),
        "asked": str(capture.asked) if capture.asked is not None else None,
        "part_of": capture.part_of,
        "date_header": capture.header("Date"),
        "age_header": capture.header("Age"),
        "archive_file": place[0] if place is not None else None,
        "archive_offset": place[1] if place is not None else None,
    }


def _notes(item: _Read, resolved: Resolved | None) -> list[dict[str, Any]]:
    notes = item.listing.notes + (resolved.notes if resolved is not None else ())
    return [{"capture_id": item.capture_id, "note": note} for note in notes]


def _disagreements(walked: Sequence[_Read], resolved: Mapping[int, Resolved]) -> Iterator[dict[str, Any]]:
    """What two sources of one list, asked side by side, say differently of the papers they name."""
    in_order = sorted(walked, key=lambda item: (str(item.list_id), item.arrival.capture.captured_at))
    for one, other in pairwise(in_order):
        between = other.arrival.capture.captured_at - one.arrival.capture.captured_at
        if (
            one.list_id != other.list_id
            or one.listing.parser == other.listing.parser
            or between > SIDE_BY_SIDE
        ):
            continue
        listings = (resolved[item.capture_id].listing for item in (one, other))
        for words in disagreements(*listings):
            yield {"capture_id": other.capture_id, "note": f"beside capture {one.capture_id}: {words}"}


def _outcome(item: _Read, judged: Judged) -> Outcome:
    return Outcome(
        capture_id=item.capture_id,
        captured_at=item.arrival.capture.captured_at,
        url=item.arrival.capture.url,
        list_id=item.list_id,
        verdict=judged.judgement.verdict,
        reason=judged.judgement.reason,
        parser=item.listing.parser,
        entries=len(item.listing.entries) if item.listing.fault is None else None,
        snapshot_id=judged.snapshot_id,
        changes=dict(judged.changes),
    )
