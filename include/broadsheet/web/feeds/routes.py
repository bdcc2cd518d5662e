"""The addresses of feeds."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from broadsheet.digest.topics import read_topics
from broadsheet.model import DATED_KINDS, ChangeKind, ListKind, list_id_or_none, read_source
from broadsheet.web.feeds.asking import (
    MOST_TEXT,
    EventKind,
    Part,
    asked_changes,
    asked_events,
    asked_lists,
    asked_part,
)
from broadsheet.web.feeds.editions import editions_feed
from broadsheet.web.feeds.events import Wanted
from broadsheet.web.feeds.feed import Feed
from broadsheet.web.feeds.finding import search_feed
from broadsheet.web.feeds.making import FeedMaker
from broadsheet.web.scope import TRENDING, Scope, asked_scope
from broadsheet.web.selection import Selection
from broadsheet.web.site import site_of

SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=300",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Anybody's page may read a feed, and whoever keeps it may go without asking for five minutes."""

router = APIRouter(include_in_schema=False)

KindsAsked = Annotated[tuple[EventKind, ...], Depends(asked_events)]
PartAsked = Annotated[Part, Depends(asked_part)]


@router.get("/feeds/topics.{form}")
def topics_feed(
    request: Request,
    scope: Annotated[Scope, Depends(asked_lists)],
    kinds: KindsAsked,
    part: PartAsked,
    topics: Annotated[str, Query(max_length=MOST_TEXT)] = "",
) -> Response:
    """The events of a list or kind of lists, by default trending, of papers on topics in the digest's language."""
    wanted = Wanted(scope, kinds, read_topics(topics))
    return _give(request, part, lambda maker: maker.of_events(wanted, part))


@router.get("/feeds/search.{form}")
def saved_search_feed(
    request: Request, part: PartAsked, q: Annotated[str, Query(min_length=1, max_length=MOST_TEXT)]
) -> Response:
    """The papers that a search finds, in the language of the search."""
    return _give(request, part, lambda maker: search_feed(maker, q, part))


@router.get("/feeds/changes.{form}")
def changes_feed(
    request: Request,
    scope: Annotated[Scope, Depends(asked_scope)],
    kinds: Annotated[tuple[ChangeKind, ...], Depends(asked_changes)],
    part: PartAsked,
) -> Response:
    """The changes of all lists, or of one or all of a kind."""
    selection = Selection(scope=scope, kinds=kinds)
    return _give(request, part, lambda maker: maker.of_changes(selection, part))


@router.get("/feeds/editions/{source:path}.{form}")
def public_editions_feed(request: Request, source: str, part: PartAsked) -> Response:
    """The public editions of a list, or of a kind of dated lists, an item a day."""
    try:
        wanted = read_source(source)
    except ValueError as error:
        raise HTTPException(404, f"{error}.") from None
    return _give(request, part, lambda maker: editions_feed(maker, wanted, part))


@router.get("/feeds/{kind}.{form}")
def kind_feed(request: Request, kind: str, kinds: KindsAsked, part: PartAsked) -> Response:
    """The events of trending, or of all daily, weekly or monthly lists."""
    if kind not in {ListKind.TRENDING, *DATED_KINDS}:
        raise HTTPException(404, "There is no such feed. /feeds tells which there are.")
    scope = TRENDING if kind == ListKind.TRENDING else Scope(ListKind(kind))
    return _give(request, part, lambda maker: maker.of_events(Wanted(scope, kinds), part))


@router.get("/feeds/{kind}/{key:path}.{form}")
def list_feed(request: Request, kind: str, key: str, kinds: KindsAsked, part: PartAsked) -> Response:
    """The events of one list: a day's, a week's, a month's, a watched search's."""
    list_id = list_id_or_none(kind, key)
    if list_id is None or list_id.kind is ListKind.PAPER:
        raise HTTPException(404, "There can be no list of that name.")
    scope = Scope(list_id.kind, list_id.key)
    return _give(request, part, lambda maker: maker.of_events(Wanted(scope, kinds), part))


def _give(request: Request, part: Part, make: Callable[[FeedMaker], Feed]) -> Response:
    site = site_of(request)
    return site.answers.give(
        request,
        part.form.media_type,
        lambda reading: part.form.write(make(FeedMaker(site, request, reading))),
        SHARED,
    )
