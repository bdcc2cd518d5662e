"""How the API answers: JSON of the publication, kept and revalidated, with the way to the next page."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import msgspec
from fastapi import Request, Response

from broadsheet.web.answers import Headed
from broadsheet.web.mounting import path_of
from broadsheet.web.published import Reading
from broadsheet.web.site import site_of

JSON = "application/json"


class Page(NamedTuple):
    """A part of an answer: ``next_page`` are the parameters by which the next differs, None behind the last."""

    content: Any
    next_page: dict[str, object] | None


def answer(request: Request, read: Callable[[Reading], Any]) -> Response:
    """What ``read`` reads of the publication, as JSON. Times in it are aware, in UTC.

    Raises:
        WarehouseError: nothing is published yet.
    """
    return site_of(request).answers.give(request, JSON, lambda reading: msgspec.json.encode(read(reading)))


def answer_page(request: Request, read: Callable[[Reading], Page], vary: str = "Accept-Encoding") -> Response:
    """As `answer`, with ``Link: rel="next"`` (RFC 8288) where there is a next page. ``vary`` names what else the
    answer depends on.
    """

    def make(reading: Reading) -> Headed:
        page = read(reading)
        return Headed(msgspec.json.encode(page.content), _link(request, page.next_page))

    return site_of(request).answers.give(request, JSON, make, {"Vary": vary})


def _link(request: Request, next_page: dict[str, object] | None) -> dict[str, str]:
    if next_page is None:
        return {}
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in next_page]
    path = quote(path_of(request.scope))
    address = site_of(request).address(request, path)
    return {"Link": f'<{address}?{urlencode([*kept, *next_page.items()])}>; rel="next"'}
