"""The digest's phrases."""

import pytest
from msgspec.structs import replace

from broadsheet.digest import words
from broadsheet.digest.edition import Digest, SectionName, compose
from broadsheet.model import parse_list_id
from digest.made_up import CASES, HUB, UNTIL, day, day_digest, digest_of, first_window, paper


def edition_of(list_id, window=None):
    window = window or first_window([paper(0), paper(1)])
    board = replace(window.board, list_id=parse_list_id(list_id))
    return compose(replace(window, board=board, source=list_id), HUB)


def digest(*editions, timezone="UTC"):
    return Digest(editions=editions, until=UNTIL, timezone=timezone, hub_url=HUB)


@pytest.mark.parametrize(
    ("list_id", "subject", "heading"),
    [
        ("trending", "Trending papers of 20 Nov 2026: a first look at all 2", "Trending papers"),
        (
            "daily:2026-11-19",
            "Daily papers of 19 Nov 2026: a first look at all 2",
            "Daily papers of 19 Nov 2026",
        ),
        (
            "weekly:2026-W07",
            "Weekly papers of week 7, 2026: a first look at all 2",
            "Weekly papers of week 7, 2026",
        ),
        (
            "monthly:2026-11",
            "Monthly papers of November 2026: a first look at all 2",
            "Monthly papers of November 2026",
        ),
        (
            "search:speech",
            "Papers on “speech” of 20 Nov 2026: a first look at all 2",
            "Papers on “speech”",
        ),
        (
            "search:speech: a survey",
            "Papers on “speech: a survey” of 20 Nov 2026: a first look at all 2",
            "Papers on “speech: a survey”",
        ),
    ],
)
def test_lists_are_named(list_id, subject, heading):
    edition = edition_of(list_id)
    assert (words.subject(digest(edition)), words.heading(edition)) == (subject, heading)


def test_the_subject_counts_what_is_new_back_and_rising():
    assert words.subject(day_digest()) == "Trending papers of 20 Nov 2026: 2 new, 1 back, 3 rising"


def test_further_lists_follow_and_quiet_ones_do_not():
    news, quiet = edition_of("trending", day()), replace(edition_of("search:x", day()), sections=())
    both = digest(news, quiet, edition_of("daily:2026-11-20"))
    assert words.subject(both) == (
        "Trending papers of 20 Nov 2026: 2 new, 1 back, 3 rising; daily papers: a first look at all 2"
    )
    assert words.subject(digest(quiet)) == "Papers on “x” of 20 Nov 2026: nothing new"


def test_days_are_those_of_the_readers_zone():
    edition = edition_of("trending", day())
    assert "of 20 Nov" in words.subject(digest(edition, timezone="Asia/Tokyo"))
    assert "of 19 Nov" in words.subject(digest(edition, timezone="Pacific/Honolulu"))
    assert words.dateline(digest(edition)) == "Friday, 20 November 2026"
    assert words.compared(edition, "Asia/Kolkata") == (
        "The page as of 20 Nov 2026, 12:18 IST, compared with 19 Nov 2026, 12:21 IST."
    )


def test_a_page_that_stood_still_is_not_compared_with_itself():
    edition = edition_of("trending", day())
    still = replace(edition, from_snapshot=edition.to_snapshot)
    assert words.compared(still, "UTC") == "The page has not changed since 20 Nov 2026, 06:48 UTC."


def test_the_counts_make_a_sentence():
    edition = edition_of("trending", day())
    assert words.sentence(edition) == "Two papers are new, one is back, three are rising and four have left."
    only_left = replace(edition, sections=edition.sections[-1:])
    assert words.sentence(only_left) == "Four papers have left."
    assert words.sentence(replace(edition, sections=())) == "Nothing entered, came back, rose or left."


def test_a_line_says_what_happened_to_a_paper():
    edition = edition_of("trending", day())
    (back,) = edition.items(SectionName.BACK)
    rising = edition.items(SectionName.RISING)
    left = edition.items(SectionName.LEFT)[0]
    assert words.facts(back, "UTC") == (
        "Away since 11 Nov 2026, then at rank 31",
        "234 upvotes",
        "8 days on the list",
    )
    assert words.facts(next(item for item in rising if item.revised), "UTC")[-2:] == (
        "abstract revised",
        "code added",
    )
    assert words.facts(rising[0], "UTC")[0].startswith("Up ")
    assert words.aside(left, "UTC")[0] == f"Last at rank {left.previous_rank}"
    assert words.mark(left) == ""


@pytest.mark.parametrize(
    ("authors", "count", "line"),
    [
        ((), 0, "Lab"),
        (("A",), 1, "Lab · A"),
        (("A", "B"), 2, "Lab · A and B"),
        (("A", "B", "C", "D"), 4, "Lab · A, B, C and D"),
        (("A", "B", "C", "D", "E"), 5, "Lab · A, B, C and 2 others"),
        (("A", "B", "C"), 4, "Lab · A, B, C and 1 other"),
    ],
)
def test_a_byline_names_three_authors(authors, count, line):
    (item,) = (
        digest_of([replace(paper(0), authors=authors, num_authors=count, organization="Lab")])
        .editions[0]
        .items(SectionName.NEW)
    )
    assert words.byline(item) == line


@pytest.mark.parametrize(
    ("upvotes", "gained", "line"),
    [(None, None, ""), (1, 0, "1 upvote"), (1240, 32, "1,240 upvotes (+32)"), (5, -2, "5 upvotes (−2)")],
)
def test_votes_are_counted_with_their_gain(upvotes, gained, line):
    item = digest_of([paper(0)]).editions[0].items(SectionName.NEW)[0]
    assert words.votes(replace(item, upvotes=upvotes, gained=gained)) == line


@pytest.mark.parametrize("case", CASES)
def test_the_line_beside_the_subject_is_neither_short_nor_long(case):
    assert 40 <= len(words.preheader(CASES[case]())) <= 90
