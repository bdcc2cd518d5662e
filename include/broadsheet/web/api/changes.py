"""The stream of changes by cursor: a page of JSON, or all that follows as lines of JSON (NDJSON)."""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from broadsheet.errors import UsageError
from broadsheet.model import ChangeKind
from broadsheet.web.api.answering import Page, answer_page
from broadsheet.web.api.models import Changes
from broadsheet.web.api.parameters import LARGEST, MOST_ROWS, Asked
from broadsheet.web.api.problems import refusals
from broadsheet.web.limits import visitor
from broadsheet.web.published import Published, Reading
from broadsheet.web.scope import MOST_TEXT, asked_scope
from broadsheet.web.seats import SeatedStream
from broadsheet.web.selection import NO_END, Selection, changes_behind, newest_change
from broadsheet.web.site import site_of

NDJSON = "application/x-ndjson"
ROWS_OF_A_PAGE = 100
ROWS_AT_ONCE = 5000
"""How many changes of a stream are held in memory."""

router = APIRouter(tags=["Changes"])


class ChangesAsked(Asked):
    """Which part of the stream."""

    after: Annotated[
        int,
        Field(ge=0, le=LARGEST, description="The number behind which to begin: `next` of the last answer."),
    ] = 0
    lists: Annotated[
        str,
        Field(
            alias="list",
            pattern="^(trending|daily|weekly|monthly|(daily|weekly|monthly|search|paper):.+)?$",
            max_length=MOST_TEXT,
            description="Only this list (`trending`, `daily:2026-11-20`) or all lists of a kind (`daily`).",
            examples=["trending"],
        ),
    ] = ""
    change: Annotated[
        tuple[ChangeKind, ...],
        Field(max_length=len(ChangeKind), description="Only these kinds of change; may be repeated."),
    ] = ()
    limit: Annotated[
        int | None,
        Field(ge=1, le=MOST_ROWS, description="At most so many; left out, 100 as JSON and all as NDJSON."),
    ] = None
    format: Annotated[
        Literal["json", "ndjson"] | None,
        Field(description="`ndjson` for a line of JSON each; left out, the Accept header decides."),
    ] = None


class Part(msgspec.Struct, frozen=True):
    """A part of the stream: at most ``limit`` changes behind number ``after``; None: all of them."""

    selection: Selection
    after: int
    limit: int | None


@router.get(
    "/changes",
    operation_id="listChanges",
    summary="What changed, by cursor",
    response_model=Changes,
    responses={
        200: {
            "content": {
                NDJSON: {"schema": {"type": "string", "description": "One Change a line, in order of seq."}}
            }
        },
        **refusals(404, 409),
    },
)
def list_changes(request: Request, asked: Annotated[ChangesAsked, Query()]) -> Response:
    """The stream has no gaps and repeats nothing: ask with `after=0` once, then with `after` set to the last `next`,
    for as long as you like. Where a late capture corrects the past, the corrected changes come again under new
    numbers. As NDJSON all that follows comes in one answer, of one publication, however long it is.
    """
    part = Part(_selection(asked), asked.after, asked.limit)
    if _as_lines(request, asked):
        return _stream(request, part)
    return answer_page(request, lambda reading: _page(reading, part), vary="Accept, Accept-Encoding")


def _selection(asked: ChangesAsked) -> Selection:
    try:
        scope = asked_scope(asked.lists)
    except UsageError as error:
        raise HTTPException(404, f"{error}.") from None
    return Selection(scope=scope, kinds=asked.change)


def _as_lines(request: Request, asked: ChangesAsked) -> bool:
    if asked.format is not None:
        return asked.format == "ndjson"
    return NDJSON in request.headers.get("accept", "")


def _page(reading: Reading, part: Part) -> Page:
    newest = _newest(reading, part.after)
    limit = part.limit or ROWS_OF_A_PAGE
    rows = changes_behind(reading.con, part.after, part.selection, most=limit + 1)
    more = len(rows) > limit
    # Where nothing follows, what was looked through in vain need not be looked through again.
    cursor = rows[limit - 1]["seq"] if more else newest
    content = {"changes": rows[:limit], "next": cursor, "more": more}
    return Page(content, {"after": cursor} if more else None)


def _newest(reading: Reading, after: int) -> int:
    """The number of the newest change. Raises HTTPException (409) if the cursor ``after`` is beyond it."""
    newest = newest_change(reading.con)
    if after > newest:
        raise HTTPException(
            409,
            f"The stream ends at {newest} here, before {after}: this is an older copy than the one asked before, "
            "or the warehouse was built anew. Ask again later, or begin with after=0.",
        )
    return newest


def _stream(request: Request, part: Part) -> SeatedStream:
    site = site_of(request)
    with site.published.reading() as reading:
        _newest(reading, part.after)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
    lines = _lines(site.published, part)
    return SeatedStream(lines, site.wire.seats, visitor(request), media_type=NDJSON, headers=headers)


def _lines(published: Published, part: Part) -> Iterator[bytes]:
    """All that follows, from one publication, some thousand lines at a time."""
    after, left = part.after, part.limit or NO_END
    with published.reading() as reading:
        while left:
            most = min(left, ROWS_AT_ONCE)
            rows = changes_behind(reading.con, after, part.selection, most=most)
            yield msgspec.json.Encoder().encode_lines(rows)
            if len(rows) < most:
                return
            after, left = rows[-1]["seq"], left - most
