"""Moments as an address names them."""

import re
from datetime import datetime, timedelta

import msgspec
from starlette.exceptions import HTTPException

from broadsheet.digest.text import clean
from broadsheet.times import as_utc

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORMS = "write a day such as 2026-11-10, or a time such as 2026-11-10T12:00 (UTC)"


class Moments(msgspec.Struct, frozen=True, kw_only=True):
    """How a list stood ``at`` a moment, and what differs ``since`` an earlier one; None: not asked for.

    ``given`` are the two as the address has them, by their names.
    """

    at: datetime | None
    since: datetime | None
    given: dict[str, str]


def read_moments(at: str = "", since: str = "") -> Moments:
    """The moments that an address names, as a dependency of FastAPI. Raises HTTPException as `read_moment`."""
    return Moments(
        at=read_moment("at", at) if at else None,
        since=read_moment("since", since) if since else None,
        given={"at": at, "since": since},
    )


def read_moment(name: str, text: str) -> datetime:
    """The moment that the parameter ``name`` gives, aware in UTC; a day alone is its last moment.

    Raises:
        HTTPException: 422, ``text`` is no moment.
    """
    # A plus sign that nobody escaped has become a space.
    given = re.sub(r" (?=\d{2}:?\d{2}$)", "+", text.strip()) if "T" in text else text.strip()
    try:
        moment = as_utc(datetime.fromisoformat(given))
    except ValueError:
        raise HTTPException(422, f"{name}: “{clean(text, 40)}” is no time; {_FORMS}.") from None
    return moment + timedelta(days=1, microseconds=-1) if _DAY.fullmatch(given) else moment
