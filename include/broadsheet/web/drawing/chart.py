"""A history drawn against time: lines with gaps, rules across with their labels, and days along the foot.

Places across are in thousandths of the width, whatever it is; places down are in pixels. So the words in a drawing
keep their size on a telephone and on a wall.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

import msgspec

from broadsheet.digest.words import day
from broadsheet.times import midnight
from broadsheet.web.drawing.line import Point, path
from broadsheet.web.drawing.scale import Mark, Scale, count_ticks, day_ticks, rank_ticks

WIDTH = 1000
HEIGHT, TOP, FOOT = 232, 22, 200
LEFT, RIGHT = 90, 975
"""Lines begin beside the rules' labels."""
MOST_POINTS = 400
"""More than this on one line could not be told apart."""
MOST_DOTTED = 40
FEWEST_RANKS = 10
"""A drawing of ranks goes down at least to this one."""

Value = tuple[datetime, int | None]


class Series(msgspec.Struct, frozen=True):
    """What is drawn as one line: values in order of time, None where there was nothing."""

    name: str
    values: tuple[Value, ...]

    @property
    def known(self) -> list[int]:
        """The values there are."""
        return [value for _, value in self.values if value is not None]


class Line(msgspec.Struct, frozen=True):
    """A line, its points where they are few enough to be seen, and its last point with its value."""

    name: str
    path: str
    dots: tuple[Point, ...]
    end: Point
    value: str


class Chart(msgspec.Struct, frozen=True):
    """A drawing of ``WIDTH`` by ``HEIGHT``: ``rules`` run across, ``days`` stand along the foot."""

    rules: tuple[Mark, ...]
    days: tuple[Mark, ...]
    lines: tuple[Line, ...]
    words: str


def rank_chart(series: Sequence[Series]) -> Chart | None:
    """Ranks over time, rank 1 on top, by their logarithm; None where nothing can be seen of a course."""
    known = [rank for each in series for rank in each.known]
    ranks = rank_ticks(max([FEWEST_RANKS, *known]))
    down = Scale(1, ranks[-1], TOP, FOOT, logarithmic=True)
    return _chart(series, down, ranks, _ranks_in_words)


def count_chart(series: Sequence[Series]) -> Chart | None:
    """Counts over time, from 0 up; None where nothing can be seen of a course."""
    counts = count_ticks(max([1, *(count for each in series for count in each.known)]))
    return _chart(series, Scale(0, counts[-1], FOOT, TOP), counts, _counts_in_words)


def _chart(
    series: Sequence[Series], down: Scale, rules: Iterable[int], words: Callable[[Series], str]
) -> Chart | None:
    drawn = [each for each in series if each.known]
    moments = [moment for each in drawn for moment, value in each.values if value is not None]
    if not moments or min(moments) == max(moments):
        return None
    first, last = min(moments), max(moments)
    across = Scale(first.timestamp(), last.timestamp(), LEFT, RIGHT)
    return Chart(
        rules=tuple(Mark(down(value), f"{value:,}") for value in rules),
        days=tuple(Mark(across(midnight(each).timestamp()), day(each)) for each in day_ticks(first, last)),
        lines=tuple(_line(each, across, down) for each in drawn),
        words=" ".join(words(each) for each in drawn),
    )


def _line(series: Series, across: Scale, down: Scale) -> Line:
    points = [
        None if value is None else Point(across(moment.timestamp()), down(value))
        for moment, value in thin(series.values)
    ]
    dots = tuple(point for point in points if point is not None)
    return Line(
        name=series.name,
        path=path(points),
        dots=dots if len(dots) <= MOST_DOTTED else (),
        end=dots[-1],
        value=f"{series.known[-1]:,}",
    )


def thin(values: Sequence[Value], most: int = MOST_POINTS) -> list[Value]:
    """At most ``most`` values: the last of each of as many spans of equal length, and gaps where there were any."""
    if len(values) <= most:
        return list(values)
    first, last = values[0][0].timestamp(), values[-1][0].timestamp()
    span = Scale(first, last, 0, most - 1)
    spans = groupby(values, key=lambda value: int(span(value[0].timestamp())))
    return [value for _, group in spans for value in _last_of(list(group))]


def _last_of(span: Sequence[Value]) -> Iterator[Value]:
    """The last value of a span, and a gap before and after it if there was one."""
    *_, newest = [-1, *(number for number, (_, value) in enumerate(span) if value is not None)]
    yield from [gap for gap in span[: max(newest, 0)] if gap[1] is None][-1:]
    yield from span[newest : newest + 1] if newest >= 0 else []
    yield from span[newest + 1 :][:1]


def _ranks_in_words(series: Series) -> str:
    ranks = series.known
    course = f"rank {ranks[0]} to {ranks[-1]}, at best {min(ranks)}" if len(ranks) > 1 else f"rank {ranks[0]}"
    return f"{series.name}: {course}, {_period(series)}."


def _counts_in_words(series: Series) -> str:
    counts = series.known
    return f"{series.name}: {counts[0]:,} to {counts[-1]:,}, {_period(series)}."


def _period(series: Series) -> str:
    moments = [moment for moment, value in series.values if value is not None]
    first, last = day(moments[0].date()), day(moments[-1].date())
    return f"on {first}" if first == last else f"from {first} to {last}"
