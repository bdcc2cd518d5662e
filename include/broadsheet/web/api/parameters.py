"""What the API is asked with: each parameter read strictly, and told of in the document."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

from broadsheet.model import ListKind
from broadsheet.times import midnight
from broadsheet.web.moments import read_moment

MOST_ROWS = 500
LARGEST = 2**63 - 1


_WRITTEN = WithJsonSchema(
    {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
)


def _moment(text: str, info: ValidationInfo) -> datetime:
    return read_moment(info.field_name or "", text)


def _beginning(text: str, info: ValidationInfo) -> datetime:
    try:
        return midnight(date.fromisoformat(text))
    except ValueError:
        return _moment(text, info)


Moment = Annotated[datetime, BeforeValidator(_moment), _WRITTEN]
"""A time; without a zone it is UTC, a day alone is its last moment. Behind it aware, in UTC."""
Beginning = Annotated[datetime, BeforeValidator(_beginning), _WRITTEN]
"""As `Moment`, but a day alone is its first moment."""

Kind = Annotated[ListKind, Path(description="What the list ranks.", examples=["daily"])]
Key = Annotated[
    str,
    Path(
        min_length=1,
        max_length=300,
        description="Which of the kind: `2026-11-20`, `2026-W47`, `2026-11`, `speech`, `2609.18063`.",
        examples=["2026-11-20"],
    ),
]
PaperId = Annotated[
    str,
    Path(
        min_length=1,
        max_length=100,
        description="arXiv id, with or without a version; `title:…` for a paper known by its title only.",
        examples=["2609.18063"],
    ),
]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS, description="At most so many.")]


class Asked(BaseModel):
    """The parameters of a query. A name that is not among them is refused: it would change nothing."""

    model_config = ConfigDict(extra="forbid")


def _asks_nothing(_: Annotated[Asked, Query()]) -> None:
    pass


TAKES_NONE = Depends(_asks_nothing)
"""For an operation without parameters."""
