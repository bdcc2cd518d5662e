"""The days and weeks that public editions are of."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from broadsheet.digest.edit import edit
from broadsheet.digest.edition import Digest
from broadsheet.model import ListId, ListKind
from broadsheet.times import midnight
from broadsheet.web.public_editions import public_digest
from broadsheet.web.questions import ask
from broadsheet.web.wording import long_day

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WEEK = re.compile(r"(?P<year>\d{4})-W(?P<week>\d{2})")
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


class Period(msgspec.Struct, frozen=True):
    """A day in UTC, or an ISO week of them: ``begins`` is its first day, ``key`` how addresses name it."""

    key: str
    begins: date
    days: int

    @property
    def is_week(self) -> bool:
        """Whether it is more than a day."""
        return self.days > 1

    @property
    def ends(self) -> date:
        """Its last day."""
        return self.begins + (self.days - 1) * _DAY

    @property
    def name(self) -> str:
        """``Thursday, 12 November 2026``, or ``Week 46 of 2026``."""
        if self.is_week:
            year, week, _ = self.begins.isocalendar()
            return f"Week {week} of {year}"
        return long_day(self.begins)


def read_period(key: str) -> Period | None:
    """``2026-11-12`` or ``2026-W46``; None for anything else, and for days and weeks that do not exist."""
    try:
        if week := _WEEK.fullmatch(key):
            return week_of(date.fromisocalendar(int(week["year"]), int(week["week"]), 1))
        day = day_of(date.fromisoformat(key))
    except ValueError:
        return None
    return day if day.key == key else None


def day_of(day: date) -> Period:
    """That day."""
    return Period(day.isoformat(), day, 1)


def week_of(day: date) -> Period:
    """The ISO week of a day."""
    year, week, _ = day.isocalendar()
    return Period(f"{year:04d}-W{week:02d}", date.fromisocalendar(year, week, 1), 7)


def read_digest(
    con: "DuckDBPyConnection", source: ListId | ListKind, period: Period, *, hub_url: str
) -> Digest | None:
    """What was new on ``source`` in the period, as a mail at its end tells it; of one that is not over, so far.

    None before anything was known of the source, and for a period that has not begun.
    """
    if not period.is_week:
        return public_digest(con, source, period.begins, hub_url=hub_url)
    newest = ask(con, "newest_snapshot")[0]["captured_at"]
    if newest is None or period.begins > newest.date() or period.begins.year < 2:
        return None
    since, until = midnight(period.begins) - _INSTANT, midnight(period.ends) + _DAY - _INSTANT
    digest = edit(con, {source: since}, until, hub_url=hub_url)
    return digest if digest.editions else None


def beside(con: "DuckDBPyConnection", source: ListId | ListKind, period: Period) -> Sequence[Period | None]:
    """The periods of the same length before and after, in which the source changed; None where there is none."""
    (row,) = ask(con, "edition_neighbours", source=str(source), begins=period.begins, ends=period.ends)
    as_period = week_of if period.is_week else day_of
    return [None if day is None else as_period(day) for day in (row["earlier"], row["later"])]
