"""From the archive into the warehouse and out to the readers: the one way in for everything.

Whoever fetches only appends to the archive. `ingest` loads what the archive holds beyond what was loaded,
and publishes. A crash anywhere loses nothing: the next call goes on where the last commit stood.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from broadsheet.hub.archive import Archive, Location, Stored
from broadsheet.hub.client import HubClient
from broadsheet.model import DATED_KINDS, Capture, ListId, ListKind
from broadsheet.settings import Settings
from broadsheet.telemetry import count, span
from broadsheet.warehouse.load import Arrival, Outcome, load
from broadsheet.warehouse.lock import writer_lock
from broadsheet.warehouse.outcomes import read_outcomes
from broadsheet.warehouse.publish import is_published, publish
from broadsheet.warehouse.queries import query
from broadsheet.warehouse.rows import fetch
from broadsheet.warehouse.store import open_unlocked

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TWO_FORMS = DATED_KINDS | {ListKind.SEARCH}
"""Lists whose API and page show the same ranking; trending's API ranks only papers that were on a daily list."""

BATCH = 100
"""Captures a transaction: bounds memory and what a crash makes the next call repeat."""

FEW = 20
"""So many captures are loaded by one thread sooner than by two, which wait for each other at every statement."""

Progress = Callable[[int], None]
"""Called with the number of captures loaded so far."""


class IngestReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one call did: an outcome for each capture loaded, in the archive's order."""

    outcomes: tuple[Outcome, ...]
    published: bool
    seconds: float

    @property
    def moved(self) -> tuple[Outcome, ...]:
        """The captures that became snapshots."""
        return tuple(o for o in self.outcomes if o.snapshot_id == o.capture_id)


def ingest(settings: Settings, progress: Progress | None = None) -> IngestReport:
    """Load everything in the archive that is not loaded yet, then publish.

    Raises:
        LockedError: another writer did not finish in time.
        ArchiveError: a file of the archive is damaged; what stood before it is loaded.
        WarehouseError: the warehouse's file cannot be used.
    """
    with span("load") as told, writer_lock(settings.warehouse_path, settings.lock_timeout_seconds):
        usable = published = False
        try:
            with open_unlocked(settings) as con:
                usable = True
                report = load_archive(con, settings, progress)
        finally:
            # Also what was committed before a damaged file, or by a writer that was killed before publishing;
            # but a file that cannot be used never takes the place of the readers' good one.
            if usable and not is_published(settings):
                with span("publish"):
                    publish(settings)
                published = True
        told["captures"] = len(report.outcomes)
        for verdict, captures in Counter(outcome.verdict for outcome in report.outcomes).items():
            count("captures", captures, verdict=str(verdict))
    return msgspec.structs.replace(report, published=published)


def load_archive(
    con: "DuckDBPyConnection", settings: Settings, progress: Progress | None = None
) -> IngestReport:
    """Load everything in the archive that ``con``'s file does not hold yet; the caller holds the lock."""
    began = time.monotonic()
    outcomes: list[Outcome] = []
    stored = Archive(settings.archive_location).read(dict(fetch(con, "read/progress")))
    found = group_pages(stored)
    while batch := list(islice(found, BATCH)):
        if not outcomes and len(batch) <= FEW:
            con.execute(query("write/one_thread"))
        ends = {file: end for item in batch for file, end in item.ends}
        outcomes += load(con, [item.arrival for item in batch], ends)
        if progress is not None:
            progress(len(outcomes))
    return IngestReport(
        outcomes=_as_they_stand(con, outcomes), published=False, seconds=time.monotonic() - began
    )


def _as_they_stand(con: "DuckDBPyConnection", outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """The outcomes as later batches left them: a capture out of order has those behind it judged anew."""
    if len(outcomes) <= BATCH:
        return tuple(outcomes)
    return tuple(read_outcomes(con, [outcome.capture_id for outcome in outcomes]))


def poll(
    settings: Settings,
    lists: Iterable[ListId],
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
    each: Callable[[ListId, Sequence[Capture]], None] | None = None,
) -> IngestReport:
    """Fetch each list into the archive, then ingest. ``each`` is told what came for a list as it comes.

    With the setting ``crosscheck``, lists that the hub gives both by its API and as a page are fetched in both
    forms, and what they disagree on goes into the table ``quality``.
    """
    archive = Archive(settings.archive_location, now=now)
    with HubClient(settings, now=now, sleep=sleep) as client:
        for list_id in lists:
            with span("poll", list=str(list_id)):
                captures = client.fetch(list_id)
                if settings.crosscheck and list_id.kind in TWO_FORMS:
                    captures += client.fetch(list_id, source="page")
                archive.append(captures)
            if each is not None:
                each(list_id, captures)
    return ingest(settings)


class Found(msgspec.Struct, frozen=True):
    """An arrival out of the archive, and up to where each of its files is read with it."""

    arrival: Arrival
    ends: tuple[tuple[str, int], ...]


def group_pages(stored: Iterable[Stored]) -> Iterator[Found]:
    """Put the follow-up pages of a list, which stand behind its first page, with it."""
    group: list[Stored] = []
    for item in stored:
        if group and item.capture.part_of != group[0].capture.capture_id:
            yield _found(group)
            group = []
        group.append(item)
    if group:
        yield _found(group)


def _found(group: Sequence[Stored]) -> Found:
    first, *rest = group
    arrival = Arrival(
        capture=first.capture,
        place=_place(first.location),
        pages=tuple((item.capture, _place(item.location)) for item in rest),
    )
    return Found(arrival, tuple((item.location.file, item.end) for item in group))


def _place(location: Location) -> tuple[str, int]:
    return (location.file, location.offset)
