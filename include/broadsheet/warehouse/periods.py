"""Periods: which months and years are closed, and moving the rows of one out of the writer's file into segments."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.files import sync_folder
from broadsheet.warehouse.queries import query
from broadsheet.warehouse.rows import fetch, run_script, transaction
from broadsheet.warehouse.segments import (
    POLL_ORDER,
    WORDS,
    Segment,
    enter,
    in_quotes,
    leave,
    make_views,
    read_segments,
    unfold_periods,
)
from broadsheet.warehouse.store import WarehouseError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SETTLED = timedelta(days=3)
"""How long a month must be over before it is folded: what comes late has mostly come by then."""

ROWS_A_GROUP = 122_880
"""Rows of a segment that are read together: DuckDB's own choice."""

GROUPS = {"revisions": 4_096, "postings": 20_480}
"""The same for texts, of which a row is a hundred times longer, and for postings, of which a search wants few."""

MOST_OPEN_POSTINGS = 100_000
"""Rows of postings that may always stay open: the words of 700 papers, which a publication copies (2 MB)."""

SHARE_OPEN = 50
"""So is one in fifty of those that are folded: folding writes all of them again."""


def due_periods(con: "DuckDBPyConnection", now: datetime) -> list[str]:
    """The months and years to fold at ``now`` (aware), in order: a closed month with open rows, ``2026-10``; a
    closed year with open rows or segments of single months, ``2025``."""
    return sorted(_due(dict(fetch(con, "fold/months")), now - SETTLED))


def _due(months: Mapping[str, bool], settled: datetime) -> Iterator[str]:
    """``months`` tells of each month that is not part of a folded year whether rows of it are open."""
    years = {month[:4] for month in months if _end(month[:4]) <= settled}
    yield from years
    for month, is_open in months.items():
        if is_open and month[:4] not in years and _end(month) <= settled:
            yield month


def _end(period: str) -> datetime:
    """The first moment behind a month or a year."""
    year, _, month = period.partition("-")
    if month in {"", "12"}:
        return datetime(int(year) + 1, 1, 1, tzinfo=UTC)
    return datetime(int(year), int(month) + 1, 1, tzinfo=UTC)


def fold_period(con: "DuckDBPyConnection", folder: Path, period: str) -> list[Segment]:
    """Fold one period, with what is folded of it already: all of it or nothing. Gives the segments written.

    Raises:
        WarehouseError: what was written cannot be read back.
        OSError: the folder cannot be written.
    """
    with transaction(con):
        unfold_periods(con, [s.period for s in read_segments(con) if s.period.startswith(period)])
        written = (_write(con, folder, table, period) for table in POLL_ORDER)
        segments = [segment for segment in written if segment is not None]
        enter(con, segments)
        make_views(con)
    return segments


def _write(con: "DuckDBPyConnection", folder: Path, table: str, period: str) -> Segment | None:
    """Move a table's open rows of a period into a file; None where there are none."""
    con.execute(query(f"fold/take_{table}"), {"period": period})
    segment = _write_taken(con, folder, table, period)
    if segment is not None:
        con.execute(query("fold/remove").format(table=table))
    return segment


def fold_postings(
    con: "DuckDBPyConnection", folder: Path, most_open: int = MOST_OPEN_POSTINGS
) -> Segment | None:
    """Put all postings, in order, into one segment, if more than ``most_open`` and a share of those that are in one
    are open: all of it or nothing.

    Raises:
        WarehouseError, OSError: as `fold_period`.
    """
    folded = sum(segment.rows for segment in read_segments(con) if segment.period == WORDS)
    if fetch(con, "search/open_postings")[0][0] <= max(most_open, folded // SHARE_OPEN):
        return None
    with transaction(con):
        run_script(con, "fold/take_postings")
        segment = _write_taken(con, folder, "postings", WORDS)
        run_script(con, "fold/leave_postings")
        leave(con, [WORDS])
        enter(con, [segment] if segment is not None else [])
        make_views(con)
    return segment


def _write_taken(con: "DuckDBPyConnection", folder: Path, table: str, period: str) -> Segment | None:
    """Write what was taken into a file and read it back; None where nothing was."""
    rows = int(fetch(con, "fold/count")[0][0])
    if not rows:
        return None
    place, size, sha256 = _write_file(con, folder, table, period)
    apart = con.execute(query("fold/compare").format(file=in_quotes(str(place)))).fetchone()
    if apart != (False,):
        raise WarehouseError(
            f"{place} does not say what was written into it: look after the disk. All rows are where they were"
        )
    return Segment(period=period, table_name=table, file=place.name, rows=rows, bytes=size, sha256=sha256)


def _write_file(con: "DuckDBPyConnection", folder: Path, table: str, period: str) -> tuple[Path, int, str]:
    """Write the rows taken into a file of their own, durably: its place, its size and its SHA-256."""
    folder.mkdir(parents=True, exist_ok=True)
    # One name for all: what a killed call left is written over.
    draft = folder / f".{table}.draft"
    group = GROUPS.get(table, ROWS_A_GROUP)
    con.execute(query("fold/write").format(file=in_quotes(str(draft)), row_group=group))
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    place = draft.replace(folder / f"{table}-{period}-{sha256[:16]}.parquet")
    sync_folder(folder)
    return place, size, sha256
