"""The ways between the moments of a list."""

from datetime import UTC, datetime, timedelta

from broadsheet.model import ListId, ListKind
from broadsheet.web.shown import TRENDING, Stand
from broadsheet.web.travel import ways

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def stand(**times):
    every = {
        "first_at": NOON - timedelta(days=30),
        "newest_at": NOON + timedelta(days=5),
        "stood_at": NOON,
        "earlier_at": NOON - QUARTER,
        "later_at": NOON + QUARTER,
    }
    return Stand(**(every | times))


def told(found):
    return {way.words: (way.path, way.at, way.rel) for way in found}


def test_a_list_seen_every_quarter_of_an_hour_is_walked_by_snapshots_and_by_days():
    found = told(ways(TRENDING, stand(), NOON, {}, now=False))
    assert found["Before: 10 Nov 2026, 11:45 UTC"] == ("/lists/trending", "2026-11-10T11:45", "prev")
    assert found["After: 10 Nov 2026, 12:15 UTC"] == ("/lists/trending", "2026-11-10T12:15", "next")
    assert found["Day before: 9 Nov 2026"] == ("/lists/trending", "2026-11-09", "")
    assert found["Day after: 11 Nov 2026"] == ("/lists/trending", "2026-11-11", "")
    assert found["As it is now"] == ("/lists/trending", "", "")


def test_a_list_seen_once_a_day_is_walked_by_snapshots_alone():
    days = stand(earlier_at=NOON - timedelta(days=1), later_at=NOON + timedelta(days=1))
    assert not [words for words in told(ways(TRENDING, days, NOON, {}, now=False)) if "Day" in words]


def test_there_is_no_way_beyond_the_first_and_the_newest():
    only = Stand(first_at=NOON, newest_at=NOON, stood_at=NOON, earlier_at=None, later_at=None)
    assert ways(TRENDING, only, NOON, {}, now=True) == []


def test_beside_a_dated_list_are_those_of_its_kind():
    day, before = ListId(ListKind.DAILY, "2026-11-10"), ListId(ListKind.DAILY, "2026-11-09")
    found = told(ways(day, stand(), NOON, {"previous": before}, now=True))
    assert found["Daily papers of 9 Nov 2026"] == ("/lists/daily/2026-11-09", "", "prev")
    assert {rel for _, _, rel in found.values()} == {"prev", ""}
