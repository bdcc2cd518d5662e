"""What happened to a paper, in words."""

from datetime import UTC, datetime

from broadsheet.web.course import happenings


def event(at: str, kind: str, **columns):
    row = dict.fromkeys(("rank", "previous_rank", "upvotes", "previous_upvotes", "fields"))
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return row | {"captured_at": when, "list_kind": "trending", "list_key": "", "event": kind} | columns


def words(*timeline):
    return [happening.words for happening in happenings(timeline)]


def test_the_moves_of_a_day_are_told_as_one_with_what_they_come_to():
    told = words(
        event("2026-11-10T08:00", "rose", rank=9, previous_rank=12, upvotes=20, previous_upvotes=18),
        event("2026-11-10T09:00", "revised", fields="abstract", rank=9, previous_rank=12),
        event("2026-11-10T12:00", "fell", rank=10, previous_rank=9, upvotes=25, previous_upvotes=20),
        event("2026-11-10T20:00", "rose", rank=5, previous_rank=10, upvotes=30, previous_upvotes=25),
        event("2026-11-11T08:00", "fell", rank=6, previous_rank=5, upvotes=30, previous_upvotes=30),
    )
    assert told == ["fell from 5 to 6", "rose from 12 to 5, +12 votes", "abstract revised"]


def test_a_day_that_ends_where_it_began_tells_the_votes():
    told = words(
        event("2026-11-10T08:00", "rose", rank=9, previous_rank=12, upvotes=20, previous_upvotes=18),
        event("2026-11-10T12:00", "fell", rank=12, previous_rank=9, upvotes=21, previous_upvotes=20),
    )
    assert told == ["+3 votes, still at 12"]


def test_a_day_that_comes_to_nothing_tells_that_something_moved():
    ranks = words(
        event("2026-11-10T08:00", "rose", rank=9, previous_rank=12),
        event("2026-11-10T12:00", "fell", rank=12, previous_rank=9),
    )
    votes = words(
        event("2026-11-10T08:00", "gained", upvotes=9, previous_upvotes=8),
        event("2026-11-10T12:00", "gained", upvotes=8, previous_upvotes=9),
    )
    assert (ranks, votes) == (["up and down, at 12 as before"], ["votes up and down"])


def test_coming_back_tells_how_long_it_was_away():
    told = words(
        event("2026-11-02T09:00", "first_listed", rank=3, upvotes=1),
        event("2026-11-05T09:00", "left", previous_rank=40, previous_upvotes=9),
        event("2026-11-08T10:00", "returned", rank=7, previous_rank=40, upvotes=12),
    )
    assert told == ["back at 7 after 3 days away, 12 votes", "left the list, last at 40", "first listed at 3"]
