"""Histories drawn against time."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broadsheet.web.drawing.chart import (
    FOOT,
    LEFT,
    MOST_POINTS,
    RIGHT,
    TOP,
    Series,
    count_chart,
    rank_chart,
    thin,
)

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def series(*values: int | None, name: str = "Trending papers", hours: int = 24) -> Series:
    """Values at equal distances."""
    return Series(name, tuple((START + timedelta(hours=hours * n), value) for n, value in enumerate(values)))


def points(path: str) -> list[tuple[float, float]]:
    return [tuple(map(float, pair.split())) for pair in re.findall(r"[ML](\S+ [\d.]+)", path)]


@given(st.lists(st.lists(st.none() | st.integers(1, 3000), max_size=60), max_size=4))
def test_every_point_is_inside_and_stands_for_its_value(courses):
    chart = rank_chart([series(*course) for course in courses])
    if chart is None:
        return
    drawn = [course for course in courses if any(course)]
    for course, line in zip(drawn, chart.lines, strict=True):
        known = [rank for rank in course if rank is not None]
        places = points(line.path)
        assert all(LEFT - 0.5 <= x <= RIGHT + 0.5 and TOP <= y <= FOOT for x, y in places)
        assert len(places) == len(known)
        heights = [y for _, (_, y) in sorted(zip(known, places, strict=True))]
        assert heights == sorted(heights)
        assert line.value == f"{known[-1]:,}"


def test_a_list_that_a_paper_left_and_came_back_to_is_two_strokes():
    (line,) = rank_chart([series(18, 19, None, 7, 11)]).lines
    assert line.path.count("M") == 2
    assert len(line.dots) == 4


def test_rank_one_is_on_top_and_the_axis_goes_beyond_the_worst():
    chart = rank_chart([series(1, 42)])
    assert [rule.label for rule in chart.rules] == ["1", "2", "5", "10", "20", "50"]
    assert chart.rules[0].place == TOP
    assert chart.rules[-1].place == FOOT


def test_votes_start_from_nothing_at_the_foot():
    chart = count_chart([series(7, 58, name="Upvotes")])
    assert [rule.label for rule in chart.rules] == ["0", "20", "40", "60"]
    assert chart.rules[0].place == FOOT


def test_the_words_tell_the_course_of_every_line():
    chart = rank_chart([series(18, None, 7, 11), series(4, name="Daily papers of 2 Nov 2026")])
    assert chart.words == (
        "Trending papers: rank 18 to 11, at best 7, from 2 Nov 2026 to 5 Nov 2026. "
        "Daily papers of 2 Nov 2026: rank 4, on 2 Nov 2026."
    )


def test_one_moment_is_no_course():
    assert rank_chart([series(4)]) is None
    assert rank_chart([]) is None
    assert count_chart([series(None, None)]) is None


@given(st.lists(st.none() | st.integers(0, 50), min_size=1, max_size=3000))
def test_a_long_history_is_thinned_to_what_can_be_told_apart(values):
    course = series(*values, hours=1)
    thinned = thin(course.values)
    assert set(thinned) <= set(course.values)
    assert [moment for moment, _ in thinned] == sorted(moment for moment, _ in thinned)
    assert sum(value is not None for _, value in thinned) <= MOST_POINTS
    assert len(thinned) <= 3 * MOST_POINTS
    assert any(value is not None for _, value in thinned) == any(value is not None for value in values)
    if course.known:
        assert [value for _, value in thinned if value is not None][-1] == course.known[-1]


@given(st.integers(1, 1998))
def test_a_thinned_history_keeps_even_a_short_gap(missing):
    values: list[int | None] = [5] * 2000
    values[missing] = None
    known = [value is not None for _, value in thin(series(*values, hours=1).values)]
    assert known.count(False) == 1
