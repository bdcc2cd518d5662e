"""What today's parsers would make of the archive, beside what the warehouse holds."""

import tempfile
from datetime import datetime
from pathlib import Path

import msgspec

from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import Progress, load_archive
from broadsheet.warehouse.rows import fetch, from_db
from broadsheet.warehouse.segments import in_quotes, look_in
from broadsheet.warehouse.store import migrate, open_published, open_to_write


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that would differ for one capture.

    ``what`` is verdict, parser, list, entries, order, counts or texts; ``missing`` is a capture that one side does
    not have. ``stored`` and ``replayed`` are short texts; for order, counts and texts the number of papers.
    """

    capture_id: int
    captured_at: datetime
    list: str | None
    what: str
    stored: str | None
    replayed: str | None


class ReplayReport(msgspec.Struct, frozen=True, kw_only=True):
    """``captures`` were replayed; those without a difference would be loaded as they are."""

    captures: int
    differences: tuple[Difference, ...]


def replay(settings: Settings, progress: Progress | None = None) -> ReplayReport:
    """Load the whole archive into a file aside and compare it with the published one. Changes nothing.

    Raises:
        ArchiveError: a file of the archive is damaged.
        WarehouseError: nothing is published yet, the file cannot be read, or the disk is full.
    """
    open_published(settings).close()
    with tempfile.TemporaryDirectory(dir=settings.home_path, prefix="replay-") as folder:
        aside = Path(folder) / "replayed.duckdb"
        with open_to_write(aside) as con:
            migrate(con, aside)
            report = load_archive(con, settings, progress)
            published = in_quotes(str(settings.published_path))
            con.execute(f"ATTACH '{published}' AS stored (READ_ONLY)")
            look_in(con, settings.segments_path)
            rows = fetch(con, "read/replay_differences")
    return ReplayReport(captures=len(report.outcomes), differences=tuple(_difference(row) for row in rows))


def _difference(row: tuple[int, datetime, str | None, str, str | None, str | None]) -> Difference:
    capture_id, captured_at, name, what, stored, replayed = row
    return Difference(
        capture_id=capture_id,
        captured_at=from_db(captured_at),
        list=name,
        what=what,
        stored=stored,
        replayed=replayed,
    )
