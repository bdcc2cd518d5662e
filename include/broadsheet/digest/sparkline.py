"""A paper's ranks as a line of block characters, and the same in words."""

import math
from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
ABSENT = "·"
LOWEST_RANK = 50
"""The rank drawn as the lowest block unless the line goes further down."""


def sparkline(ranks: Sequence[int | None]) -> str:
    """Draw ranks, oldest first: rank 1 is the highest block, absence a dot; "" for fewer than two known ranks.

    The scale is logarithmic, for the way from rank 4 to 2 is longer than the way from 44 to 42, and the same for
    all papers: equal heights mean equal ranks.
    """
    known = _trim(ranks)
    if len(known) < 2:
        return ""
    lowest = max(LOWEST_RANK, *(rank or 0 for rank in known))
    steps = len(BLOCKS) - 1
    return "".join(
        ABSENT if rank is None else BLOCKS[round(steps * (1 - math.log(rank) / math.log(lowest)))]
        for rank in known
    )


def in_words(ranks: Sequence[int | None]) -> str:
    """The line in words, "rank 31 to 4 in 6 days"; "" where there is no line. One rank a day is assumed."""
    known = _trim(ranks)
    if len(known) < 2:
        return ""
    days = len(known) - 1
    period = "a day" if days == 1 else f"{days} days"
    first, last = known[0], known[-1]
    return f"rank {first} for {period}" if set(known) == {first} else f"rank {first} to {last} in {period}"


def _trim(ranks: Sequence[int | None]) -> Sequence[int | None]:
    """From the first known rank to the last; empty if fewer than two are known."""
    known = [index for index, rank in enumerate(ranks) if rank is not None]
    return ranks[known[0] : known[-1] + 1] if len(known) > 1 else ()
