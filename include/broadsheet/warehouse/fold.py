"""Folding: rows of closed months, and the words of the search, go out of the writer's file into segments, and come
back if they must.

A month that is folded reads the same as before, takes a third of the room, and is not copied by publications any
more. Rows are read back from their segment and compared before they go. A kill at any moment leaves a month wholly
open or wholly folded, and at most files that nobody reads, which the next call deletes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from broadsheet.errors import UsageError
from broadsheet.settings import Settings
from broadsheet.warehouse.compact import compact
from broadsheet.warehouse.lock import writer_lock
from broadsheet.warehouse.periods import due_periods, fold_period, fold_postings
from broadsheet.warehouse.publish import is_published, publish
from broadsheet.warehouse.rebuild import before_rebuild
from broadsheet.warehouse.rows import fetch, run_script, to_db, transaction
from broadsheet.warehouse.segments import Segment, read_segments, unfold_periods
from broadsheet.warehouse.store import connect, open_unlocked

GRACE = timedelta(days=1)
"""How long a segment that is not read any more is kept, for those who still read an older publication."""

Progress = Callable[[int, int | None], None]
"""Called with how many periods are done and how many there are."""


class FoldReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one call did. ``folded`` are the segments written, ``unfolded`` those whose rows are open again;
    ``deleted`` counts files that nobody can read any more; ``published`` tells whether readers got it with this."""

    folded: tuple[Segment, ...] = ()
    unfolded: tuple[Segment, ...] = ()
    deleted: int = 0
    published: bool = False


def fold(settings: Settings, now: datetime, progress: Progress | None = None) -> FoldReport:
    """Fold every month that is closed, years that are over as one, and the postings if many are open; then publish.
    ``now`` is aware.

    Raises:
        LockedError: another writer did not finish in time.
        WarehouseError: the warehouse's file cannot be used, or a segment cannot be read back.
        OSError: the segments' folder cannot be written. What is not folded then stays open.
    """
    if not settings.warehouse_path.exists():
        return FoldReport()
    folded: list[Segment] = []
    with writer_lock(settings.warehouse_path, settings.lock_timeout_seconds):
        with open_unlocked(settings) as con:
            periods = due_periods(con, now)
            for done, period in enumerate(periods):
                if progress is not None:
                    progress(done, len(periods))
                folded += fold_period(con, settings.segments_path, period)
            postings = fold_postings(con, settings.segments_path)
            folded += [postings] if postings is not None else []
            run_script(con, "segments/note_left", now=to_db(now))
            run_script(con, "segments/forget", before=to_db(now - GRACE))
        if folded:
            compact(settings)
        published = _publish(settings)
        deleted = _delete_unread(settings)
    return FoldReport(folded=tuple(folded), deleted=deleted, published=published)


def unfold(settings: Settings, period: str) -> FoldReport:
    """Open the rows of a folded month, ``2026-10``, or year again, then publish.

    Raises:
        UsageError: nothing is folded under that name.
        LockedError, WarehouseError: as `fold`.
    """
    with writer_lock(settings.warehouse_path, settings.lock_timeout_seconds):
        with open_unlocked(settings) as con, transaction(con):
            unfolded = unfold_periods(con, [period])
            if not unfolded:
                known = sorted({segment.period for segment in read_segments(con)})
                raise UsageError(f"{period!r} is not folded; what is: {', '.join(known) or 'nothing yet'}")
        published = _publish(settings)
    return FoldReport(unfolded=tuple(unfolded), published=published)


def _publish(settings: Settings) -> bool:
    if is_published(settings):
        return False
    publish(settings)
    return True


def _delete_unread(settings: Settings) -> int:
    """Delete the segments that neither the warehouse, nor a publication of the last day, nor the file kept by a
    rebuild reads. They are published without by now."""
    needed: set[str] = set()
    for path in (settings.warehouse_path, before_rebuild(settings.warehouse_path)):
        needed |= _files_of(path)
    unread = [file for file in settings.segments_path.glob("*") if file.name not in needed]
    for file in unread:
        file.unlink()
    return len(unread)


def _files_of(warehouse: Path) -> set[str]:
    if not warehouse.exists():
        return set()
    with connect(warehouse, read_only=True) as con:
        if ("segments",) not in fetch(con, "read/tables"):
            return set()
        return {file for (file,) in fetch(con, "segments/files")}
