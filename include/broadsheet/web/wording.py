"""How pages write numbers, times, lists and movement: the filters of the templates."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from broadsheet.digest.text import clean
from broadsheet.digest.words import day as short_day
from broadsheet.digest.words import mark
from broadsheet.model import ListId, ListKind, first_day

_NAMES = {
    ListKind.TRENDING: "Trending papers",
    ListKind.DAILY: "Daily papers",
    ListKind.WEEKLY: "Weekly papers",
    ListKind.MONTHLY: "Monthly papers",
    ListKind.SEARCH: "Search",
    ListKind.PAPER: "Paper",
}


def counted(number: int, one: str, many: str = "") -> str:
    """``1 paper``, ``2,340 papers``; ``many`` is the plural where it does not end in s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def moment(at: datetime) -> str:
    """``20 Nov 2026, 06:48 UTC``."""
    return f"{short_day(at.date())}, {at:%H:%M} UTC"


def long_day(day: date) -> str:
    """``Friday, 20 November 2026``."""
    return f"{day:%A}, {day.day} {day:%B %Y}"


def list_name(list_id: ListId) -> str:
    """``Trending papers``, ``Daily papers of 20 Nov 2026``, ``Weekly papers of 2026-W47``, ``Search “speech”``."""
    name = _NAMES[list_id.kind]
    match list_id.kind:
        case ListKind.TRENDING:
            return name
        case ListKind.DAILY:
            return f"{name} of {short_day(first_day(list_id))}"
        case ListKind.MONTHLY:
            return f"{name} of {first_day(list_id):%B %Y}"
        case ListKind.WEEKLY:
            return f"{name} of week {int(list_id.key[-2:])}, {list_id.key[:4]}"
        case ListKind.SEARCH:
            return f"{name} “{clean(list_id.key, 80)}”"
        case ListKind.PAPER:
            return f"{name} {clean(list_id.key, 40)}"


def list_path(list_id: ListId) -> str:
    """The path of a list's page: ``/lists/trending``, ``/lists/daily/2026-11-20``."""
    return f"/lists/{list_id.kind}/{segment(list_id.key)}" if list_id.key else f"/lists/{list_id.kind}"


def paper_path(paper_id: str) -> str:
    """The path of a paper's page."""
    return f"/papers/{quote(paper_id, safe='/:')}"


def segment(text: str) -> str:
    """Text as one segment of a path."""
    return quote(text, safe=":")


FILTERS: dict[str, Callable[..., Any]] = {
    "clean": clean,
    "counted": counted,
    "day": short_day,
    "list_name": list_name,
    "list_path": list_path,
    "long_day": long_day,
    "mark": mark,
    "moment": moment,
    "paper_path": paper_path,
    "segment": segment,
}
