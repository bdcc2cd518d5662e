"""Reading a list's walk back from the tables: where it starts and which stops are stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from broadsheet.model import Capture, Judgement, ListId, Verdict, parse_list_id
from broadsheet.warehouse.board import Board, Sighting, Text, Texts, listing_of
from broadsheet.warehouse.rows import fetch, from_db, to_db
from broadsheet.warehouse.walk import HELD, Start, Stop

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Moment = tuple[datetime, int]
"""captured_at (aware) and capture_id: the order of a walk."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """How far a list's walk has come: its newest capture, and what the next one is weighed against."""

    moment: Moment
    baseline_id: int | None
    witness_id: int | None


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """Where a walk goes on: how far it has come, and from which moment on it goes. ``start`` is the state there; None
    where the walk has passed the moment already, or never began."""

    head: Head | None
    moment: Moment
    start: Start | None

    @property
    def shown(self) -> Set[tuple[str, int]]:
        """Papers and the revisions that the list last showed of them."""
        return self.start.shown.items() if self.start is not None else set()


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A stop that the tables hold, and what had become of it."""

    stop: Stop
    judgement: Judgement
    snapshot_id: int | None


def read_head(con: "DuckDBPyConnection", list_id: ListId) -> Head | None:
    """Where the list's walk has come to; None if nothing is known of the list. Costs the same however long the
    history is."""
    rows = fetch(con, "read/head", kind=str(list_id.kind), key=list_id.key)
    if not rows:
        return None
    captured_at, capture_id, baseline_id, witness_id = rows[0]
    return Head(moment=(from_db(captured_at), capture_id), baseline_id=baseline_id, witness_id=witness_id)


def read_beginning(
    con: "DuckDBPyConnection", list_id: ListId, moment: Moment, papers: Iterable[str] = ()
) -> Beginning:
    """Where a walk begins that goes on from ``moment``, with captures that name ``papers``."""
    head, start = read_head(con, list_id), None
    if head is not None and head.moment < moment:
        start = read_start(con, list_id, moment, head, papers)
    return Beginning(head=head, moment=moment, start=start)


def head_before(con: "DuckDBPyConnection", list_id: ListId, moment: Moment, head: Head) -> Head:
    """``head`` with what the first capture from ``moment`` on was weighed against."""
    at = at_moment(list_id, moment)
    return msgspec.structs.replace(
        head,
        baseline_id=_number(fetch(con, "read/baseline", **at)),
        witness_id=_number(fetch(con, "read/witness", **at)),
    )


def read_stored(con: "DuckDBPyConnection", list_id: ListId, moment: Moment) -> list[Stored]:
    """The stored stops of a list from ``moment`` on, in order."""
    rows = fetch(con, "read/chain", **at_moment(list_id, moment))
    if not rows:
        return []
    numbers = list(dict.fromkeys(row[7] for row in rows if row[7] is not None))
    shown = _shown_before_each(con, list_id, moment, numbers)
    boards = _read_boards(con, "read/boards", numbers)
    held = _read_boards(con, "read/held_board", [row[0] for row in rows if row[4] in HELD])
    stored = []
    for row in rows:
        capture_id, snapshot_id = row[0], row[7]
        sightings: tuple[Sighting, ...] | None = None
        if capture_id in held:
            sightings = tuple(Sighting._make(cells) for cells in held[capture_id])
        elif row[8] and snapshot_id is not None:
            revisions = shown[snapshot_id]
            sightings = tuple(Sighting._make((*cells, revisions[cells[0]])) for cells in boards[snapshot_id])
        stored.append(_stored(list_id, row, sightings))
    return stored


def read_start(
    con: "DuckDBPyConnection", list_id: ListId, moment: Moment, head: Head, papers: Iterable[str] = ()
) -> Start:
    """The state of a list before ``moment``, as far as a board of ``papers`` needs it; `complete` tells the rest."""
    witness = _witness(con, head.witness_id)
    if head.baseline_id is None:
        return Start(witness=witness)
    (row,) = fetch(con, "read/snapshot", id=head.baseline_id)
    cells = read_cells(con, head.baseline_id)
    asked = {cell[0] for cell in cells}.union(papers)
    if witness is not None:
        asked.update(s.paper_id for s in witness.sightings)
    shown = _last_shown(con, at_moment(list_id, moment), asked)
    baseline = _board(row, [Sighting._make((*cell, shown[cell[0]])) for cell in cells])
    return Start(baseline=baseline, witness=witness, shown=shown, asked=frozenset(asked))


def read_cells(con: "DuckDBPyConnection", snapshot_id: int) -> list[tuple[Any, ...]]:
    """What stands on a snapshot, in order: a `Sighting` each, but for its revision."""
    # Python sorts a page in a tenth of the time that DuckDB takes to plan it.
    return sorted(fetch(con, "read/board", id=snapshot_id), key=lambda cells: cells[1] or 0)


def complete(
    con: "DuckDBPyConnection", list_id: ListId, moment: Moment, start: Start, boards: Sequence[Board]
) -> Start:
    """``start`` with what the list had told of papers that ``boards``, the ones that follow, show otherwise."""
    if start.baseline is None:
        return start
    at = at_moment(list_id, moment)
    following = [*boards, *([start.witness] if start.witness is not None else [])]
    shown = dict(start.shown)
    missing = {s.paper_id for board in following for s in board.sightings} - start.asked
    if missing:
        shown |= _last_shown(con, at, missing)
    return msgspec.structs.replace(start, shown=shown, told=_told(con, at, shown, following))


def read_texts(con: "DuckDBPyConnection", boards: Iterable[Board], known: Texts) -> dict[int, Text]:
    """The texts of all revisions that the boards show."""
    texts = dict(known)
    missing = sorted({s.revision_id for board in boards for s in board.sightings} - texts.keys())
    if missing:
        texts.update((row[0], Text(*row[1:])) for row in fetch(con, "read/texts", ids=missing))
    return texts


def at_moment(list_id: ListId, moment: Moment) -> dict[str, object]:
    """The parameters of the queries that ask for a list before or from a moment."""
    return {
        "kind": str(list_id.kind),
        "key": list_id.key,
        "captured_at": to_db(moment[0]),
        "capture_id": moment[1],
    }


def read_told(con: "DuckDBPyConnection", at: Mapping[str, object], papers: list[str]) -> dict[str, Text]:
    """Per paper the merged text that a list had told before the moment ``at``."""
    told: dict[str, Text] = {}
    for paper, *text in fetch(con, "read/told", papers=papers, **at):
        told[paper] = told.get(paper, Text()).told(Text(*text))
    return told


def _last_shown(con: "DuckDBPyConnection", at: Mapping[str, object], papers: Set[str]) -> dict[str, int]:
    """Per paper the revision that a list last showed before the moment ``at``."""
    rows = fetch(con, "read/shown", papers=sorted(papers), **at)
    return {paper: revision for _, _, paper, revision in sorted(rows)}


def _told(
    con: "DuckDBPyConnection", at: Mapping[str, object], shown: Mapping[str, int], boards: Iterable[Board]
) -> dict[str, Text]:
    """The merged texts of the papers that some board shows otherwise than the list last did."""
    sightings = (s for board in boards for s in board.sightings)
    reworded = sorted(
        {s.paper_id for s in sightings if shown.get(s.paper_id, s.revision_id) != s.revision_id}
    )
    return read_told(con, at, reworded) if reworded else {}


def _witness(con: "DuckDBPyConnection", capture_id: int | None) -> Board | None:
    if capture_id is None:
        return None
    (row,) = fetch(con, "read/held", id=capture_id)
    cells = _read_boards(con, "read/held_board", [capture_id])[capture_id]
    return _board(row, [Sighting._make(cell) for cell in cells])


def _number(rows: list[tuple[Any, ...]]) -> int | None:
    """The one cell of a query that gives at most one row."""
    return rows[0][0] if rows else None


def _board(row: tuple[Any, ...], sightings: list[Sighting]) -> Board:
    return Board(
        capture_id=row[0],
        captured_at=from_db(row[1]),
        sightings=tuple(sightings),
        truncated=bool(row[2]),
        parser=row[3],
    )


def _read_boards(
    con: "DuckDBPyConnection", name: str, numbers: list[int]
) -> dict[int, list[tuple[Any, ...]]]:
    boards: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    if numbers:
        for number, *cells in fetch(con, name, ids=numbers):
            boards[number].append(tuple(cells))
    return boards


def _shown_before_each(
    con: "DuckDBPyConnection", list_id: ListId, moment: Moment, numbers: list[int]
) -> dict[int, dict[str, int]]:
    """Per snapshot, given in order, the revisions it showed: what stood before and every showing since."""
    boards = _read_boards(con, "read/boards", numbers)
    papers = {cells[0] for board in boards.values() for cells in board}
    at = at_moment(list_id, moment)
    current = _last_shown(con, at, papers) if papers else {}
    anew: dict[int, dict[str, int]] = defaultdict(dict)
    for snapshot_id, paper, revision in fetch(con, "read/showings_from", **at):
        anew[snapshot_id][paper] = revision
    shown = {}
    for number in numbers:
        current.update(anew[number])
        shown[number] = {cells[0]: current[cells[0]] for cells in boards[number]}
    return shown


def _stored(list_id: ListId, row: tuple[Any, ...], sightings: tuple[Sighting, ...] | None) -> Stored:
    (capture_id, captured_at, url, status, verdict, reason, parser, snapshot_id) = row[:8]
    (_, asked, truncated, date_header, age_header) = row[8:]
    headers = (("Date", date_header), ("Age", age_header))
    capture = Capture(
        captured_at=from_db(captured_at),
        url=url,
        status=status,
        headers=tuple((name, value) for name, value in headers if value is not None),
        asked=parse_list_id(asked) if asked is not None else None,
    )
    judgement = Judgement(Verdict(verdict), reason)
    if sightings is None:
        # Readers of the history rarely come here, and never need the parsers otherwise.
        from broadsheet.parsing.door import parse

        board, listing = None, parse(capture)
    else:
        board = Board(
            capture_id=capture_id,
            captured_at=capture.captured_at,
            sightings=sightings,
            truncated=bool(truncated),
            parser=parser,
        )
        listing = listing_of(board, list_id)
    stop = Stop(capture=capture, capture_id=capture_id, listing=listing, board=board)
    return Stored(stop=stop, judgement=judgement, snapshot_id=snapshot_id)
