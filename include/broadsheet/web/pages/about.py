"""What this is, how its figures come about, and how to get at the data."""

from typing import Any

from fastapi import APIRouter, Request, Response

from broadsheet.digest.edition import RISING_PLACES
from broadsheet.warehouse.reading import totals
from broadsheet.web.published import Reading
from broadsheet.web.questions import ask
from broadsheet.web.site import site_of

router = APIRouter(include_in_schema=False)


@router.get("/about")
def about(request: Request) -> Response:
    """The page about all others."""
    site = site_of(request)

    def read(reading: Reading) -> dict[str, Any]:
        return {
            "canonical": site.address(request, "/about"),
            "contact": site.settings.contact,
            "subscribing": site.settings.web_subscribe == "open",
            "totals": totals(reading.con),
            "first_at": ask(reading.con, "first_snapshot")[0]["captured_at"],
            "rising_places": RISING_PLACES,
        }

    return site.page(request, "about.html", read)
