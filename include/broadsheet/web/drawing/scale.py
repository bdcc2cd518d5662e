"""Scales: from values to places in a drawing, and where their ticks stand."""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from broadsheet.times import midnight

_RANKS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_FINE_RANKS = (1, 2, 3, 4, 5)
_STEPS = (1, 2, 5)


class Scale(msgspec.Struct, frozen=True):
    """Takes values from ``low`` to ``high`` to places from ``begin`` to ``end``, straight or by their logarithm.

    What lies outside is drawn at the nearer end; where ``low`` is ``high``, everything at the middle.
    """

    low: float
    high: float
    begin: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        low, high, at = map(self._measure, (self.low, self.high, value))
        share = (at - low) / (high - low) if high > low else 0.5
        return self.begin + min(max(share, 0.0), 1.0) * (self.end - self.begin)

    def _measure(self, value: float) -> float:
        return math.log(max(value, 1.0)) if self.logarithmic else value


def rank_ticks(lowest: int) -> list[int]:
    """The ranks to mark down to ``lowest``: 1, 2, 5, 10, 20, 50."""
    marks = _FINE_RANKS if lowest <= _FINE_RANKS[-1] else _RANKS
    return [rank for rank in marks if rank <= lowest]


def count_ticks(low: int, high: int, most: int = 5) -> list[int]:
    """Round whole numbers from ``low`` to ``high``, at most ``most`` and evenly spaced."""
    step = next(
        step
        for power in range(20)
        for step in (each * 10**power for each in _STEPS)
        if (high - low) // step + 1 <= most
    )
    first = -(-low // step) * step
    return list(range(first, high + 1, step))


def day_ticks(first: datetime, last: datetime, most: int = 6) -> list[date]:
    """Days whose midnight (UTC) lies within, evenly spaced, at most ``most``."""
    start = first.date() if midnight(first.date()) >= first else first.date() + timedelta(days=1)
    days = (last.date() - start).days + 1
    if days < 1:
        return []
    step = next(step for step in _day_steps() if (days - 1) // step + 1 <= most)
    return [start + timedelta(days=number) for number in range(0, days, step)]


def _day_steps() -> Sequence[int]:
    return (1, 2, 7, 14, 28, 91, 182, *(364 * 2**power for power in range(15)))
