"""Search, as the page and the command line have it."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from broadsheet.warehouse.search import Found, search
from broadsheet.web.api.answering import Page, answer_page
from broadsheet.web.api.parameters import LARGEST, Asked, Limit
from broadsheet.web.api.problems import refusals
from broadsheet.web.api.structs import told_as
from broadsheet.web.published import Reading

MOST_TEXT = 1000

router = APIRouter(tags=["Search"])


class SearchAsked(Asked):
    """What is looked for."""

    q: Annotated[
        str,
        Field(
            max_length=MOST_TEXT,
            description='Words, `"phrases"`, `robot*`, `-unwanted`, `author:`, `org:`, `keyword:`, `list:`, '
            "`since:`, `until:`. Any text may be asked; `items` and `explanation` tell how it was understood.",
            examples=['"world model" -medical since:2026-11'],
        ),
    ]
    limit: Limit = 20
    offset: Annotated[int, Field(ge=0, le=LARGEST, description="Papers to pass over.")] = 0


@router.get(
    "/search",
    operation_id="searchPapers",
    summary="Papers by their words",
    responses={**told_as(Found, "The best first"), **refusals()},
)
def search_papers(request: Request, asked: Annotated[SearchAsked, Query()]) -> Response:
    """In order of their BM25 score: a rare word counts for more than a common one, a word in the title for three
    times and one among the AI keywords for twice as much as one in the abstract or AI summary, and in long texts for
    less; of equals the newest is first. `matched` tells of each word where it was found.
    """
    return answer_page(request, lambda reading: _page(reading, asked))


def _page(reading: Reading, asked: SearchAsked) -> Page:
    found = search(reading.con, asked.q, limit=asked.limit, offset=asked.offset, words=reading.words)
    end = asked.offset + len(found.hits)
    return Page(msgspec.structs.asdict(found), {"offset": end} if found.hits and end < found.total else None)
