"""Building the warehouse anew from the archive, with today's parsers."""

import msgspec

from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import IngestReport, Progress, load_archive
from broadsheet.warehouse.lock import writer_lock
from broadsheet.warehouse.publish import publish
from broadsheet.warehouse.rows import fetch
from broadsheet.warehouse.store import WarehouseError, connect, migrate, schema_version


def rebuild(settings: Settings, progress: Progress | None = None) -> IngestReport:
    """Load the whole archive into a new file, put it in the old one's place, and publish it.

    The stream of changes goes on behind the old file's numbers: none is used twice. The old file stays as
    ``warehouse.duckdb.before-rebuild`` until the next rebuild. A crash leaves the old file in place.

    Raises:
        LockedError, ArchiveError, WarehouseError: as `broadsheet.warehouse.ingest.ingest`.
    """
    path = settings.warehouse_path
    draft = path.with_name(path.name + ".rebuild")
    with writer_lock(path, settings.lock_timeout_seconds):
        next_seq = _next_seq(settings)
        for leftover in (draft, draft.with_name(draft.name + ".wal")):
            leftover.unlink(missing_ok=True)
        con = connect(draft)
        try:
            migrate(con, draft)
            if next_seq is not None:
                fetch(con, "write/take_seq", count=next_seq - 1)
            report = load_archive(con, settings, progress)
        finally:
            con.close()
        if path.exists():
            path.replace(path.with_name(path.name + ".before-rebuild"))
        draft.replace(path)
        publish(settings)
    return msgspec.structs.replace(report, published=True)


def _next_seq(settings: Settings) -> int | None:
    """The old file's next number; None if there is no old file or it holds nothing readable."""
    path = settings.warehouse_path
    if not path.exists():
        return None
    try:
        con = connect(path)
    except WarehouseError:
        return None
    try:
        if schema_version(con, path) is None:
            return None
        return int(fetch(con, "read/next_seq")[0][0])
    finally:
        con.close()
