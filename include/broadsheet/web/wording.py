"""How pages write numbers, times, lists and movement: the filters of the templates."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from broadsheet.digest.text import clean, opening
from broadsheet.digest.words import byline, capital, changed, long_day, mark
from broadsheet.digest.words import day as short_day
from broadsheet.model import ListId, ListKind, first_day
from broadsheet.web.cited import cited
from broadsheet.web.drawing.spark import spark

FEWEST_BESIDE_INITIAL = 120
"""A text shorter than this would not fill the lines beside its large first letter."""
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


def address_time(at: datetime) -> str:
    """A moment as an address names it, in UTC: ``2026-11-20T06:48``, finer where it is."""
    given = at.replace(tzinfo=None)
    return given.isoformat(timespec="auto" if given.second or given.microsecond else "minutes")


def form_time(at: datetime) -> str:
    """A moment as a form's field for local times holds it: to the minute, rounded up."""
    return f"{at + timedelta(minutes=1, microseconds=-1):%Y-%m-%dT%H:%M}"


def kind_name(kind: ListKind) -> str:
    """``Daily papers``: all lists of a kind together."""
    return _NAMES[kind]


def list_name(list_id: ListId) -> str:
    """``Trending papers``, ``Daily papers of 20 Nov 2026``, ``Weekly papers of week 47, 2026``, ``Search “ants”``."""
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


def source_name(source: ListId | ListKind) -> str:
    """What a digest may cover: ``Trending papers``, ``Daily papers``, ``Search “speech”``."""
    return list_name(source) if isinstance(source, ListId) else kind_name(source)


def list_path(list_id: ListId) -> str:
    """The path of a list's page: ``/lists/trending``, ``/lists/daily/2026-11-20``."""
    return f"/lists/{list_id.kind}/{segment(list_id.key)}" if list_id.key else f"/lists/{list_id.kind}"


def paper_path(paper_id: str) -> str:
    """The path of a paper's page."""
    return f"/papers/{quote(paper_id, safe='/:')}"


def segment(text: str) -> str:
    """Text as one segment of a path."""
    return quote(text, safe=":")


def takes_initial(text: str) -> bool:
    """Whether a large first letter suits ``text``: a capital that nothing needs to join, and lines beside it."""
    return text[:1].isascii() and text[:1].isupper() and len(text) >= FEWEST_BESIDE_INITIAL


FILTERS: dict[str, Callable[..., Any]] = {
    "address_time": address_time,
    "byline": byline,
    "capital": capital,
    "changed": changed,
    "cited": cited,
    "clean": clean,
    "counted": counted,
    "day": short_day,
    "form_time": form_time,
    "kind_name": kind_name,
    "list_name": list_name,
    "list_path": list_path,
    "long_day": long_day,
    "mark": mark,
    "moment": moment,
    "opening": opening,
    "paper_path": paper_path,
    "segment": segment,
    "spark": spark,
    "takes_initial": takes_initial,
}
