"""The page of all feeds, on which one on topics can be made, and the same as OPML."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, urlencode

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from broadsheet.digest.text import clean
from broadsheet.digest.topics import Topics, TopicsError, read_topics
from broadsheet.web.feeds.asking import MOST_TEXT, EventKind, asked_events, asked_lists
from broadsheet.web.feeds.catalogue import MEDIA_TYPE, offers, opml
from broadsheet.web.feeds.events import Event, Wanted, collect
from broadsheet.web.feeds.papers import Papers
from broadsheet.web.published import Reading
from broadsheet.web.questions import newest_snapshot_at
from broadsheet.web.scope import COMMON, EVERY_LIST, TRENDING, Scope
from broadsheet.web.site import site_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

A_WEEK = timedelta(days=7)
MOST_SHOWN = 5
MOST_COUNTED = 5000
"""How many items of a feed are named, and how many counted."""

router = APIRouter(include_in_schema=False)


class Week(msgspec.Struct, frozen=True):
    """What a feed brought in the week before the newest snapshot: how many items, and the newest of them."""

    items: int
    shown: tuple[tuple[EventKind, str, str], ...]


@router.get("/feeds")
def feeds(
    request: Request,
    scope: Annotated[Scope, Depends(asked_lists)],
    kinds: Annotated[tuple[EventKind, ...], Depends(asked_events)],
    topics: Annotated[str, Query(max_length=MOST_TEXT)] = "",
) -> Response:
    """All feeds; and the one on ``topics``, its address and what it would have brought."""
    site = site_of(request)
    wanted, error = _read(topics, scope, kinds)

    def read(reading: Reading) -> Mapping[str, Any]:
        asked = {
            "topics": str(wanted.topics),
            "list": "" if wanted.scope == TRENDING else str(wanted.scope),
            "only": "" if wanted.kinds == tuple(EventKind) else ",".join(wanted.kinds),
        }
        chosen = {name: value for name, value in asked.items() if value}
        return {
            "offers": offers(reading.con),
            "topics": topics,
            "error": error,
            "wanted": wanted,
            "chosen": chosen,
            "address": site.address(request, f"/feeds/topics.atom?{_query(chosen)}"),
            "week": _week(reading.con, wanted) if wanted.topics else None,
            "scopes": [one for one in COMMON if one != EVERY_LIST],
            "kinds": tuple(EventKind),
        }

    return site.page(request, "feeds/feeds.html", read)


@router.get("/feeds.opml")
def outline(request: Request) -> Response:
    """All feeds, to be imported by a reader."""
    site = site_of(request)
    return site.answers.give(
        request,
        MEDIA_TYPE,
        lambda reading: opml(
            offers(reading.con), lambda path: site.address(request, path), reading.published_at
        ),
        {"Content-Disposition": 'attachment; filename="broadsheet.opml"'},
    )


def _query(chosen: Mapping[str, str]) -> str:
    """As readable as an address may be (RFC 3986 3.4)."""
    return urlencode(chosen, safe="*,:", quote_via=quote)


def _read(topics: str, scope: Scope, kinds: tuple[EventKind, ...]) -> tuple[Wanted, str]:
    """What is asked for, and what is wrong with it in words."""
    try:
        return Wanted(scope, kinds, read_topics(topics)), ""
    except TopicsError as error:
        return Wanted(scope, kinds, Topics()), str(error)


def _week(con: "DuckDBPyConnection", wanted: Wanted) -> Week:
    until = newest_snapshot_at(con, wanted.scope.kind, wanted.scope.key)
    if until is None:
        return Week(0, ())
    told, _ = collect(con, wanted, MOST_COUNTED, since=until - A_WEEK)
    return Week(len(told), tuple(_shown(con, told[:MOST_SHOWN])))


def _shown(con: "DuckDBPyConnection", told: list[Event]) -> list[tuple[EventKind, str, str]]:
    papers = Papers(con).known(event.change["paper_id"] for event in told)
    ids = [(event.kind, event.change["paper_id"]) for event in told]
    return [(kind, paper_id, clean(papers[paper_id].title or paper_id)) for kind, paper_id in ids]
