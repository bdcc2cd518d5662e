"""How the API refuses: problem details (RFC 9457), and how the document tells of them."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from broadsheet.web.errors import PROBLEM


class Invalid(BaseModel):
    """One parameter that cannot be meant."""

    parameter: str = Field(description="Its name.")
    message: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """Why a request was not answered (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "about:blank",
                "title": "Not Found",
                "status": 404,
                "detail": "Nothing is known of daily:1999-01-01.",
            }
        }
    )

    type: str = Field(description="`about:blank`: the status says it all.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The HTTP status, once more.")
    detail: str = Field(description="What went wrong and what to do, for people.")
    errors: list[Invalid] | None = Field(default=None, description="422: each parameter that was refused.")


SCHEMA = "Problem"
_MEANINGS = {
    400: "The address holds control characters",
    404: "Nothing of that name is known",
    409: "The cursor is beyond the end of the stream",
    414: "The address is too long",
    422: "A parameter cannot be meant",
    429: "Too many requests in a minute: see Retry-After",
    503: "Nothing is published yet: see Retry-After",
}
_ALWAYS = (400, 414, 422, 429, 503)


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of an operation for the document: ``statuses``, and those that any request may meet."""
    content = {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{SCHEMA}"}}}
    told: dict[int | str, dict[str, Any]] = {
        status: {"description": _MEANINGS[status], "content": content} for status in (*statuses, *_ALWAYS)
    }
    return {304: {"description": "The answer is still the one named in If-None-Match"}} | told
