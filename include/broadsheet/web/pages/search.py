"""Search: a box and fields, what they find in order and why, and how they were understood."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from broadsheet.warehouse.search import search
from broadsheet.web.findings import each_alone, findings
from broadsheet.web.published import Reading
from broadsheet.web.scope import COMMON
from broadsheet.web.search_form import MOST_FIELD, MOST_WORDS, Question
from broadsheet.web.site import site_of

A_PAGE = 20
MOST_PAGES = 1_000_000

router = APIRouter(include_in_schema=False)


class PageAsked(Question):
    """A question, and which page of what it finds."""

    page: Annotated[int, Field(ge=1, le=MOST_PAGES)] = 1


@router.get("/search")
def results(request: Request, question: Annotated[PageAsked, Query()]) -> Response:
    """The page; without a question it tells how to ask."""
    site = site_of(request)

    def read(reading: Reading) -> dict[str, Any]:
        return {
            "question": question,
            "scopes": [(str(scope), scope.name) for scope in COMMON],
            "most_words": MOST_WORDS,
            "most_field": MOST_FIELD,
            **(_found(reading, question, question.page) if question.text else {"found": None}),
        }

    return site.page(request, "search/search.html", read)


def _found(reading: Reading, question: Question, page: int) -> dict[str, Any]:
    passed = (page - 1) * A_PAGE
    found = search(reading.con, question.text, limit=A_PAGE, offset=passed, words=reading.words)
    return {
        "found": found,
        "page": page,
        "findings": findings(reading.con, found),
        "alone": each_alone(reading, found) if not found.total else [],
        "passed": passed,
        "pages": max(1, -(-found.total // A_PAGE)),
        "scored": any(hit.score for hit in found.hits),
    }
