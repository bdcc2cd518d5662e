"""Questions to the published warehouse, answered as rows: column name to value, times aware in UTC."""

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.errors import UsageError
from broadsheet.model import ListId, ListKind, paper_id_of
from broadsheet.warehouse.board import Board, Sighting, Text
from broadsheet.warehouse.chain import at_moment, read_cells, read_told
from broadsheet.warehouse.compare import Change, compare
from broadsheet.warehouse.queries import query
from broadsheet.warehouse.rows import Record, answer, fetch

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class NotFoundError(UsageError):
    """The warehouse holds nothing of that name or number."""


def records(con: "DuckDBPyConnection", name: str, **parameters: object) -> list[Record]:
    """All rows of a query file as records."""
    return answer(con, query(name), **parameters)


def list_as_of(con: "DuckDBPyConnection", list_id: ListId, moment: datetime) -> list[Record]:
    """The list as it stood at ``moment``: rank, paper_id, title, upvotes, num_comments, github_stars,
    captured_at, snapshot_id, in order of rank; empty if nothing was known of it by then."""
    return records(con, "read/list_as_of", kind=str(list_id.kind), key=list_id.key, moment=moment)


def newest_key(con: "DuckDBPyConnection", kind: ListKind, moment: datetime | None = None) -> str | None:
    """The key of the newest list of a dated kind that was believed by ``moment``, by default now; None if there was
    none."""
    (row,) = records(con, "read/newest_key", kind=str(kind), moment=moment)
    key: str | None = row["list_key"]
    return key


def changes_since(
    con: "DuckDBPyConnection", list_id: ListId, since: datetime | None, until: datetime | None
) -> list[Record]:
    """The changes of a list after ``since`` up to ``until``, in order of seq, with titles."""
    return records(
        con,
        "read/changes_since",
        kind=str(list_id.kind),
        key=list_id.key,
        since=since,
        until=until,
    )


class Between(msgspec.Struct, frozen=True):
    """How a list differs between two moments, whatever happened in between."""

    earlier: Board
    later: Board
    changes: tuple[Change, ...]
    titles: dict[str, str]


def changes_between(
    con: "DuckDBPyConnection", list_id: ListId, earlier: datetime, later: datetime
) -> Between:
    """Compare the list as it stood at two moments.

    Raises:
        NotFoundError: nothing was known of the list at one of them.
    """
    boards = [_board_as_of(con, list_id, moment) for moment in (earlier, later)]
    papers = sorted({s.paper_id for board in boards for s in board.sightings})
    before, after = (_told(con, list_id, board, papers) for board in boards)
    at = at_moment(list_id, (boards[1].captured_at, boards[1].capture_id))
    seen = {row[0] for row in fetch(con, "read/seen_before", papers=papers, **at)}
    changes = compare(boards[0], boards[1], seen=seen, before=before, after=after)
    titles = dict(fetch(con, "read/titles", papers=papers))
    return Between(boards[0], boards[1], tuple(changes), titles)


def paper(con: "DuckDBPyConnection", text: str) -> Record:
    """Everything known of one paper: its record of the view ``papers``, and under ``history`` its places
    (rank_history), under ``timeline`` its events, under ``revisions`` its texts in order.

    Raises:
        NotFoundError: no paper of that id.
    """
    paper_id = paper_id_of(text)
    alias = fetch(con, "read/alias", alias=paper_id)
    if alias:
        paper_id = alias[0][0]
    found = records(con, "read/paper", paper=paper_id)
    if not found:
        raise NotFoundError(
            f'no paper {text!r} in the warehouse: look for its id with `broadsheet search "words of its title"`'
        )
    return found[0] | {
        "history": records(con, "read/paper_history", paper=paper_id),
        "timeline": records(con, "read/paper_timeline", paper=paper_id),
        "revisions": records(con, "read/paper_revisions", paper=paper_id),
    }


def capture(con: "DuckDBPyConnection", capture_id: int) -> Record:
    """A capture's row, and under ``notes`` its oddities, under ``changes`` how many of each kind it brought,
    under ``previous_snapshot`` what it was compared with.

    Raises:
        NotFoundError: no capture of that number.
    """
    found = records(con, "read/capture", capture=capture_id)
    if not found:
        raise NotFoundError(
            f"no capture {capture_id} in the warehouse: `broadsheet status` tells what came last of each list, and "
            '`broadsheet sql "FROM captures ORDER BY captured_at DESC LIMIT 20"` the newest ids'
        )
    return found[0] | {
        "notes": [row[0] for row in fetch(con, "read/capture_notes", capture=capture_id)],
        "changes": dict(fetch(con, "read/capture_changes", capture=capture_id)),
        "previous_snapshot": next(iter(records(con, "read/previous_snapshot", capture=capture_id)), None),
    }


def source_health(con: "DuckDBPyConnection") -> list[Record]:
    """The view ``source_health``: a record for each list, the last asked first."""
    return records(con, "read/source_health")


def totals(con: "DuckDBPyConnection") -> dict[str, int]:
    """How much the warehouse holds: captures, snapshots, papers, observations, changes."""
    return {key: int(value) for key, value in records(con, "read/totals")[0].items()}


def _board_as_of(con: "DuckDBPyConnection", list_id: ListId, moment: datetime) -> Board:
    found = records(con, "read/snapshot_as_of", kind=str(list_id.kind), key=list_id.key, moment=moment)
    if not found:
        raise NotFoundError(f"nothing was known of {list_id} at {moment:%Y-%m-%d %H:%M} UTC")
    cells = read_cells(con, found[0]["snapshot_id"])
    return Board(
        capture_id=found[0]["snapshot_id"],
        captured_at=found[0]["captured_at"],
        truncated=found[0]["truncated"],
        sightings=tuple(Sighting._make((*each, 0)) for each in cells),
    )


def _told(con: "DuckDBPyConnection", list_id: ListId, board: Board, papers: list[str]) -> dict[str, Text]:
    """What the list had told of the papers up to and with this board."""
    # Every snapshot before the next number is this one or an earlier one.
    at = at_moment(list_id, (board.captured_at, board.capture_id + 1))
    return read_told(con, at, papers)
