"""Segments: the rows of closed months, in Parquet files that never change and that every publication shares.

Each table that grows with every poll is a view of two parts: ``open_…`` holds the rows of open months, segments hold
the others. Which ones is kept in the table ``segments``, so rows go from one part to the other in one transaction.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from broadsheet.model import ListId
from broadsheet.warehouse.queries import query
from broadsheet.warehouse.rows import fetch, run_script, to_db

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOLDER = "segments"
"""Beside the published file."""

POLL_ORDER = {
    "revisions": "paper_id, revision_id",
    "observations": "snapshot_id, rank",
    "quality": "capture_id, note",
    "showings": "captured_at, snapshot_id, paper_id",
    "changes": "seq",
    "snapshots": "captured_at, snapshot_id",
    "captures": "captured_at, capture_id",
}
"""The tables that fold, and the order in which loading would have written their rows. What belongs to the rows of
another table stands before it."""

WORDS = "words"
"""The period of the postings' segment: the one that is none of time."""

_ORDER = {**POLL_ORDER, "postings": "term, field, document"}
"""All tables that are open or folded."""


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one table in one period, ``2026-10`` or ``2025``, or `WORDS`. ``file`` is its name in the
    segments' folder; ``sha256`` is the file's."""

    period: str
    table_name: str
    file: str
    rows: int
    bytes: int
    sha256: str


def read_segments(con: "DuckDBPyConnection") -> list[Segment]:
    """The segments that are read now."""
    return [
        Segment(**dict(zip(Segment.__struct_fields__, row, strict=True)))
        for row in fetch(con, "segments/read")
    ]


def enter(con: "DuckDBPyConnection", segments: Iterable[Segment]) -> None:
    """Have segments read from now on; `make_views` is the caller's to call, in the same transaction."""
    for segment in segments:
        con.execute(query("segments/enter"), msgspec.structs.asdict(segment))


def leave(con: "DuckDBPyConnection", periods: Collection[str]) -> None:
    """Have the segments of some periods read no more; else as `enter`."""
    run_script(con, "segments/leave", periods=sorted(periods))


def make_views(con: "DuckDBPyConnection") -> None:
    """Make the views of all tables that fold, of what is open and what is folded now."""
    segments = read_segments(con)
    for table in _ORDER:
        files = ", ".join(f"segments_root() || '/{s.file}'" for s in segments if s.table_name == table)
        view = "segments/folded_view" if files else "segments/open_view"
        con.execute(query(view).format(table=table, files=files))


def unfold_periods(con: "DuckDBPyConnection", periods: Collection[str]) -> list[Segment]:
    """Open the rows of these periods again. Runs inside the caller's transaction; gives the segments let go."""
    wanted = set(periods)
    segments = [segment for segment in read_segments(con) if segment.period in wanted]
    for segment in segments:
        order = _ORDER[segment.table_name]
        con.execute(query("segments/unfold").format(table=segment.table_name, file=segment.file, order=order))
    if segments:
        leave(con, wanted)
        make_views(con)
    return segments


def unfold_from(con: "DuckDBPyConnection", list_id: ListId, moment: tuple[datetime, int]) -> None:
    """Open every period in which a list has captures from ``moment`` (aware time and capture_id) on, so that its rows
    from there on can be changed. Runs inside the caller's transaction."""
    rows = fetch(
        con, "segments/periods_of_list", kind=str(list_id.kind), key=list_id.key, since=to_db(moment[0])
    )
    unfold_periods(con, [period for (period,) in rows])


def root_of(warehouse: Path) -> Path:
    """The folder of the segments of a writer's file."""
    return warehouse.resolve().parent / "published" / FOLDER


def place_at(con: "DuckDBPyConnection", root: str) -> None:
    """Have the views look for segments in ``root``, a folder or a URL, wherever this file is read."""
    con.execute(query("segments/root").format(root=in_quotes(root)))


def look_in(con: "DuckDBPyConnection", root: Path) -> None:
    """Have this connection look for segments in ``root``, whatever its file says."""
    con.execute(f"SET VARIABLE segments_root = '{in_quotes(str(root))}'")


def in_quotes(text: str) -> str:
    """Text to stand between quotes in a statement that takes no parameters."""
    return text.replace("'", "''")
