"""Whether the site can answer, and which lists have fallen silent."""

import msgspec
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from broadsheet.web.api.answering import JSON
from broadsheet.web.api.parameters import TAKES_NONE
from broadsheet.web.api.problems import refusals
from broadsheet.web.api.structs import told_as
from broadsheet.web.errors import RETRY_AFTER_SECONDS
from broadsheet.web.health import Health, health
from broadsheet.web.site import site_of

router = APIRouter(tags=["Health"])


@router.get(
    "/health",
    operation_id="getHealth",
    summary="Whether the site is well",
    dependencies=[TAKES_NONE],
    responses={**told_as(Health, "It can answer"), **refusals()},
)
def get_health(request: Request) -> Response:
    """Asked anew each time: whether the warehouse can be read, and which lists gave nothing for too long."""
    found = health(site_of(request))
    if found.status != "ok":
        raise HTTPException(
            503, "Nothing can be read: ask again in a moment.", {"Retry-After": RETRY_AFTER_SECONDS}
        )
    return Response(msgspec.json.encode(found), media_type=JSON, headers={"Cache-Control": "no-store"})
