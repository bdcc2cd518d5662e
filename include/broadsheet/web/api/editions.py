"""Editions: what was new on a list on a day, in the document that a mail's JSON is, too."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BeforeValidator, Field, WithJsonSchema
from starlette.exceptions import HTTPException

from broadsheet.digest.document import DigestDocument
from broadsheet.digest.render import render
from broadsheet.model import read_source
from broadsheet.web.api.answering import JSON, Page, answer_page
from broadsheet.web.api.models import Editions
from broadsheet.web.api.parameters import LARGEST, TAKES_NONE, Asked, Limit
from broadsheet.web.api.problems import refusals
from broadsheet.web.api.structs import told_as
from broadsheet.web.periods import day_of
from broadsheet.web.public_editions import Source, public_editions, read_digest
from broadsheet.web.published import Reading
from broadsheet.web.scope import MOST_TEXT
from broadsheet.web.site import site_of

router = APIRouter(tags=["Editions"])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError("write a day as 2026-11-20") from None


SourceName = Annotated[
    str,
    Path(
        alias="list",
        min_length=1,
        max_length=MOST_TEXT,
        description="A list, or `daily`, `weekly`, `monthly` for the newest of them.",
        examples=["trending"],
    ),
]
Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date"}),
    Path(description="A day in UTC.", examples=["2026-11-20"]),
]


class EditionsAsked(Asked):
    """Which editions."""

    source: Annotated[
        str | None,
        Field(
            alias="list",
            max_length=MOST_TEXT,
            description="Only editions of this list, or of `daily` and so on.",
        ),
    ] = None
    limit: Limit = 100
    offset: Annotated[int, Field(ge=0, le=LARGEST, description="Editions to pass over.")] = 0


@router.get(
    "/editions",
    operation_id="listEditions",
    summary="The editions there are",
    response_model=Editions,
    responses=refusals(404),
)
def list_editions(request: Request, asked: Annotated[EditionsAsked, Query()]) -> Response:
    """One for each day on which a list changed, newest first."""
    source = None if asked.source is None else _source(asked.source)
    return answer_page(request, lambda reading: _page(reading, source, asked))


@router.get(
    "/editions/{list:path}/{day}",
    operation_id="getEdition",
    summary="What was new on a list on a day",
    dependencies=[TAKES_NONE],
    responses={**told_as(DigestDocument, "As the mails' JSON"), **refusals(404)},
)
def get_edition(request: Request, source: SourceName, day: Day) -> Response:
    """What a reader of the list was told at the end of that day (UTC): new, back, rising, still here and left, each
    paper with its movement, votes gained, days on the list and the ranks of two weeks. Of a day that is not over
    it tells what is known so far.
    """
    wanted, site = _source(source), site_of(request)

    def make(reading: Reading) -> str:
        digest = read_digest(reading.con, wanted, day_of(day), hub_url=site.settings.hub_url)
        if digest is None:
            raise HTTPException(404, f"There is no edition of {wanted} for {day}.")
        return render(digest).json

    return site.answers.give(request, JSON, make)


def _source(text: str) -> Source:
    try:
        return read_source(text)
    except ValueError as error:
        raise HTTPException(404, f"{error}.") from None


def _page(reading: Reading, source: Source | None, asked: EditionsAsked) -> Page:
    found = public_editions(reading.con, source, most=asked.limit + 1, offset=asked.offset)
    more = len(found) > asked.limit
    editions = [
        {"list": each.source, "day": each.day, "snapshots": each.snapshots, "as_of": each.as_of}
        for each in found[: asked.limit]
    ]
    end = asked.offset + asked.limit if more else None
    return Page({"editions": editions, "next": end}, {"offset": end} if more else None)
