"""The page that tells how the API is used, made from its document."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from broadsheet.web.api.reference import reference
from broadsheet.web.published import Reading
from broadsheet.web.questions import ask
from broadsheet.web.site import site_of

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "listPapers": ("/papers?since={day}&limit=5",),
    "getPaper": ("/papers/{paper_id}",),
    "listLists": ("/lists?kind=daily",),
    "getTrendingHistory": ("/lists/trending/history?limit=5",),
    "getListHistory": ("/lists/daily/{key}/history",),
    "getNewestList": ("/lists/trending", "/lists/trending?at={day}&since={day_before}"),
    "getList": ("/lists/daily/{key}",),
    "listChanges": ("/changes?list=trending&change=entered", "/changes?after=0&format=ndjson"),
    "listEditions": ("/editions?list=trending",),
    "getEdition": ("/editions/trending/{day}",),
    "searchPapers": ("/search?q=learning&limit=5",),
    "getHealth": ("/health",),
}
"""Addresses to try for each operation. Names in braces stand for what this site knows."""

router = APIRouter(include_in_schema=False)


@router.get("/api")
def documentation(request: Request) -> Response:
    """The page; its examples ask for what there is."""
    site = site_of(request)

    def read(reading: Reading) -> dict[str, Any]:
        return {
            "canonical": site.address(request, "/api"),
            "base": site.address(request, "/api/v1"),
            "reference": reference(request.app.openapi()),
            "examples": examples(reading),
        }

    return site.page(request, "api/documentation.html", read)


def examples(reading: Reading) -> dict[str, tuple[str, ...]]:
    """``EXAMPLES`` with names of this publication."""
    known = {name: quote(str(value)) for name, value in ask(reading.con, "api/example")[0].items()}
    return {
        operation: tuple(address.format(**known) for address in addresses)
        for operation, addresses in EXAMPLES.items()
    }
