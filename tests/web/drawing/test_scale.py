"""Scales keep what they draw inside, in order, and mark it at round places."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.times import midnight
from broadsheet.web.drawing.scale import Scale, count_ticks, day_ticks, rank_ticks

VALUES = st.floats(-1e9, 1e9)
MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(VALUES, VALUES, VALUES, st.booleans())
def test_everything_is_drawn_inside(low, high, value, logarithmic):
    scale = Scale(min(low, high), max(low, high), 20, 200, logarithmic)
    assert 20 <= scale(value) <= 200


@given(st.lists(st.integers(1, 500), min_size=2), st.booleans())
def test_a_larger_value_is_never_drawn_before_a_smaller_one(values, logarithmic):
    scale = Scale(min(values), max(values), 0, 100, logarithmic)
    drawn = [scale(value) for value in sorted(values)]
    assert drawn == sorted(drawn)


def test_the_ends_of_a_scale_are_its_ends_even_upside_down():
    down = Scale(0, 40, 200, 20)
    assert (down(0), down(20), down(40)) == (200, 110, 20)


def test_equal_steps_of_a_logarithm_are_equal_on_the_page():
    scale = Scale(1, 100, 0, 100, logarithmic=True)
    assert [round(scale(rank)) for rank in (1, 10, 100)] == [0, 50, 100]


@given(st.integers(1, 100_000))
def test_ranks_are_marked_from_the_first_to_beyond_the_last(lowest):
    ticks = rank_ticks(lowest)
    assert ticks[0] == 1
    assert ticks[-1] >= lowest
    assert ticks == sorted(set(ticks))
    assert len(ticks) < 2 or ticks[-2] < lowest


@given(st.integers(1, 10_000_000), st.integers(2, 9))
def test_counts_are_marked_evenly_from_nothing_to_the_most(most, rules):
    ticks = count_ticks(most, rules)
    steps = {after - before for before, after in pairwise(ticks)}
    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert len(steps) == 1
    assert len(ticks) <= rules


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20_000)))
def test_days_are_marked_within_the_time_drawn(first, span):
    last = first + span
    ticks = day_ticks(first, last)
    assert all(first <= midnight(day) <= last for day in ticks)
    assert len(ticks) <= 6
    assert ticks or span < timedelta(days=1)
