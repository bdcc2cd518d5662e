"""The archive: a calendar of all lists, and each of them as it stood at any moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.exceptions import HTTPException

from broadsheet.model import DATED_KINDS, ListId, ListKind, list_id_or_none
from broadsheet.times import A_DAY
from broadsheet.warehouse.reading import newest_key
from broadsheet.web.almanac import known_years, read_year
from broadsheet.web.choosing import Choice, read_choice
from broadsheet.web.contents import list_content
from broadsheet.web.differences import differences
from broadsheet.web.moments import Moments, read_moments
from broadsheet.web.mounting import moved
from broadsheet.web.published import Reading
from broadsheet.web.questions import ask
from broadsheet.web.shown import TRENDING, Stand, show, stand
from broadsheet.web.site import Site, site_of
from broadsheet.web.travel import ways
from broadsheet.web.wording import list_name, list_path, moment, paper_path

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

router = APIRouter(include_in_schema=False)

_KINDS = "Lists are named trending, daily/2026-11-20, weekly/2026-W47, monthly/2026-11 and search/words."


@router.get("/lists")
def archive(request: Request, year: Annotated[int | None, Query(ge=1990, le=9998)] = None) -> Response:
    """A year's calendar of all lists; by default the newest year of which any is known."""
    site = site_of(request)

    def read(reading: Reading) -> Mapping[str, Any]:
        years = known_years(reading.con)
        if year is not None and year not in years:
            raise HTTPException(404, f"Nothing is known of the year {year}.")
        canonical = {"canonical": site.address(request, "/lists")}
        return canonical | {"year": read_year(reading.con, year or years[0], years) if years else None}

    return site.page(request, "lists.html", read)


@router.get("/lists/{kind}")
def newest(
    request: Request,
    kind: str,
    choice: Annotated[Choice, Depends(read_choice)],
    moments: Annotated[Moments, Depends(read_moments)],
) -> Response:
    """The trending list; for a dated kind, the way to the newest of its lists."""
    if kind == ListKind.TRENDING:
        return _page(request, TRENDING, choice, moments)
    if kind not in DATED_KINDS:
        raise HTTPException(404, f"There is no list of that kind. {_KINDS}")
    with site_of(request).published.reading() as reading:
        key = newest_key(reading.con, ListKind(kind))
    if key is None:
        raise HTTPException(404, f"No {kind} list is known.")
    return moved(request, list_path(ListId(ListKind(kind), key)), 307)


@router.get("/lists/{kind}/{key:path}")
def one_list(
    request: Request,
    kind: str,
    key: str,
    choice: Annotated[Choice, Depends(read_choice)],
    moments: Annotated[Moments, Depends(read_moments)],
) -> Response:
    """A list as it stood at a moment, by default now, and what differs from how it stood at another."""
    list_id = list_id_or_none(kind, key)
    if list_id is None:
        raise HTTPException(404, f"There can be no list of that name. {_KINDS}")
    if list_id.kind is ListKind.PAPER:
        return moved(request, paper_path(key), 308)
    return _page(request, list_id, choice, moments)


def _page(request: Request, list_id: ListId, choice: Choice, moments: Moments) -> Response:
    site = site_of(request)

    def read(reading: Reading) -> Mapping[str, Any]:
        fixed = {
            "canonical": site.address(request, _canonical(list_id, moments)),
            "place": list_path(list_id),
            "asked_for": moments.given,
        }
        return fixed | _content(site, reading.con, list_id, moments, choice)

    return site.page(request, "list.html", read)


def _canonical(list_id: ListId, moments: Moments) -> str:
    """Trending now has its page at the front."""
    return "/" if list_id == TRENDING and moments.at is None else list_path(list_id)


def _content(
    site: Site, con: "DuckDBPyConnection", list_id: ListId, moments: Moments, choice: Choice
) -> dict[str, Any]:
    standing = _stand(con, list_id, moments.at)
    at = min(moments.at or standing.newest_at, standing.newest_at)
    since = moments.since
    if since is not None:
        _check_since(list_id, standing, since, at)
    shown = show(con, list_id, at, since or at - A_DAY, hub_url=site.settings.hub_url)
    return list_content(shown, choice) | {
        "list_id": list_id,
        "asked": moments.at,
        "since": since,
        "at": at,
        "stand": standing,
        "ways": ways(list_id, standing, at, _beside(con, list_id), now=moments.at is None),
        "differences": differences(shown) if since is not None else None,
    }


def _stand(con: "DuckDBPyConnection", list_id: ListId, asked: datetime | None) -> Stand:
    found = stand(con, list_id, asked)
    if found is None:
        raise HTTPException(404, f"{list_name(list_id)}: nothing is known of this list.")
    if found.stood_at is None:
        raise _too_early(list_id, found)
    return found


def _check_since(list_id: ListId, standing: Stand, since: datetime, at: datetime) -> None:
    if since >= at:
        raise HTTPException(
            422, f"since: {moment(since)} is not before {moment(at)}, to be compared with it."
        )
    if since < standing.first_at:
        raise _too_early(list_id, standing)


def _too_early(list_id: ListId, standing: Stand) -> HTTPException:
    return HTTPException(404, f"{list_name(list_id)}: first seen on {moment(standing.first_at)}, not before.")


def _beside(con: "DuckDBPyConnection", list_id: ListId) -> dict[str, ListId]:
    """The lists of the same kind before and after a dated one, as far as they are known."""
    if list_id.kind not in DATED_KINDS:
        return {}
    (row,) = ask(con, "lists/neighbours", kind=list_id.kind, key=list_id.key)
    return {name: ListId(list_id.kind, key) for name, key in row.items() if key is not None}
