"""A paper's ranks day by day as a line no larger than a word."""

from collections.abc import Sequence

import msgspec

from broadsheet.digest.sparkline import LOWEST_RANK, in_words
from broadsheet.web.drawing.line import Point, path
from broadsheet.web.drawing.scale import Scale

WIDTH, HEIGHT, MARGIN = 84, 22, 3


class Spark(msgspec.Struct, frozen=True):
    """The line of a drawing of ``WIDTH`` by ``HEIGHT``, the point it ends at, and the same in words."""

    path: str
    end: Point
    words: str


def spark(ranks: Sequence[int | None]) -> Spark | None:
    """Draw ranks, oldest first; None where fewer than two are known. Equal heights mean equal ranks."""
    words = in_words(ranks)
    if not words:
        return None
    lowest = max(LOWEST_RANK, *(rank or 0 for rank in ranks))
    across = Scale(0, len(ranks) - 1, MARGIN, WIDTH - MARGIN)
    down = Scale(1, lowest, MARGIN, HEIGHT - MARGIN, logarithmic=True)
    points = [
        None if rank is None else Point(across(number), down(rank)) for number, rank in enumerate(ranks)
    ]
    return Spark(path(points), [point for point in points if point is not None][-1], words)
