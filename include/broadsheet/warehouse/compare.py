"""What changed between two consecutive snapshots of one list. Pure."""

from collections.abc import Container, Iterator, Mapping

import msgspec

from broadsheet.model import ChangeKind
from broadsheet.warehouse.board import ENRICHED_FIELDS, REVISED_FIELDS, Board, Sighting, Text


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One typed difference. ``fields`` names what was revised or enriched, with commas."""

    paper_id: str
    change: ChangeKind
    rank: int | None = None
    previous_rank: int | None = None
    upvotes: int | None = None
    previous_upvotes: int | None = None
    fields: str | None = None


def compare(
    previous: Board,
    current: Board,
    *,
    seen: Container[str],
    before: Mapping[str, Text],
    after: Mapping[str, Text],
) -> list[Change]:
    """The changes from ``previous`` to ``current``, in board order, then those that left.

    Args:
        previous: the list's last snapshot.
        current: the snapshot after it.
        seen: the papers that were on this list at any time before ``current``.
        before: what the list had told of each paper up to ``previous``.
        after: the same up to ``current``; a paper missing here shows the same text as before.

    A list that stopped at the hub's limit says nothing of what lies behind it: nothing leaves a truncated
    board, and nothing is news behind the end of one.
    """
    old = {s.paper_id: s for s in previous.sightings}
    new = {s.paper_id for s in current.sightings}
    changes: list[Change] = []
    for sighting in current.sightings:
        known = old.get(sighting.paper_id)
        if known is None:
            if not _behind_the_end(previous, sighting):
                changes.append(_arrival(sighting, sighting.paper_id in seen))
            continue
        changes.extend(_movement(known, sighting))
        text = after.get(known.paper_id)
        if text is not None:
            changes.extend(_rewording(known, sighting, before.get(known.paper_id, Text()), text))
    if not current.truncated:
        changes.extend(_departure(s) for s in previous.sightings if s.paper_id not in new)
    return changes


def _behind_the_end(previous: Board, sighting: Sighting) -> bool:
    return previous.truncated and sighting.rank is not None and sighting.rank > len(previous.sightings)


def _arrival(sighting: Sighting, seen: bool) -> Change:
    kind = ChangeKind.RETURNED if seen else ChangeKind.ENTERED
    return Change(paper_id=sighting.paper_id, change=kind, rank=sighting.rank, upvotes=sighting.upvotes)


def _departure(sighting: Sighting) -> Change:
    return Change(
        paper_id=sighting.paper_id,
        change=ChangeKind.LEFT,
        previous_rank=sighting.rank,
        previous_upvotes=sighting.upvotes,
    )


def _movement(known: Sighting, sighting: Sighting) -> Iterator[Change]:
    kind = _direction(known, sighting)
    if kind is not None:
        yield _between(known, sighting, kind)


def _direction(known: Sighting, sighting: Sighting) -> ChangeKind | None:
    if known.rank is not None and sighting.rank is not None and known.rank != sighting.rank:
        return ChangeKind.ROSE if sighting.rank < known.rank else ChangeKind.FELL
    if known.upvotes is not None and sighting.upvotes is not None and sighting.upvotes > known.upvotes:
        return ChangeKind.GAINED
    return None


def _rewording(known: Sighting, sighting: Sighting, before: Text, after: Text) -> Iterator[Change]:
    revised = [f for f in REVISED_FIELDS if _differs(getattr(before, f), getattr(after, f))]
    if revised:
        yield _between(known, sighting, ChangeKind.REVISED, revised)
    enriched = [f for f in ENRICHED_FIELDS if getattr(before, f) is None and getattr(after, f) is not None]
    if enriched:
        yield _between(known, sighting, ChangeKind.ENRICHED, enriched)


def _differs(before: str | None, after: str | None) -> bool:
    return before is not None and before != after


def _between(
    known: Sighting, sighting: Sighting, kind: ChangeKind, fields: list[str] | None = None
) -> Change:
    return Change(
        paper_id=sighting.paper_id,
        change=kind,
        rank=sighting.rank,
        previous_rank=known.rank,
        upvotes=sighting.upvotes,
        previous_upvotes=known.upvotes,
        fields=",".join(fields) if fields else None,
    )
