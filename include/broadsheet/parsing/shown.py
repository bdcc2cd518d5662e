"""What pages show to people: counts, days without a year, and which list they are."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from broadsheet import times
from broadsheet.hub.urls import list_from_url
from broadsheet.model import Capture, ListId, ListKind, dated_list, list_id_or_none
from broadsheet.parsing.wire import ListProps

_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
_DAY = re.compile(r"(?:Published on )?(?P<month>[A-Z][a-z]{2})[a-z]* (?P<day>\d{1,2})(?:,? (?P<year>\d{4}))?")
_ISO_DAY = re.compile(r"(?:Published on )?(?P<iso>\d{4}-\d{2}-\d{2})")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PERIODS = {
    "day": ListKind.DAILY,
    "daily": ListKind.DAILY,
    "week": ListKind.WEEKLY,
    "weekly": ListKind.WEEKLY,
    "month": ListKind.MONTHLY,
    "monthly": ListKind.MONTHLY,
}


def count(text: str) -> int | None:
    """A number as shown; "-" is 0. None for no number, and for a rounded one ("3.29k"): nothing is guessed."""
    text = text.strip()
    if text == "-":
        return 0
    return int(text.replace(",", "")) if _COUNT.fullmatch(text) else None


def day(text: str, captured_at: datetime) -> date | None:
    """A day as shown: "Jun 28, 2020", "Published on Jun 28, 2020", "2020-06-28" or "Jun 28".

    The hub leaves the year out for the current one, so a day without a year is the latest such day that is
    not after the capture. A day of slack covers the time zones.
    """
    text = text.strip()
    iso = _ISO_DAY.fullmatch(text)
    if iso is not None:
        return _date_or_none(*map(int, iso["iso"].split("-")))
    match = _DAY.fullmatch(text)
    if match is None or match["month"] not in _MONTHS:
        return None
    month, number = _MONTHS.index(match["month"]) + 1, int(match["day"])
    if match["year"] is not None:
        return _date_or_none(int(match["year"]), month, number)
    last = captured_at.date() + timedelta(days=1)
    # Eight years reach the leap year before, over a century's end too.
    years = range(last.year, max(last.year - 9, 0), -1)
    candidates = (_date_or_none(year, month, number) for year in years)
    return next((found for found in candidates if found is not None and found <= last), None)


def midnight(found: date | None) -> datetime | None:
    """A day as the hub writes days in its JSON: its first moment in UTC."""
    return None if found is None else times.midnight(found)


def props_day(props: ListProps) -> date | None:
    """The day that a list page's props name."""
    for value in (props.date_string, props.date):
        if isinstance(value, str) and (match := re.match(r"(\d{4})-(\d{2})-(\d{2})", value)):
            return _date_or_none(*map(int, match.groups()))
    return None


def props_list(props: ListProps) -> ListId | None:
    """The list that a list page's props name, None where they name none."""
    query = props.query.get("q") if isinstance(props.query, dict) else props.query
    if isinstance(query, str) and query.strip():
        return ListId(ListKind.SEARCH, query.strip())
    if props.is_trending is True:
        return ListId(ListKind.TRENDING)
    period = props.period_type if isinstance(props.period_type, str) else "day"
    kind = _PERIODS.get(period)
    if kind is None:
        return None
    shown = props_day(props)
    if shown is not None:
        return dated_list(kind, shown)
    return list_id_or_none(kind, props.date_string) if isinstance(props.date_string, str) else None


def addressed_list(capture: Capture, *declared: str | None) -> ListId | None:
    """The list that the answer's addresses name: the page's own first, then where it came from."""
    addresses: Iterable[str | None] = (*declared, capture.final_url, capture.url)
    found = (list_from_url(address) for address in addresses if address)
    return next((list_id for list_id in found if list_id is not None), None)


def _date_or_none(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
