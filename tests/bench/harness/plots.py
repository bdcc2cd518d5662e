"""A number's measurements as a drawing: a bar for each contender, its rounds as a line, the goal as a dashed rule."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .figures import figure, share
from .measurement import Contender, Goal, Measurement

WIDTH, LEFT, RIGHT = 760, 8, 752
ROW, TITLE, AXIS, GAP = 36, 30, 22, 14
"""Heights: of a bar with its words, a title, the scale below the bars, and the space after it."""
LOGARITHMIC_FROM = 20
"""Where the longest bar is so many times the shortest, lengths are logarithms."""


class Tick(NamedTuple):
    """A rule across the bars, with its words at the foot."""

    x: float
    words: str


class Bar(NamedTuple):
    """A contender: ``end`` is its best round, ``worst`` its worst one."""

    y: float
    name: str
    words: str
    end: float
    worst: float
    ours: bool


class Panel(NamedTuple):
    """One measurement."""

    y: float
    height: float
    title: str
    bars: list[Bar]
    ticks: list[Tick]
    goals: list[float]
    logarithmic: bool


class Scale(NamedTuple):
    """From figures to places across; ``low`` is 0 where lengths are not logarithms."""

    low: float
    high: float

    @property
    def logarithmic(self) -> bool:
        """Are lengths logarithms?"""
        return self.low > 0

    def __call__(self, value: float) -> float:
        """The place of a value; what is outside stands at the nearer end."""
        if self.logarithmic:
            part = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            part = value / self.high
        return round(LEFT + min(max(part, 0.0), 1.0) * (RIGHT - LEFT), 1)

    def ticks(self) -> Iterator[float]:
        """Powers of ten, or a few round numbers."""
        if self.logarithmic:
            powers = range(round(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            yield from (10.0**power for power in powers)
            return
        step = 10.0 ** math.floor(math.log10(self.high))
        step = next(size for size in (step / 5, step / 2, step, step * 2) if self.high / size <= 6)
        yield from (step * number for number in range(int(self.high / step) + 1))


def scale_of(measurement: Measurement) -> Scale:
    """A scale that holds every round and every goal."""
    least = min(each.minimum for each in measurement.contenders)
    most = max(max(each.rounds) for each in measurement.contenders)
    most = max([most, *_goal_figures(measurement)]) or 1.0
    if least > 0 and most / least > LOGARITHMIC_FROM:
        return Scale(10.0 ** math.floor(math.log10(least * 0.9)), most)
    return Scale(0.0, most)


def panel(measurement: Measurement, y: float) -> Panel:
    """Lay one measurement out from this height on."""
    scale = scale_of(measurement)
    bars = [
        _bar(each, y + TITLE + ROW * n, n, measurement, scale)
        for n, each in enumerate(measurement.contenders)
    ]
    return Panel(
        y=y,
        height=TITLE + ROW * len(bars),
        title=measurement.title,
        bars=bars,
        ticks=[Tick(scale(value), figure(value, measurement.unit)) for value in scale.ticks()],
        goals=[scale(value) for value in _goal_figures(measurement)],
        logarithmic=scale.logarithmic,
    )


def draw(measurements: Sequence[Measurement], words: str) -> str:
    """An SVG drawing of these measurements, one below the other; ``words`` say what it shows."""
    panels, y = [], 0.0
    for measurement in measurements:
        panels.append(panel(measurement, y))
        y += panels[-1].height + AXIS + GAP
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("plot.svg.j2").render(
        width=WIDTH, height=y, left=LEFT, panels=panels, words=words
    )


def _bar(contender: Contender, y: float, place: int, measurement: Measurement, scale: Scale) -> Bar:
    words = [figure(contender.minimum, measurement.unit), share(contender, measurement.ours) if place else ""]
    return Bar(
        y=y,
        name=contender.name,
        words=" · ".join(filter(None, words)),
        end=scale(contender.minimum),
        worst=scale(max(contender.rounds)),
        ours=place == 0,
    )


def _goal_figures(measurement: Measurement) -> list[float]:
    """The figures that our own contender must not pass."""
    return [_goal_figure(goal, measurement) for goal in measurement.goals if not goal.of]


def _goal_figure(goal: Goal, measurement: Measurement) -> float:
    unit = measurement.contender(goal.than).minimum if goal.than else 1.0
    return unit / goal.faster if goal.faster is not None else unit * (goal.within or 0.0)
