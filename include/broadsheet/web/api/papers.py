"""Papers: everything known of one, many by their ids, and all in the order in which they were first seen."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from broadsheet.model import paper_id_of
from broadsheet.warehouse import reading as warehouse
from broadsheet.web.api.answering import Page, answer, answer_page
from broadsheet.web.api.models import Papers, WholePaper
from broadsheet.web.api.parameters import TAKES_NONE, Asked, Beginning, Limit, PaperId
from broadsheet.web.api.problems import refusals
from broadsheet.web.published import Reading
from broadsheet.web.questions import ask

MOST_IDS = 100

router = APIRouter(tags=["Papers"])


class PapersAsked(Asked):
    """Which papers."""

    ids: Annotated[
        str | None,
        Field(
            pattern=rf"^[^,]+(,[^,]+){{0,{MOST_IDS - 1}}}$",
            max_length=5000,
            description=f"Up to {MOST_IDS} ids with commas between; what else is asked does not count then.",
            examples=["2609.18063,2610.77010"],
        ),
    ] = None
    since: Annotated[Beginning | None, Field(description="Not first seen before.")] = None
    after: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=100,
            description="The paper behind which the page begins: `next` of the last.",
        ),
    ] = None
    limit: Limit = 100


@router.get(
    "/papers",
    operation_id="listPapers",
    summary="Papers by id, or all as they were first seen",
    response_model=Papers,
    responses=refusals(404),
)
def list_papers(request: Request, asked: Annotated[PapersAsked, Query()]) -> Response:
    """Give `ids` for the papers that you know of. Without, all papers come page by page in the order in which they
    were first seen; a late import of old captures may put papers before the page where you are, so to keep a copy
    up to date follow /changes.
    """
    if asked.ids is not None:
        ids = list(dict.fromkeys(map(paper_id_of, asked.ids.split(","))))
        return answer(request, lambda reading: _by_id(reading, ids))
    return answer_page(request, lambda reading: _after(reading, asked.after, asked.since, asked.limit))


@router.get(
    "/papers/{paper_id:path}",
    operation_id="getPaper",
    summary="Everything known of a paper",
    dependencies=[TAKES_NONE],
    response_model=WholePaper,
    responses=refusals(404),
)
def get_paper(request: Request, paper_id: PaperId) -> Response:
    """What it is now, each place it had on each list, what happened to it, and each text that was told of it."""
    return answer(request, lambda reading: _whole(reading, paper_id))


def _by_id(reading: Reading, ids: list[str]) -> dict[str, Any]:
    found = {row.pop("asked"): row for row in ask(reading.con, "papers_by_id", ids=ids)}
    return {
        "papers": [found[paper_id] for paper_id in ids if paper_id in found],
        "missing": [paper_id for paper_id in ids if paper_id not in found],
        "next": None,
    }


def _after(reading: Reading, after: str | None, since: datetime | None, limit: int) -> Page:
    if after is not None:
        after = paper_id_of(after)
        if not ask(reading.con, "papers_by_id", ids=[after]):
            raise _unknown(after)
    rows = ask(reading.con, "api/papers_after", after=after, since=since, limit=limit + 1)
    last = rows[limit - 1]["paper_id"] if len(rows) > limit else None
    content = {"papers": rows[:limit], "missing": [], "next": last}
    return Page(content, None if last is None else {"after": last})


def _whole(reading: Reading, paper_id: str) -> dict[str, Any]:
    try:
        paper = warehouse.paper(reading.con, paper_id)
    except warehouse.NotFoundError:
        raise _unknown(paper_id) from None
    for revision in paper["revisions"]:
        del revision["revision_id"]
        revision["details"] = msgspec.Raw(revision["details"].encode())
    return paper


def _unknown(paper_id: str) -> HTTPException:
    return HTTPException(
        404, f"No paper {paper_id!r} is known here: /api/v1/search finds papers by their words."
    )
