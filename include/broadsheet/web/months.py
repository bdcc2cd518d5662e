"""Months of the calendar, in UTC, as addresses and pages name them."""

from datetime import date, datetime, timedelta

import msgspec

from broadsheet.errors import UsageError
from broadsheet.times import midnight


class Month(msgspec.Struct, frozen=True, order=True):
    """A month. Written ``2026-11``."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> "Month":
        """Raises UsageError unless the text names a month as ``2026-11`` does."""
        try:
            first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
        except ValueError:
            raise UsageError(f"{text!r} is no month: write it as 2026-11") from None
        return cls(first.year, first.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def name(self) -> str:
        """``November 2026``."""
        return f"{self.first_day:%B} {self.year}"

    @property
    def first_day(self) -> date:
        """The month's first day."""
        return date(self.year, self.number, 1)

    @property
    def days(self) -> tuple[date, ...]:
        """All its days."""
        begin, end = self.first_day, self.next.first_day
        return tuple(begin + timedelta(days=number) for number in range((end - begin).days))

    @property
    def begin(self) -> datetime:
        """Its first moment."""
        return midnight(self.first_day)

    @property
    def next(self) -> "Month":
        """The month after it."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def before(self) -> "Month":
        """The month before it."""
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)
