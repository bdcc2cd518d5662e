"""What several commands take: lists, times, `--json`."""

import re
from datetime import date, datetime, timedelta
from typing import Annotated

from broadsheet.commands.declaring import Option
from broadsheet.errors import UsageError
from broadsheet.model import DATED_KINDS, ListId, ListKind, dated_list, parse_list_id
from broadsheet.times import as_utc

AsJson = Annotated[bool, Option("--json", help="Print JSON instead of a table.")]
LIST_HELP = "trending, daily:2026-11-20, weekly:2026-W47, monthly:2026-11 or search:words"
TIME_HELP = "a day, an ISO time (UTC unless it says otherwise), or an age such as 36h or 7d"

_AGE = re.compile(r"(?P<count>\d{1,6})(?P<unit>[mhdw])")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_list(text: str) -> ListId:
    """Read a list's name. Raises UsageError for one that is none."""
    try:
        return parse_list_id(text)
    except ValueError as error:
        raise UsageError(str(error)) from None


def read_list_today(text: str, now: datetime) -> ListId:
    """Read a list's name; a bare ``daily``, ``weekly`` or ``monthly`` is the one that ``now`` belongs to."""
    kind = text.strip()
    return dated_list(ListKind(kind), now.date()) if kind in DATED_KINDS else read_list(text)


def read_time(text: str, now: datetime, *, end_of_day: bool = False) -> datetime:
    """Read a day, an ISO time or an age before ``now``, as UTC.

    A day alone is its first moment, with ``end_of_day`` its last. Raises UsageError for anything else.
    """
    text = text.strip()
    age = _AGE.fullmatch(text)
    try:
        if age:
            return now - int(age["count"]) * _UNITS[age["unit"]]
        moment = as_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise UsageError(f"{text!r} is no time: write {TIME_HELP}") from None
    if end_of_day and _DAY.fullmatch(text):
        moment += timedelta(days=1, microseconds=-1)
    return moment


def read_day(text: str) -> date:
    """Read a day such as 2026-11-20. Raises UsageError."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{text!r} is no day: write for example 2026-11-20") from None
