"""When a digest is due, held against a walk minute by minute."""

from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.mail.schedule import LOOK_BACK, Cadence, deadline, due, missed, slot_of, upcoming

MINUTE = timedelta(minutes=1)
SENDING = tuple(cadence for cadence in Cadence if cadence is not Cadence.PAUSED)
ZONES = sorted(available_timezones() - {"Factory", "localtime"})
CHANGING = (
    "Europe/Rome",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Asuncion",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Asia/Gaza",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Atlantic/Azores",
    "Antarctica/Troll",
)
LONGEST = {Cadence.WEEKDAYS: 5, Cadence.DAILY: 3, Cadence.WEEKLY: 9, Cadence.MONTHLY: 33}
"""How many days back the latest due moment can lie, and one that does not exist."""


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def walk(cadence, weekday, hour, timezone, start, end):
    """The due moments after ``start`` up to ``end``, the latest first: when clocks first reach the hour of a day."""
    zone = ZoneInfo(timezone)
    found, waiting, seen = [], set(), set()
    moment = start
    while moment <= end:
        local = moment.astimezone(zone).replace(tzinfo=None)
        if local.date() not in seen:
            seen.add(local.date())
            waiting.add(local.date())
        for day in sorted(waiting):
            if local >= datetime.combine(day, time(hour)):
                waiting.remove(day)
                if moment > start and is_wanted(cadence, weekday, day):
                    found.append((day.isoformat(), moment))
        moment += MINUTE
    return found[::-1]


def is_wanted(cadence, weekday, day):
    return {
        Cadence.DAILY: True,
        Cadence.WEEKDAYS: day.strftime("%a") not in {"Sat", "Sun"},
        Cadence.WEEKLY: day.isoweekday() == weekday,
        Cadence.MONTHLY: day.day == 1,
    }[cadence]


def as_pairs(moments):
    return [(moment.occasion, moment.at) for moment in moments]


whens = st.integers(0, 40 * 365 * 24 * 60).map(lambda minutes: utc("1995-01-01") + minutes * MINUTE)
hours, weekdays = st.integers(0, 23), st.integers(1, 7)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from((Cadence.DAILY, Cadence.WEEKDAYS, Cadence.WEEKLY)),
    weekdays,
    hours,
    st.sampled_from(ZONES),
    whens,
)
def test_any_zone_at_any_time(cadence, weekday, hour, timezone, now):
    start = now - timedelta(days=LONGEST[cadence])
    expected = walk(cadence, weekday, hour, timezone, start, now)
    assert as_pairs([due(cadence, weekday, hour, timezone, now)]) == expected[:1]


@settings(max_examples=15, deadline=None)
@given(hours, st.sampled_from(ZONES), whens)
def test_any_first_of_the_month(hour, timezone, now):
    start = now - timedelta(days=LONGEST[Cadence.MONTHLY])
    expected = walk(Cadence.MONTHLY, 1, hour, timezone, start, now)
    assert as_pairs([due(Cadence.MONTHLY, 1, hour, timezone, now)]) == expected[:1]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SENDING), weekdays, hours, st.sampled_from(ZONES), whens)
def test_what_comes_next_is_due_then_and_nothing_is_before(cadence, weekday, hour, timezone, now):
    schedule = cadence, weekday, hour, timezone
    following = upcoming(*schedule, now)
    assert following.at > now
    assert due(*schedule, following.at) == following
    assert due(*schedule, following.at - timedelta(microseconds=1)) == due(*schedule, now)


@cache
def changes(timezone):
    """The minutes at which a zone's clocks changed in four years."""
    zone, found = ZoneInfo(timezone), []
    moment, end = utc("2009-01-01"), utc("2013-01-01")
    while moment < end:
        if (moment + timedelta(hours=6)).astimezone(zone).utcoffset() != moment.astimezone(zone).utcoffset():
            change = moment
            while change.astimezone(zone).utcoffset() == moment.astimezone(zone).utcoffset():
                change += MINUTE
            found.append(change)
        moment += timedelta(hours=6)
    return found


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(CHANGING).flatmap(lambda zone: st.tuples(st.just(zone), st.sampled_from(changes(zone)))),
    st.integers(-180, 1500),
    hours,
)
def test_around_the_change_of_clocks(change, minutes, hour):
    timezone, moment = change
    now = moment + minutes * MINUTE
    expected = walk(Cadence.DAILY, 1, hour, timezone, now - timedelta(days=3), now)
    assert as_pairs([due(Cadence.DAILY, 1, hour, timezone, now)]) == expected[:1]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SENDING), weekdays, hours, st.sampled_from(ZONES), whens)
def test_missed_are_those_of_a_week_past_their_deadline(cadence, weekday, hour, timezone, now):
    expected = [
        (occasion, at)
        for occasion, at in walk(cadence, weekday, hour, timezone, now - LOOK_BACK - timedelta(days=2), now)
        if at >= now - LOOK_BACK and at + deadline(cadence) <= now
    ]
    assert as_pairs(missed(cadence, weekday, hour, timezone, now)) == expected


@pytest.mark.parametrize(
    ("timezone", "hour", "now", "occasion", "at"),
    [
        ("Asia/Kolkata", 7, "2026-11-20T01:30", "2026-11-20", "2026-11-20T01:30"),
        ("Asia/Kolkata", 7, "2026-11-20T01:29", "2026-11-19", "2026-11-19T01:30"),
        ("Asia/Kathmandu", 7, "2026-11-20T12:00", "2026-11-20", "2026-11-20T01:15"),
        ("Pacific/Kiritimati", 0, "2026-11-20T10:00", "2026-11-21", "2026-11-20T10:00"),
        # Two in the morning does not exist in Rome on the 29th of March, and three does.
        ("Europe/Rome", 2, "2026-03-29T12:00", "2026-03-29", "2026-03-29T01:00"),
        ("Europe/Rome", 3, "2026-03-29T12:00", "2026-03-29", "2026-03-29T01:00"),
        # It comes twice on the 25th of October.
        ("Europe/Rome", 2, "2026-10-25T00:00", "2026-10-25", "2026-10-25T00:00"),
        ("Europe/Rome", 2, "2026-10-25T01:30", "2026-10-25", "2026-10-25T00:00"),
        # Half an hour is left out on Lord Howe Island.
        ("Australia/Lord_Howe", 2, "2026-10-04T00:00", "2026-10-04", "2026-10-03T15:30"),
        # Samoa left out the 30th of December.
        ("Pacific/Apia", 7, "2011-12-30T12:00", "2011-12-29", "2011-12-29T17:00"),
        ("Pacific/Apia", 7, "2011-12-30T17:00", "2011-12-31", "2011-12-30T17:00"),
    ],
)
def test_known_days(timezone, hour, now, occasion, at):
    assert as_pairs([due(Cadence.DAILY, 1, hour, timezone, utc(now))]) == [(occasion, utc(at))]


def test_who_pauses_is_never_due():
    assert due(Cadence.PAUSED, 1, 7, "UTC", utc("2026-11-20")) is None
    assert missed(Cadence.PAUSED, 1, 7, "UTC", utc("2026-11-20")) == ()
    assert upcoming(Cadence.PAUSED, 1, 7, "UTC", utc("2026-11-20")) is None


def test_a_slot_is_a_quarter_of_an_hour():
    assert slot_of(utc("2026-11-20T07:14:59.999")) == utc("2026-11-20T07:00")
    assert slot_of(utc("2026-11-20T07:15")) == utc("2026-11-20T07:15")
