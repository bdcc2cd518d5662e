"""Scales: from values to places in a drawing, and where their ticks stand."""

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain, count

import msgspec

from broadsheet.times import A_DAY, midnight

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


class Mark(msgspec.Struct, frozen=True):
    """A label at a place."""

    place: float
    label: str


def rank_ticks(lowest: int) -> list[int]:
    """The ranks to mark from 1 to ``lowest`` or the next round one: 1, 2, 5, 10, 20, 50."""
    marks = [1]
    rounds = _round_numbers()
    next(rounds)
    while marks[-1] < lowest:
        marks.append(next(rounds))
    return marks


def count_ticks(most: int, rules: int = 5) -> list[int]:
    """At most ``rules`` whole numbers, evenly spaced, from 0 to ``most`` (from 1 on) or the next round one."""
    step = next(step for step in _round_numbers() if -(-most // step) < rules)
    return list(range(0, -(-most // step) * step + 1, step))


def day_ticks(first: datetime, last: datetime, most: int = 4) -> list[date]:
    """Days whose midnight (UTC) lies within, evenly spaced, at most ``most``."""
    start = first.date() if midnight(first.date()) >= first else first.date() + A_DAY
    days = (last.date() - start).days + 1
    if days < 1:
        return []
    step = next(step for step in _spans() if (days - 1) // step + 1 <= most)
    return [start + timedelta(days=number) for number in range(0, days, step)]


def _spans() -> Iterator[int]:
    """Days, weeks, and whole numbers of weeks, doubled."""
    return chain((1, 2), (7 * 2**power for power in count()))


def _round_numbers() -> Iterator[int]:
    """1, 2, 5, 10, 20, 50 and so on."""
    return (step * 10**power for power in count() for step in _STEPS)
