"""The OpenAPI document of the API, and what the API adds to the application that it is part of."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from broadsheet.web.api.problems import SCHEMA, Problem
from broadsheet.web.api.sharing import ReadFromAnywhere
from broadsheet.web.api.structs import schemas
from broadsheet.web.errors import API_ROOT

DESCRIPTION = """\
The history of the hub’s lists of papers, for programs: nothing to sign up for, no key.

Times are UTC, ISO 8601 with `Z`; what is not known is null. Answers that you have are confirmed with 304 if you send
their `ETag` back in `If-None-Match`. Lists that go on have `Link: rel="next"`. Refusals are problem details
(`application/problem+json`, RFC 9457). Scripts on pages anywhere may read everything (CORS). Fields may be added to
answers; those that are there stay.
"""
TAGS = [
    {"name": "Papers", "description": "What is known of a paper, and how it fared."},
    {
        "name": "Lists",
        "description": "Trending, daily, weekly and monthly lists as they stood at any moment.",
    },
    {"name": "Changes", "description": "One numbered stream of everything that changed on every list."},
    {"name": "Editions", "description": "What was new on a list on a day, as the digest tells it."},
    {"name": "Search", "description": "Papers by their words."},
    {"name": "Health", "description": "Whether the lists are fresh."},
]


def install(app: FastAPI) -> None:
    """Make ``app.openapi()`` the document of the API alone, and let scripts from anywhere read the API."""
    app.add_middleware(ReadFromAnywhere)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=f"{app.title} API",
            version=app.version,
            summary="The history of the hub’s lists of papers.",
            description=DESCRIPTION,
            tags=TAGS,
            license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
            routes=[
                route
                for route in app.routes
                if isinstance(route, APIRoute) and route.path.startswith(API_ROOT)
            ],
        )
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        document["components"]["schemas"] |= schemas() | problem.pop("$defs") | {SCHEMA: problem}
        app.openapi_schema = document
    return app.openapi_schema
