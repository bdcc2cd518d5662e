"""The front page: what trends now."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from broadsheet.times import A_DAY
from broadsheet.web.choosing import Choice, read_choice
from broadsheet.web.contents import list_content
from broadsheet.web.published import Reading
from broadsheet.web.questions import newest_snapshot_at
from broadsheet.web.shown import TRENDING, ShownList, show
from broadsheet.web.site import site_of

router = APIRouter(include_in_schema=False)

LEADS = 3
"""How many papers are set larger than the rest, the first of them largest."""


@router.get("/")
def front(request: Request, choice: Annotated[Choice, Depends(read_choice)]) -> Response:
    """The trending list now, its first papers set as a newspaper sets what leads."""
    site = site_of(request)

    def read(reading: Reading) -> Mapping[str, Any]:
        at = newest_snapshot_at(reading.con, TRENDING.kind, TRENDING.key)
        fixed = {
            "canonical": site.address(request, "/"),
            "place": "/",
            "asked_for": {"at": "", "since": ""},
            "subscribing": site.settings.web_subscribe == "open",
        }
        if at is None:
            return fixed | {"shown": None}
        shown = show(reading.con, TRENDING, at, at - A_DAY, hub_url=site.settings.hub_url)
        return fixed | {"leads": _leads(shown, choice)} | list_content(shown, choice)

    return site.page(request, "front.html", read)


def _leads(shown: ShownList, choice: Choice) -> int:
    return LEADS if choice == Choice() and len(shown.papers) > LEADS else 0
