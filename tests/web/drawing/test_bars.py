"""Counts drawn as bars."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.web.drawing.bars import FOOT, LEFT, RIGHT, ROW_HEIGHT, TOP, Moves, columns, row_of_days

DAYS = tuple(date(2026, 11, 1) + timedelta(days=number) for number in range(30))
counts = st.integers(0, 5000)
months = st.dictionaries(st.sampled_from(DAYS), st.tuples(counts, counts, counts), max_size=30).map(
    lambda found: [Moves(day, *moved) for day, moved in sorted(found.items())]
)


@given(moves=months)
def test_heights_are_to_one_measure_and_everything_is_within_the_drawing(moves):
    drawn = columns(moves, DAYS)
    if not any(each.entered + each.returned + each.departed for each in moves):
        assert drawn is None
        return
    bars = [
        pair
        for column, each in zip(drawn.columns, moves, strict=True)
        for pair in ((each.entered, column.entered.height), (each.departed, column.departed.height))
    ]
    most, tallest = max(bars)
    for count, height in bars:
        assert height * most == pytest.approx(count * tallest, abs=0.02 * max(most, 1))
    for column in drawn.columns:
        new, back, gone = column.entered, column.returned, column.departed
        assert new.y + new.height == pytest.approx(drawn.base, abs=0.05)
        assert back.y + back.height == pytest.approx(new.y, abs=0.05)
        assert gone.y == pytest.approx(drawn.base, abs=0.05)
        assert back.y >= TOP - 0.05
        assert gone.y + gone.height <= FOOT + 0.05
        assert new.x >= LEFT
        assert new.x + new.width <= RIGHT


def test_rules_stand_at_round_numbers_that_hold_all_columns():
    moves = [Moves(DAYS[2], 14, 3, 17), Moves(DAYS[4], 5, 0, 5)]
    drawn = columns(moves, DAYS)
    assert [rule.label for rule in drawn.rules] == ["20", "10", "0", "10", "20"]
    assert drawn.rules[2].place == drawn.base
    assert drawn.rules[0].place > drawn.base > drawn.rules[4].place
    assert [mark.label for mark in drawn.days] == ["1 Nov", "6 Nov", "11 Nov", "16 Nov", "21 Nov", "26 Nov"]


def test_where_nothing_left_the_base_line_is_the_foot():
    drawn = columns([Moves(DAYS[0], 4, 0, 0)], DAYS)
    assert drawn.base == FOOT
    assert drawn.rules[0].label == "0"


@given(found=st.dictionaries(st.sampled_from(DAYS), counts), more=counts)
def test_a_row_of_days_has_a_bar_for_each_day_that_counts(found, more):
    most = max([more, *found.values()])
    bars = row_of_days(found, DAYS, most)
    assert len(bars) == sum(count > 0 for count in found.values())
    assert all(bar.y + bar.height == pytest.approx(ROW_HEIGHT, abs=0.02) for bar in bars)
    tallest = max((bar.height for bar in bars), default=0)
    assert tallest == pytest.approx(ROW_HEIGHT * max(found.values(), default=0) / max(most, 1), abs=0.02)
