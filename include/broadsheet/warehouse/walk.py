"""The walk along one list: its captures in order of time, each judged by what stood before it.

Everything the warehouse knows of a list is a function of the list's captures in this order, whenever they
were loaded. The walk is that function. It is pure: the loader gives it a start and the captures.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from broadsheet.model import Capture, Judgement, ListId, Listing, Verdict
from broadsheet.parsing.verdict import judge
from broadsheet.warehouse.board import Board, Sighting, Text, Texts, listing_of
from broadsheet.warehouse.compare import Change, compare

HELD = frozenset({Verdict.PARTIAL, Verdict.STALE})


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One capture on the walk.

    ``listing`` has its ids resolved as in ``board``; ``board`` is None for an answer that only says that the
    last one still holds (304).
    """

    capture: Capture
    capture_id: int
    listing: Listing
    board: Board | None

    @property
    def order(self) -> tuple[datetime, int]:
        """Where it stands on the walk."""
        return (self.capture.captured_at, self.capture_id)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one stop.

    ``board`` is what the stop showed: its own, or for a 304 the held board it confirms. ``snapshot_id`` is the
    capture's own number if it became a snapshot, the confirmed snapshot's if it is unchanged. ``showings`` are
    (paper_id, revision_id) where the list now shows another text than before.
    """

    stop: Stop
    judgement: Judgement
    board: Board | None = None
    snapshot_id: int | None = None
    previous_snapshot_id: int | None = None
    showings: tuple[tuple[str, int], ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def is_snapshot(self) -> bool:
        """Did the capture become a snapshot?"""
        return self.judgement.verdict is Verdict.OK

    @property
    def is_held(self) -> bool:
        """Is its board kept as a witness?"""
        return self.judgement.verdict in HELD


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """The state of one list before the first stop.

    ``witness`` is the last held board since ``baseline``. ``shown`` is, per paper the stops mention, the
    revision this list last showed, looked up for the papers ``asked``; ``told`` its merged text, needed only where
    a stop shows another revision.
    """

    baseline: Board | None = None
    witness: Board | None = None
    shown: Mapping[str, int] = {}
    asked: frozenset[str] = frozenset()
    told: Mapping[str, Text] = {}


class Walk:
    """The state of one list between two captures; ``texts`` holds every revision that the stops show."""

    def __init__(self, list_id: ListId, start: Start, texts: Texts) -> None:
        self.list_id = list_id
        self.baseline = start.baseline
        self.witness = start.witness
        self._shown = dict(start.shown)
        self._told = dict(start.told)
        self._texts = texts

    def step(self, stop: Stop) -> Step:
        """Judge the stop, and take it as the new baseline if it is believed."""
        board, listing = stop.board, stop.listing
        if board is None:
            if self.witness is None:
                confirmed = self.baseline.capture_id if self.baseline is not None else None
                return Step(stop=stop, judgement=_fault(listing), snapshot_id=confirmed)
            # The hub says again what it said last, and that was not believed yet.
            board = msgspec.structs.replace(
                self.witness, capture_id=stop.capture_id, captured_at=stop.capture.captured_at
            )
            listing = listing_of(board, self.list_id)
        judgement = judge(
            listing,
            stop.capture,
            self.baseline.standing() if self.baseline is not None else None,
            self.witness.standing() if self.witness is not None else None,
            content=board.content,
        )
        if judgement.verdict in HELD:
            self.witness = board
            return Step(stop=stop, judgement=judgement, board=board)
        self.witness = None
        if judgement.verdict is Verdict.UNCHANGED and self.baseline is not None:
            return Step(stop=stop, judgement=judgement, board=board, snapshot_id=self.baseline.capture_id)
        return self._take(stop, board, judgement)

    def _take(self, stop: Stop, board: Board, judgement: Judgement) -> Step:
        seen = set(self._shown)
        before = {s.paper_id: self._told[s.paper_id] for s in board.sightings if s.paper_id in self._told}
        showings = tuple(
            self._show(s) for s in board.sightings if self._shown.get(s.paper_id) != s.revision_id
        )
        changes: list[Change] = []
        if self.baseline is not None:
            changes = compare(self.baseline, board, seen=seen, before=before, after=self._told)
        step = Step(
            stop=stop,
            judgement=judgement,
            board=board,
            snapshot_id=board.capture_id,
            previous_snapshot_id=self.baseline.capture_id if self.baseline is not None else None,
            showings=showings,
            changes=tuple(changes),
        )
        self.baseline = board
        return step

    def _show(self, sighting: Sighting) -> tuple[str, int]:
        self._shown[sighting.paper_id] = sighting.revision_id
        text = self._told.get(sighting.paper_id, Text())
        self._told[sighting.paper_id] = text.told(self._texts[sighting.revision_id])
        return (sighting.paper_id, sighting.revision_id)


def _fault(listing: Listing) -> Judgement:
    if listing.fault is None:
        raise ValueError("a stop without a board must have a fault")
    return listing.fault
