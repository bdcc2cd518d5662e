"""Building the warehouse anew from the archive, with today's parsers."""

from pathlib import Path

import msgspec

from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import IngestReport, Progress, load_archive
from broadsheet.warehouse.lock import writer_lock
from broadsheet.warehouse.publish import publish
from broadsheet.warehouse.rows import fetch
from broadsheet.warehouse.store import WarehouseError, connect, migrate, open_to_write, schema_version


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
        next_seq = _next_seq(settings)
        for leftover in (draft, draft.with_name(draft.name + ".wal")):
            leftover.unlink(missing_ok=True)
        with open_to_write(draft) as con:
            migrate(con, draft)
            if next_seq is not None:
                fetch(con, "write/take_seq", count=next_seq - 1)
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
        kept = path.with_name(path.name + ".before-rebuild")
        kept.unlink(missing_ok=True)
        kept.hardlink_to(path)
    draft.replace(path)


def _next_seq(settings: Settings) -> int | None:
    """The next number of the stream in the writer's file, else in the published one, whichever can be read."""
    for path in (settings.warehouse_path, settings.published_path):
        if not path.exists():
            continue
        try:
            con = connect(path)
        except WarehouseError:
            continue
        try:
            if schema_version(con, path) is not None:
                return int(fetch(con, "read/next_seq")[0][0])
        finally:
            con.close()
    return None
