"""A paper: what is said of it, and its whole course over the lists."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from broadsheet.digest.links import arxiv_address, code_address, paper_address
from broadsheet.digest.text import clean
from broadsheet.hub.urls import list_from_url
from broadsheet.model import ListKind, arxiv_id
from broadsheet.warehouse.reading import records
from broadsheet.web.course import happenings, read_course
from broadsheet.web.mounting import moved
from broadsheet.web.published import Reading
from broadsheet.web.rewording import rewordings
from broadsheet.web.site import site_of
from broadsheet.web.wording import list_path, paper_path

router = APIRouter(include_in_schema=False)

MOST_AUTHORS = 40
"""How many authors are named; the citations name them all."""

_PREFIX = re.compile(r"arxiv:\s*", re.IGNORECASE)


@router.get("/papers")
def papers(request: Request) -> Response:
    """The hub's address for its newest day: here, the archive."""
    return moved(request, "/lists", 307)


@router.get("/papers/{paper_id:path}")
def paper(request: Request, paper_id: str) -> Response:
    """A paper by its id. Other forms of the id, and the hub's own addresses of lists, lead to where they mean."""
    site = site_of(request)
    if (elsewhere := _elsewhere(request, paper_id)) is not None:
        return moved(request, elsewhere, 308)

    def read(reading: Reading) -> Mapping[str, Any]:
        found = records(reading.con, "read/paper", paper=paper_id)
        if not found:
            raise HTTPException(
                404, f"No list that is known here ever showed a paper “{clean(paper_id, 60)}”."
            )
        return {
            "paper": found[0],
            "course": read_course(reading.con, paper_id),
            "happenings": happenings(records(reading.con, "read/paper_timeline", paper=paper_id)),
            "rewordings": rewordings(records(reading.con, "read/paper_revisions", paper=paper_id)),
            "hub_address": paper_address(site.settings.hub_url, paper_id),
            "arxiv_address": arxiv_address(paper_id),
            "code_address": code_address(found[0]["github_url"]),
            "project_address": code_address(found[0]["project_url"]),
            "most_authors": MOST_AUTHORS,
            "canonical": site.address(request, paper_path(paper_id)),
        }

    return site.page(request, "paper.html", read)


def _elsewhere(request: Request, paper_id: str) -> str | None:
    """The path of what ``paper_id`` means, where that is another one."""
    list_id = list_from_url(f"/papers/{paper_id}")
    if list_id is not None and list_id.kind is not ListKind.PAPER:
        return list_path(list_id)
    plain = arxiv_id(_PREFIX.sub("", paper_id.strip()))
    if plain is not None:
        return paper_path(plain) if plain != paper_id else None
    if not paper_id.startswith("title:"):
        return None
    with site_of(request).published.reading() as reading:
        found = records(reading.con, "read/alias", alias=paper_id)
    return paper_path(found[0]["paper_id"]) if found else None
