"""Writing what a walk came to: new rows appended, rows that a late capture overtook taken back."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from broadsheet.model import ListId
from broadsheet.warehouse.board import Board
from broadsheet.warehouse.chain import Moment, Stored, at_moment
from broadsheet.warehouse.queries import query
from broadsheet.warehouse.rows import Row, encode, fetch, insert, run_script, to_db
from broadsheet.warehouse.walk import HELD, Step, Walk

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write_difference(
    con: "DuckDBPyConnection",
    list_id: ListId,
    moment: Moment,
    stored: Sequence[Stored],
    steps: Sequence[Step],
) -> None:
    """Bring the tables of one list, from ``moment`` on, from ``stored`` to ``steps``.

    Captures that are new are the caller's to insert. A change that stays the same keeps its number; one that
    comes anew gets the next of the stream.
    """
    snapshots_before = {s.stop.capture_id for s in stored if s.snapshot_id == s.stop.capture_id}
    held_before = {s.stop.capture_id for s in stored if s.judgement.verdict in HELD}
    snapshots_now = {s.stop.capture_id: s for s in steps if s.is_snapshot}
    held_now = {s.stop.capture_id: s for s in steps if s.is_held}
    if stored:
        _take_back(con, stored, steps)
    new = [step for number, step in snapshots_now.items() if number not in snapshots_before]
    insert(con, "snapshots", [_snapshot(list_id, step) for step in new])
    insert(con, "observations", [row for step in new for row in _observations(step)])
    doubted = [step for number, step in held_now.items() if number not in held_before]
    insert(con, "held_observations", [row for step in doubted for row in _held(step)])
    insert(con, "showings", [row for step in snapshots_now.values() for row in _showings(list_id, step)])
    _write_changes(con, list_id, moment, steps, compare_stored=bool(stored))


def write_head(con: "DuckDBPyConnection", walk: Walk, newest: Moment, *, is_new: bool) -> None:
    """Note how far the walk has come; ``newest`` is its last stop, ``is_new`` says that the list has no head yet."""
    head = {
        "list_kind": walk.list_id.kind,
        "list_key": walk.list_id.key,
        "captured_at": to_db(newest[0]),
        "capture_id": newest[1],
        "baseline_id": walk.baseline.capture_id if walk.baseline is not None else None,
        "witness_id": walk.witness.capture_id if walk.witness is not None else None,
    }
    if is_new:
        insert(con, "heads", [head])
    else:
        fetch(con, "write/move_head", **head)


def _take_back(con: "DuckDBPyConnection", stored: Sequence[Stored], steps: Sequence[Step]) -> None:
    """Remove what the stored stops had become and are no more, and judge their captures anew."""
    now = {step.stop.capture_id: step for step in steps}
    showing = [s.stop.capture_id for s in stored if s.snapshot_id == s.stop.capture_id]
    run_script(con, "write/forget_showings", ids=showing)
    forgotten = [number for number in showing if not now[number].is_snapshot]
    if forgotten:
        run_script(con, "write/forget_snapshots", ids=forgotten)
    believed = [
        s.stop.capture_id
        for s in stored
        if s.judgement.verdict in HELD and not now[s.stop.capture_id].is_held
    ]
    if believed:
        run_script(con, "write/forget_held", ids=believed)
    rejudged = [
        {
            "capture_id": s.stop.capture_id,
            "verdict": now[s.stop.capture_id].judgement.verdict,
            "reason": now[s.stop.capture_id].judgement.reason,
            "snapshot_id": now[s.stop.capture_id].snapshot_id,
        }
        for s in stored
        if (s.judgement, s.snapshot_id)
        != (now[s.stop.capture_id].judgement, now[s.stop.capture_id].snapshot_id)
    ]
    if rejudged:
        con.execute(query("write/rejudge_captures"), [encode(rejudged)])


def _write_changes(
    con: "DuckDBPyConnection", list_id: ListId, moment: Moment, steps: Sequence[Step], *, compare_stored: bool
) -> None:
    rows = [row for step in steps for row in _changes(list_id, step)]
    if compare_stored:
        stored = {
            tuple(cells): seq for seq, *cells in fetch(con, "read/changes_from", **at_moment(list_id, moment))
        }
        wanted = {_identity(row) for row in rows}
        gone = [seq for cells, seq in stored.items() if cells not in wanted]
        if gone:
            run_script(con, "write/forget_changes", seqs=gone)
        rows = [row for row in rows if _identity(row) not in stored]
    if rows:
        (after,) = fetch(con, "write/take_seq", count=len(rows))[0]
        insert(
            con,
            "changes",
            [{**row, "seq": seq} for seq, row in enumerate(rows, start=after - len(rows))],
        )


def _identity(row: Row) -> tuple[Any, ...]:
    """A change without its number, in the column order of ``read/changes_from``."""
    return (
        row["snapshot_id"],
        row["previous_snapshot_id"],
        row["paper_id"],
        row["change"],
        row["rank"],
        row["previous_rank"],
        row["upvotes"],
        row["previous_upvotes"],
        row["fields"],
    )


def _board_of(step: Step) -> Board:
    if step.board is None:
        raise ValueError(f"capture {step.stop.capture_id} has no board to write")
    return step.board


def _snapshot(list_id: ListId, step: Step) -> Row:
    board = _board_of(step)
    return {
        "snapshot_id": board.capture_id,
        "list_kind": list_id.kind,
        "list_key": list_id.key,
        "captured_at": to_db(board.captured_at),
        "entries": len(board.sightings),
        "truncated": board.truncated,
        "parser": board.parser,
    }


def _observations(step: Step) -> Iterator[Row]:
    board = _board_of(step)
    for sighting in board.sightings:
        row = sighting._asdict()
        del row["revision_id"]
        yield {"snapshot_id": board.capture_id, **row}


def _held(step: Step) -> Iterator[Row]:
    board = _board_of(step)
    for sighting in board.sightings:
        yield {"capture_id": board.capture_id, **sighting._asdict()}


def _showings(list_id: ListId, step: Step) -> Iterator[Row]:
    for paper, revision in step.showings:
        yield {
            "snapshot_id": step.stop.capture_id,
            "list_kind": list_id.kind,
            "list_key": list_id.key,
            "captured_at": to_db(step.stop.capture.captured_at),
            "paper_id": paper,
            "revision_id": revision,
        }


def _changes(list_id: ListId, step: Step) -> Iterator[dict[str, Any]]:
    for change in step.changes:
        yield {
            "snapshot_id": step.stop.capture_id,
            "previous_snapshot_id": step.previous_snapshot_id,
            "list_kind": list_id.kind,
            "list_key": list_id.key,
            "captured_at": to_db(step.stop.capture.captured_at),
            **msgspec.structs.asdict(change),
        }
