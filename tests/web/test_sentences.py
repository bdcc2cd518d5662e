"""Changes in words."""

from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.web.sentences import duration, sentence, sign

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def change(kind: str, **more: object) -> dict[str, object]:
    blank = dict.fromkeys(("rank", "previous_rank", "upvotes", "previous_upvotes", "fields", "left_at"))
    return {"change": kind, "captured_at": NOON, **blank, **more}


@pytest.mark.parametrize(
    ("row", "words", "short"),
    [
        (change("entered", rank=12, upvotes=31), "new at 12, 31 votes", "New"),
        (change("entered", rank=12), "new at 12", "New"),
        (
            change("returned", rank=7, upvotes=1, left_at=NOON - timedelta(days=9, hours=3)),
            "back at 7 after 9 days away, 1 vote",
            "Back",
        ),
        (change("returned", rank=7), "back at 7", "Back"),
        (change("left", previous_rank=48, previous_upvotes=9), "left the list, last at 48", "Left"),
        (change("left"), "left the list", "Left"),
        (
            change("rose", rank=4, previous_rank=31, upvotes=1240, previous_upvotes=28),
            "rose from 31 to 4, +1,212 votes",
            "▲27",
        ),
        (
            change("fell", rank=31, previous_rank=4, upvotes=27, previous_upvotes=28),
            "fell from 4 to 31, −1 vote",
            "▼27",
        ),
        (change("rose", rank=1, previous_rank=2, upvotes=5), "rose from 2 to 1", "▲1"),
        (change("fell", rank=2, previous_rank=1, upvotes=5, previous_upvotes=5), "fell from 1 to 2", "▼1"),
        (
            change("gained", rank=3, previous_rank=3, upvotes=15, previous_upvotes=12),
            "+3 votes, still at 3",
            "+3",
        ),
        (change("gained", upvotes=15, previous_upvotes=12), "+3 votes", "+3"),
        (change("revised", rank=3, fields="title,abstract"), "title and abstract revised", "Revised"),
        (change("enriched", fields="ai_summary,github_url"), "AI summary and code added", "Added"),
        (change("enriched", fields="something_new"), "something new added", "Added"),
        (change("revised"), "details revised", "Revised"),
    ],
)
def test_a_change_in_words_says_what_is_known_and_no_more(row, words, short):
    assert sentence(row) == words
    assert sign(row) == short


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=9, hours=23), "9 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(seconds=10), "0 minutes"),
    ],
)
def test_a_duration_is_said_in_the_largest_unit_that_it_fills(span, words):
    assert duration(span) == words
