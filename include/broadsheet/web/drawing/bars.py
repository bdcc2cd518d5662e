"""Counts as bars: a row of days in the size of a word, and a month with its arrivals above and departures below.

In the large drawing places across are in thousandths of the width, as in `chart`; all else is in pixels.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from broadsheet.digest.words import day as day_name
from broadsheet.web.drawing.scale import Mark, Scale, count_ticks

ROW_HEIGHT, SLOT = 22, 4
"""A row of days is so high; each day takes so many pixels across."""

HEIGHT, TOP, FOOT = 210, 12, 180
LEFT, RIGHT = 60, 1000
GAP = 0.28
"""The part of a day's slot that stays empty."""
MOST_LABELS = 6
MOST_RULES = 3
"""On each side of the base line, and that one."""


class Box(msgspec.Struct, frozen=True):
    """A bar: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


class Moves(msgspec.Struct, frozen=True):
    """What came and went on one day."""

    day: date
    entered: int
    returned: int
    departed: int


class Column(msgspec.Struct, frozen=True):
    """One day: new ones from the base line up, those that are back above them, those that left below."""

    entered: Box
    returned: Box
    departed: Box
    words: str


class Columns(msgspec.Struct, frozen=True):
    """A drawing of ``HEIGHT``; ``base`` is where nothing is."""

    columns: tuple[Column, ...]
    rules: tuple[Mark, ...]
    days: tuple[Mark, ...]
    base: float


def row_of_days(counts: Mapping[date, int], days: Sequence[date], most: int) -> tuple[Box, ...]:
    """A bar for each of the days that has a count; ``most`` is the count of a bar of full height."""
    height = Scale(0, max(most, 1), 0, ROW_HEIGHT)
    return tuple(
        Box(number * SLOT, round(ROW_HEIGHT - height(count), 2), SLOT - 1, round(height(count), 2))
        for number, day in enumerate(days)
        if (count := counts.get(day, 0)) > 0
    )


def columns(moves: Sequence[Moves], days: Sequence[date]) -> Columns | None:
    """Draw what came and went on each of the days; None where nothing did."""
    up = max((each.entered + each.returned for each in moves), default=0)
    down = max((each.departed for each in moves), default=0)
    if not up + down:
        return None
    ticks = count_ticks(max(up, down), MOST_RULES)
    above, below = ([tick for tick in ticks if tick == 0 or tick < each + ticks[1]] for each in (up, down))
    place = Scale(-below[-1], above[-1], FOOT, TOP)
    slot = (RIGHT - LEFT) / len(days)
    across = {day: LEFT + slot * number for number, day in enumerate(days)}
    return Columns(
        columns=tuple(
            _column(each, across[each.day] + slot * GAP / 2, slot * (1 - GAP), place) for each in moves
        ),
        rules=tuple(
            Mark(round(place(value), 2), f"{abs(value):,}")
            for value in (*(-tick for tick in below[:0:-1]), *above)
        ),
        days=tuple(
            Mark(round(across[day] + slot / 2, 2), f"{day.day} {day:%b}")
            for day in days[:: -(-len(days) // MOST_LABELS)]
        ),
        base=round(place(0), 2),
    )


def _column(moves: Moves, x: float, width: float, place: Scale) -> Column:
    def box(low: int, high: int) -> Box:
        return Box(round(x, 2), round(place(high), 2), round(width, 2), round(place(low) - place(high), 2))

    came = moves.entered + moves.returned
    return Column(
        entered=box(0, moves.entered),
        returned=box(moves.entered, came),
        departed=box(-moves.departed, 0),
        words=f"{day_name(moves.day)}: {moves.entered} new, {moves.returned} back, {moves.departed} left",
    )
