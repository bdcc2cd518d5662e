"""The lists of a year as a calendar."""

from calendar import Calendar
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from broadsheet.model import ListId, ListKind, dated_list
from broadsheet.warehouse.rows import list_of
from broadsheet.web.questions import ask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MONDAYS_FIRST = Calendar()


class Day(msgspec.Struct, frozen=True):
    """A day, and how many papers its daily list had and the trending list at its end; None: not known."""

    date: date
    daily: int | None
    trending: int | None


class Week(msgspec.Struct, frozen=True):
    """Monday to Sunday, None for the days of another month, and how many papers the weekly list had."""

    list_id: ListId
    papers: int | None
    days: tuple[Day | None, ...]


class Month(msgspec.Struct, frozen=True):
    """A month and how many papers its monthly list had."""

    list_id: ListId
    first: date
    papers: int | None
    weeks: tuple[Week, ...]


class Year(msgspec.Struct, frozen=True):
    """A year: its months of which anything is known, newest first, and the years beside it that hold any.

    ``searches`` are the searches watched, of whatever year, with how many papers each had last.
    """

    year: int
    earlier: int | None
    later: int | None
    months: tuple[Month, ...]
    searches: tuple[tuple[ListId, int], ...]


def known_years(con: "DuckDBPyConnection") -> list[int]:
    """The years of which any dated or trending list is known, newest first."""
    return [row["year"] for row in ask(con, "lists/years")]


def read_year(con: "DuckDBPyConnection", year: int, years: Sequence[int]) -> Year:
    """The calendar of ``year``, one of the known ``years``."""
    lists = {list_of(row): row["papers"] for row in ask(con, "lists/known", year=year)}
    trending = {row["day"]: row["papers"] for row in ask(con, "lists/days", year=year)}
    months = (_month(year, number, lists, trending) for number in range(12, 0, -1))
    return Year(
        year=year,
        earlier=max((each for each in years if each < year), default=None),
        later=min((each for each in years if each > year), default=None),
        months=tuple(month for month in months if _known(month)),
        searches=tuple((each, papers) for each, papers in lists.items() if each.kind is ListKind.SEARCH),
    )


def _month(year: int, number: int, lists: dict[ListId, int], trending: dict[date, int]) -> Month:
    first = date(year, number, 1)
    this = dated_list(ListKind.MONTHLY, first)
    weeks = []
    for dates in _MONDAYS_FIRST.monthdatescalendar(year, number):
        week = dated_list(ListKind.WEEKLY, dates[0])
        days = (_day(each, lists, trending) if each.month == number else None for each in dates)
        weeks.append(Week(week, lists.get(week), tuple(days)))
    return Month(this, first, lists.get(this), tuple(weeks))


def _day(day: date, lists: dict[ListId, int], trending: dict[date, int]) -> Day:
    return Day(day, lists.get(dated_list(ListKind.DAILY, day)), trending.get(day))


def _known(month: Month) -> bool:
    days = (day for week in month.weeks for day in week.days if day is not None)
    return (
        month.papers is not None
        or any(week.papers is not None for week in month.weeks)
        or any(day.daily is not None or day.trending is not None for day in days)
    )
