"""Wishes in words, read to the letter or refused with what to write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail.preferences import (
    PreferenceError,
    Preferences,
    from_columns,
    read_preferences,
    starting,
    to_columns,
)
from broadsheet.mail.schedule import Cadence
from broadsheet.model import ListId, ListKind
from broadsheet.settings import Settings

wishes = st.builds(
    Preferences,
    cadence=st.sampled_from(Cadence),
    weekday=st.integers(1, 7),
    hour=st.integers(0, 23),
    timezone=st.sampled_from(["UTC", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Rome"]),
    lists=st.lists(
        st.sampled_from([ListId(ListKind.TRENDING), ListKind.DAILY, ListId(ListKind.SEARCH, "world model")]),
        min_size=1,
        unique=True,
    ).map(tuple),
    topics=st.sampled_from(["", "robotics", 'author:"Fei-Fei Li", -medical']),
    min_upvotes=st.integers(0, 1000),
    max_items=st.none() | st.integers(1, 100),
    quiet_days=st.booleans(),
)


@given(wishes)
def test_wishes_survive_their_words_and_their_row(preferences):
    assert read_preferences(preferences.texts(), Preferences()) == preferences
    assert from_columns(to_columns(preferences)) == preferences


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("cadence", "Weekly", Cadence.WEEKLY),
        ("weekday", "fri", 5),
        ("weekday", "Sunday", 7),
        ("weekday", "3", 3),
        ("hour", "07", 7),
        ("timezone", "Asia/Kolkata", "Asia/Kolkata"),
        ("lists", "trending, daily,trending", (ListId(ListKind.TRENDING), ListKind.DAILY)),
        ("topics", " robotics ;-medical", "robotics, -medical"),
        ("max_items", "all", None),
        ("quiet_days", "Yes", True),
    ],
)
def test_words_may_be_written_in_many_ways(field, text, value):
    assert getattr(read_preferences({field: text}, Preferences()), field) == value


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("cadence", "hourly", "weekdays, daily, weekly, monthly, paused"),
        ("weekday", "8", "monday to sunday"),
        ("weekday", "t", "monday to sunday"),
        ("hour", "24", "from 0 to 23"),
        ("hour", "-1", "from 0 to 23"),
        ("hour", "٧", "from 0 to 23"),
        ("timezone", "Europe/Roma", "Europe/Rome"),
        ("timezone", "Europe", "time zone"),
        ("lists", "weakly", "trending"),
        ("lists", "trending,", "unknown list"),
        ("lists", ",".join(f"search:{number}" for number in range(51)), "at most 50"),
        ("topics", '"', "topic 1"),
        ("min_upvotes", "many", "number"),
        ("max_items", "0", "from 1"),
        ("quiet_days", "maybe", "yes nor no"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_by_name(field, text, says):
    with pytest.raises(PreferenceError, match=f"^{field}: .*{says}") as raised:
        read_preferences({field: text}, Preferences())
    assert raised.value.field == field


def test_what_is_not_said_stays_as_it_was():
    base = Preferences(hour=9, topics="robotics", max_items=3)
    assert read_preferences({"hour": "", "lists": " "}, base) == base
    assert read_preferences({"topics": "", "max_items": ""}, base) == Preferences(hour=9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"hour": 24},
        {"weekday": 0},
        {"timezone": "Nowhere"},
        {"lists": ()},
        {"topics": '"'},
        {"min_upvotes": -1},
        {"max_items": 0},
    ],
)
def test_nothing_that_cannot_be_is_stored(wrong):
    with pytest.raises(PreferenceError):
        to_columns(Preferences(**wrong))


def test_who_says_nothing_starts_in_the_zone_of_the_setting():
    assert starting(Settings(digest_timezone="Europe/Rome")) == Preferences(timezone="Europe/Rome")
