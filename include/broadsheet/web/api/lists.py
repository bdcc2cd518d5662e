"""Lists: which are known, how one stood at any moment and moved until then, and its snapshots."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from broadsheet.model import DATED_KINDS, ListId, ListKind, check_list_id
from broadsheet.warehouse.reading import newest_key
from broadsheet.warehouse.rows import list_of
from broadsheet.web.api.answering import Page, answer, answer_page
from broadsheet.web.api.models import Board, ListHistory, Lists
from broadsheet.web.api.parameters import LARGEST, Asked, Key, Kind, Limit, Moment
from broadsheet.web.api.problems import refusals
from broadsheet.web.published import Reading
from broadsheet.web.questions import ask

router = APIRouter(tags=["Lists"])


class ListsAsked(Asked):
    """Which lists."""

    kind: Annotated[ListKind | None, Field(description="Only lists of this kind.")] = None
    limit: Limit = 100
    offset: Annotated[int, Field(ge=0, le=LARGEST, description="Lists to pass over.")] = 0


class BoardAsked(Asked):
    """How a list stood, and beside which other moment."""

    at: Annotated[Moment | None, Field(description="As it stood then; now if left out.")] = None
    since: Annotated[
        Moment | None,
        Field(description="Movement and votes gained since then; since the snapshot before if left out."),
    ] = None


class HistoryAsked(Asked):
    """Which snapshots."""

    until: Annotated[Moment | None, Field(description="None after this moment.")] = None
    before: Annotated[
        int | None,
        Field(ge=0, le=LARGEST, description="Only snapshots before this one: `next` of the last page."),
    ] = None
    limit: Limit = 100


@router.get(
    "/lists", operation_id="listLists", summary="The lists known", response_model=Lists, responses=refusals()
)
def list_lists(request: Request, asked: Annotated[ListsAsked, Query()]) -> Response:
    """By kind, the newest of a kind first, each with its first and last snapshot."""
    return answer_page(request, lambda reading: _lists(reading, asked))


@router.get(
    "/lists/trending/history",
    operation_id="getTrendingHistory",
    summary="The snapshots of trending",
    response_model=ListHistory,
    responses=refusals(404),
)
def get_trending_history(request: Request, asked: Annotated[HistoryAsked, Query()]) -> Response:
    """Newest first. The list as a snapshot shows it is had with `at` set to its time."""
    return answer_page(request, lambda reading: _history(reading, ListId(ListKind.TRENDING), asked))


@router.get(
    "/lists/{kind}/{key:path}/history",
    operation_id="getListHistory",
    summary="The snapshots of a list",
    response_model=ListHistory,
    responses=refusals(404),
)
def get_list_history(
    request: Request, kind: Kind, key: Key, asked: Annotated[HistoryAsked, Query()]
) -> Response:
    """Newest first. The list as a snapshot shows it is had with `at` set to its time."""
    list_id = _named(kind, key)
    return answer_page(request, lambda reading: _history(reading, list_id, asked))


@router.get(
    "/lists/{kind}",
    operation_id="getNewestList",
    summary="Trending, or the newest list of a kind",
    response_model=Board,
    responses=refusals(404),
)
def get_newest_list(request: Request, kind: Kind, asked: Annotated[BoardAsked, Query()]) -> Response:
    """Now, or as it stood at any moment. Of a dated kind the newest list that was known at that moment."""
    return answer(request, lambda reading: _board(reading, _newest(reading, kind, asked.at), asked))


@router.get(
    "/lists/{kind}/{key:path}",
    operation_id="getList",
    summary="A list by its key",
    response_model=Board,
    responses=refusals(404),
)
def get_list(request: Request, kind: Kind, key: Key, asked: Annotated[BoardAsked, Query()]) -> Response:
    """Now, or as it stood at any moment."""
    list_id = _named(kind, key)
    return answer(request, lambda reading: _board(reading, list_id, asked))


def _named(kind: ListKind, key: str) -> ListId:
    list_id = ListId(kind, key)
    try:
        check_list_id(list_id)
    except ValueError as error:
        raise HTTPException(404, f"{error}.") from None
    return list_id


def _newest(reading: Reading, kind: ListKind, at: datetime | None) -> ListId:
    if kind is ListKind.TRENDING:
        return ListId(kind)
    if kind not in DATED_KINDS:
        raise HTTPException(404, f"Which {kind}? Write it behind: /api/v1/lists/{kind}/….")
    key = newest_key(reading.con, kind, at)
    if key is None:
        raise HTTPException(404, f"No {kind} list was known{_then(at)}.")
    return ListId(kind, key)


def _lists(reading: Reading, asked: ListsAsked) -> Page:
    kind = asked.kind and str(asked.kind)
    rows = ask(reading.con, "api/lists", kind=kind, limit=asked.limit, offset=asked.offset)
    total = rows[0]["total"] if rows else 0
    end = asked.offset + len(rows)
    for row in rows:
        del row["total"]
        row["list"] = str(list_of(row))
    return Page({"total": total, "lists": rows}, {"offset": end} if end < total else None)


def _board(reading: Reading, list_id: ListId, asked: BoardAsked) -> dict[str, Any]:
    name = {"kind": str(list_id.kind), "key": list_id.key}
    found = ask(reading.con, "api/standing", **name, moment=asked.at, since=asked.since)
    if not found:
        raise HTTPException(404, f"Nothing was known of {list_id}{_then(asked.at)}.")
    board = found[0]
    earlier = board.pop("earlier_id")
    entries = ask(reading.con, "api/entries", snapshot=board["snapshot_id"], earlier=earlier)
    return _heading(list_id) | board | {"entries": entries}


def _history(reading: Reading, list_id: ListId, asked: HistoryAsked) -> Page:
    rows = ask(
        reading.con,
        "api/list_history",
        **{"kind": str(list_id.kind), "key": list_id.key},
        before=asked.before,
        until=asked.until,
        limit=asked.limit + 1,
    )
    if not rows and asked.before is None:
        raise HTTPException(404, f"Nothing was known of {list_id}{_then(asked.until)}.")
    last = rows[asked.limit - 1]["snapshot_id"] if len(rows) > asked.limit else None
    content = _heading(list_id) | {"snapshots": rows[: asked.limit], "next": last}
    return Page(content, None if last is None else {"before": last})


def _heading(list_id: ListId) -> dict[str, str]:
    return {"list": str(list_id), "list_kind": str(list_id.kind), "list_key": list_id.key}


def _then(moment: datetime | None) -> str:
    return f" at {moment:%Y-%m-%d %H:%M} UTC" if moment else ""
