"""The small line of a paper's ranks."""

import re

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.web.drawing.spark import HEIGHT, WIDTH, spark

RANKS = st.lists(st.none() | st.integers(1, 500), min_size=1, max_size=14)


@given(RANKS)
def test_every_known_rank_is_drawn_inside_and_a_better_one_not_lower(ranks):
    line = spark(ranks)
    known = [rank for rank in ranks if rank is not None]
    if len(known) < 2:
        assert line is None
        return
    points = [tuple(map(float, pair.split())) for pair in re.findall(r"[ML]([\d.]+ [\d.]+)", line.path)]
    assert len(points) == len(known)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    by_rank = sorted(zip(known, points, strict=True))
    heights = [y for _, (_, y) in by_rank]
    assert heights == sorted(heights)


def test_absence_parts_the_line():
    assert spark([1, 2, None, 4, 3]).path.count("M") == 2


def test_the_same_in_words():
    assert spark([31, None, 4]).words == "rank 31 to 4 in 2 days"


def test_a_day_alone_between_two_absences_is_a_dot():
    assert "h0" in spark([9, 8, None, 7, None, 6, 5]).path
