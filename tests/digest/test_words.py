"""The phrases about papers."""

import pytest
from msgspec.structs import replace

from broadsheet.digest import words
from broadsheet.digest.edition import SectionName
from digest.made_up import day_digest, digest_of, paper


def test_a_line_says_what_happened_to_a_paper():
    (edition,) = day_digest().editions
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
    assert words.mark(left.movement) == ""


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
    assert words.votes(upvotes, gained) == line


def test_a_reader_hears_what_they_asked_for_on_one_short_line():
    assert words.why("robotics, author Fei-Fei Li") == "You asked for robotics, author Fei-Fei Li"
    assert len(words.why("long\r\n" * 100)) <= 180
    assert "\n" not in words.why("a\nb")
