"""Lines through points, with gaps."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple


class Point(NamedTuple):
    """A place in a drawing, counted from its upper left corner."""

    x: float
    y: float


def path(points: Iterable[Point | None]) -> str:
    """The data of an SVG path through the points; None parts it. A point alone is a dot where caps are round."""
    runs = (list(run) for here, run in groupby(points, key=lambda point: point is not None) if here)
    return "".join(_run([point for point in run if point is not None]) for run in runs)


def _run(points: Sequence[Point]) -> str:
    first, *others = (f"{point.x:.4g} {point.y:.4g}" for point in points)
    return f"M{first}" + ("".join(f"L{each}" for each in others) or "h0")
