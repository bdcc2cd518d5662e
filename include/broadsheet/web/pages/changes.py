"""Changes as they come: the numbered stream as pages, a change by its number, and as server-sent events."""

from itertools import groupby
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Query, Request, Response

from broadsheet.digest.words import capital
from broadsheet.model import ChangeKind
from broadsheet.warehouse.reading import NotFoundError
from broadsheet.warehouse.rows import Record, list_of
from broadsheet.web.limits import visitor
from broadsheet.web.published import Reading
from broadsheet.web.scope import COMMON
from broadsheet.web.seats import EventStream
from broadsheet.web.selection import NO_END, Selection, asked_selection, changes_before, newest_change
from broadsheet.web.sentences import LABELS, sentence, sign
from broadsheet.web.site import site_of

PAGE = 100
"""How many changes a page tells of."""
MOST_OF_A_SNAPSHOT = 1000

router = APIRouter(include_in_schema=False)

Selected = Annotated[Selection, Depends(asked_selection)]
Number = Annotated[int, Query(ge=0, le=NO_END)]


@router.get("/changes")
def changes(request: Request, selection: Selected, before: Number = NO_END) -> Response:
    """The changes numbered before ``before``, newest first, grouped by the snapshot that brought them."""

    def read(reading: Reading) -> dict[str, Any]:
        found = changes_before(reading.con, before, selection, most=PAGE + 1)
        shown = found[:PAGE]
        return {
            "groups": _groups(shown),
            "selection": selection,
            "newest": newest_change(reading.con),
            "is_first_page": before == NO_END,
            "older": selection.query(before=shown[-1]["seq"]) if len(found) > PAGE else "",
            "scopes": dict.fromkeys((*COMMON, selection.scope)),
            "labels": LABELS,
        }

    return site_of(request).page(request, "changes.html", read)


@router.get("/changes/stream")
async def stream(
    request: Request,
    selection: Selected,
    after: Annotated[int | None, Query(ge=0, le=NO_END)] = None,
    last_event_id: Annotated[str, Header(max_length=40)] = "",
) -> Response:
    """New changes as publications bring them. What a browser was told last counts more than where the page began."""
    wire = site_of(request).wire
    newest = await run_sync(wire.newest)
    begin = int(last_event_id) if last_event_id.isdecimal() else after
    # A number that was never given is none to wait for.
    begin = newest if begin is None else min(begin, newest)
    return EventStream(wire.listen(begin, selection), wire.seats, visitor(request))


@router.get("/changes/{seq}")
def change(request: Request, seq: int) -> Response:
    """One change, among all that its snapshot brought."""

    def read(reading: Reading) -> dict[str, Any]:
        found = changes_before(reading.con, min(seq + 1, NO_END), most=1) if seq > 0 else []
        if not found or found[0]["seq"] != seq:
            raise NotFoundError(
                f"There is no change {seq}. Numbers are given once; where a late capture showed that a list "
                "stood differently, what took its place has numbers of its own."
            )
        beside = changes_before(
            reading.con, NO_END, snapshot=found[0]["snapshot_id"], most=MOST_OF_A_SNAPSHOT
        )
        (group,) = _groups(beside)
        return {
            "seq": seq,
            "change": found[0],
            "told": capital(sentence(found[0])),
            "group": group,
        }

    return site_of(request).page(request, "change.html", read)


def _groups(changes: list[Record]) -> list[dict[str, Any]]:
    """Neighbours of one snapshot together, in them what matters most first, then by rank."""
    return [
        {
            "list": list_id,
            "captured_at": captured_at,
            "changes": sorted(map(_shown, rows), key=lambda change: change["order"]),
        }
        for (_, list_id, captured_at), rows in groupby(
            changes, lambda row: (row["snapshot_id"], list_of(row), row["captured_at"])
        )
    ]


def _shown(change: Record) -> dict[str, Any]:
    kind = ChangeKind(change["change"])
    place = change["rank"] or change["previous_rank"] or 0
    return {
        **change,
        "sign": sign(change),
        "words": sentence(change),
        "order": (list(LABELS).index(kind), place, change["seq"]),
    }
