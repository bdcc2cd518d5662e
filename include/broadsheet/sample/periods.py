"""The spans of dated lists: day, ISO week, month, and how the hub writes each of them."""

import re
from abc import ABC, abstractmethod
from datetime import date, timedelta


class Period(ABC):
    """A kind of span. ``parameter`` is its name in addresses, ``word`` its name in hydration JSON."""

    parameter: str
    word: str
    form: re.Pattern[str]

    def first_day(self, key: str) -> date:
        """The first day of the span that ``key`` names. Raises ValueError if it names none."""
        match = self.form.fullmatch(key)
        if match is None:
            raise ValueError(f"{key!r} is no {self.word}")
        return self._start([int(number) for number in match.groups()])

    @abstractmethod
    def _start(self, numbers: list[int]) -> date: ...

    @abstractmethod
    def key(self, day: date) -> str:
        """The name of the span that holds ``day``."""

    @abstractmethod
    def end(self, first: date) -> date:
        """The day after the span that begins on ``first``."""

    @abstractmethod
    def label(self, first: date) -> tuple[str, ...]:
        """What the page shows as its date, in parts."""


class Day(Period):
    """``2026-11-20``"""

    parameter, word, form = "date", "day", re.compile(r"(\d{4})-(\d{2})-(\d{2})")

    def _start(self, numbers: list[int]) -> date:
        year, month, day = numbers
        return date(year, month, day)

    def key(self, day: date) -> str:
        return day.isoformat()

    def end(self, first: date) -> date:
        return first + timedelta(days=1)

    def label(self, first: date) -> tuple[str, ...]:
        return (f"{first:%b}", str(first.day))


class Week(Period):
    """``2026-W47``"""

    parameter, word, form = "week", "week", re.compile(r"(\d{4})-W(\d{2})")

    def _start(self, numbers: list[int]) -> date:
        year, week = numbers
        return date.fromisocalendar(year, week, 1)

    def key(self, day: date) -> str:
        iso = day.isocalendar()
        return f"{iso.year}-W{iso.week:02d}"

    def end(self, first: date) -> date:
        return first + timedelta(days=7)

    def label(self, first: date) -> tuple[str, ...]:
        return (f"Week {first.isocalendar().week}",)


class Month(Period):
    """``2026-11``"""

    parameter, word, form = "month", "month", re.compile(r"(\d{4})-(\d{2})")

    def _start(self, numbers: list[int]) -> date:
        year, month = numbers
        return date(year, month, 1)

    def key(self, day: date) -> str:
        return f"{day:%Y-%m}"

    def end(self, first: date) -> date:
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1)

    def label(self, first: date) -> tuple[str, ...]:
        return (f"{first:%b}", str(first.year))


PERIODS: dict[str, Period] = {period.parameter: period for period in (Day(), Week(), Month())}
