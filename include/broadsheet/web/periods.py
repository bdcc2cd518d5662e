"""The days and weeks that public editions are of."""

import re
from datetime import date, datetime, timedelta

import msgspec

from broadsheet.digest.words import long_day
from broadsheet.times import A_DAY, midnight

_WEEK = re.compile(r"(?P<year>\d{4})-W(?P<week>\d{2})")
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
        return self.begins + (self.days - 1) * A_DAY

    @property
    def window(self) -> tuple[datetime, datetime]:
        """The last moments before it and in it: what was captured at the very beginning of a day belongs to it."""
        return midnight(self.begins) - _INSTANT, midnight(self.ends) + A_DAY - _INSTANT

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
