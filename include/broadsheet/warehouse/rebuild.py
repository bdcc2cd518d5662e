"""Building the warehouse anew from the archive, with today's parsers."""

from pathlib import Path

import msgspec

from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import IngestReport, Progress, load_archive
from broadsheet.warehouse.lock import writer_lock
from broadsheet.warehouse.publish import publish
from broadsheet.warehouse.rows import fetch
from broadsheet.warehouse.segments import Segment, enter, leave, read_segments
from broadsheet.warehouse.store import WarehouseError, connect, migrate, open_to_write, schema_version

FIRST_WITH_SEGMENTS = 4
"""The first version of the schema that has the table ``segments``."""


class _Former(msgspec.Struct, frozen=True):
    next_seq: int = 1
    segments: tuple[Segment, ...] = ()


def before_rebuild(path: Path) -> Path:
    """Where a rebuild keeps the file that stood at ``path``."""
    return path.with_name(path.name + ".before-rebuild")


def rebuild(settings: Settings, progress: Progress | None = None) -> IngestReport:
    """Load the whole archive into a new file, put it in the old one's place, and publish it.

    The stream of changes goes on behind the old file's numbers: none is used twice. The old file stays as
    ``warehouse.duckdb.before-rebuild`` until the next rebuild. A crash leaves the old file in place.
    Where neither the old file nor the published one can be read, the numbers begin at 1.

    Raises:
        LockedError, ArchiveError, WarehouseError: as `broadsheet.warehouse.ingest.ingest`.
    """
    path = settings.warehouse_path
    draft = path.with_name(path.name + ".rebuild")
    with writer_lock(path, settings.lock_timeout_seconds):
        former = _former(settings)
        for leftover in (draft, draft.with_name(draft.name + ".wal")):
            leftover.unlink(missing_ok=True)
        with open_to_write(draft) as con:
            migrate(con, draft)
            fetch(con, "write/take_seq", count=former.next_seq - 1)
            # Who reads an older publication still needs them.
            enter(con, former.segments)
            leave(con, {segment.period for segment in former.segments})
            report = load_archive(con, settings, progress)
        _take_place(draft, path)
        publish(settings)
    return msgspec.structs.replace(report, published=True)


def _take_place(draft: Path, path: Path) -> None:
    """Keep the old file under another name, then rename the new one over it: there is always one in place."""
    # A log left by a killed writer of an unreadable file would otherwise be played into the new one.
    wal = path.with_name(path.name + ".wal")
    wal.unlink(missing_ok=True)
    if path.exists():
        kept = before_rebuild(path)
        kept.unlink(missing_ok=True)
        kept.hardlink_to(path)
    draft.replace(path)


def _former(settings: Settings) -> _Former:
    """What the new file goes on from: the writer's file, else the published one, whichever can be read."""
    for path in (settings.warehouse_path, settings.published_path):
        if not path.exists():
            continue
        try:
            con = connect(path)
        except WarehouseError:
            continue
        try:
            if (version := schema_version(con, path)) is not None:
                segments = read_segments(con) if version >= FIRST_WITH_SEGMENTS else []
                return _Former(int(fetch(con, "read/next_seq")[0][0]), tuple(segments))
        finally:
            con.close()
    return _Former()
