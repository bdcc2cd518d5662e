"""The phrases about editions and digests."""

import pytest
from msgspec.structs import replace

from broadsheet.digest import headlines
from broadsheet.digest.edition import Digest, SectionName, compose
from broadsheet.digest.headlines import tally
from broadsheet.digest.layout import MEASURES, lay_out
from broadsheet.digest.render import titles
from broadsheet.model import parse_list_id
from digest.made_up import CASES, HUB, UNTIL, day, day_digest, first_window, paper


def edition_of(list_id, window=None):
    window = window or first_window([paper(0), paper(1)])
    board = replace(window.board, list_id=parse_list_id(list_id))
    return compose(replace(window, board=board, source=list_id), HUB)


def subject(*editions, timezone="UTC"):
    return headlines.subject(map(tally, editions), UNTIL, timezone)


@pytest.mark.parametrize(
    ("list_id", "wanted", "heading"),
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
            "search:speech: a survey",
            "Papers on “speech: a survey” of 20 Nov 2026: a first look at all 2",
            "Papers on “speech: a survey”",
        ),
    ],
)
def test_lists_are_named(list_id, wanted, heading):
    edition = edition_of(list_id)
    assert (subject(edition), headlines.heading(edition)) == (wanted, heading)


def test_the_subject_counts_what_is_new_back_and_rising():
    assert subject(*day_digest().editions) == "Trending papers of 20 Nov 2026: 2 new, 1 back, 3 rising"


def test_further_lists_follow_and_quiet_ones_do_not():
    news, quiet = edition_of("trending", day()), replace(edition_of("search:x", day()), sections=())
    assert subject(news, quiet, edition_of("daily:2026-11-20")) == (
        "Trending papers of 20 Nov 2026: 2 new, 1 back, 3 rising; daily papers: a first look at all 2"
    )
    assert subject(quiet) == "Papers on “x” of 20 Nov 2026: nothing new"
    assert subject() == "Papers of 20 Nov 2026: nothing is known yet"


def test_days_are_those_of_the_readers_zone():
    edition = edition_of("trending", day())
    assert "of 20 Nov" in subject(edition, timezone="Asia/Tokyo")
    assert "of 19 Nov" in subject(edition, timezone="Pacific/Honolulu")
    assert headlines.dateline(UNTIL, "UTC") == "Friday, 20 November 2026"
    assert headlines.dateline(UNTIL, "Pacific/Honolulu") == "Thursday, 19 November 2026"
    assert headlines.compared(edition, "Asia/Kolkata") == (
        "The list as of 20 Nov 2026, 12:18 IST, compared with 19 Nov 2026, 12:21 IST."
    )


def test_a_page_that_stood_still_is_not_compared_with_itself():
    edition = edition_of("trending", day())
    still = replace(edition, from_snapshot=edition.to_snapshot)
    assert headlines.compared(still, "UTC") == "The list has not changed since 20 Nov 2026, 06:48 UTC."


def test_the_counts_make_a_sentence():
    edition = edition_of("trending", day())
    wanted = "Two papers are new, one is back, three are rising and four have left."
    assert headlines.sentence(tally(edition)) == wanted
    only_left = replace(edition, sections=edition.sections[-1:])
    assert headlines.sentence(tally(only_left)) == "Four papers have left."
    assert headlines.sentence(tally(replace(edition, sections=()))) == (
        "Nothing entered, came back, rose or left."
    )


def test_a_quiet_digest_says_so():
    quiet = tally(replace(edition_of("trending", day()), sections=()))
    assert headlines.sentence(quiet, all_quiet=True) == (
        "All quiet: nothing entered, came back, rose or left."
    )


def test_who_wished_for_some_papers_hears_of_those():
    edition = replace(edition_of("trending", day()), chosen=True)
    assert headlines.sentence(tally(edition)) == (
        "Of what you asked for, two papers are new, one is back, three are rising and four have left."
    )
    nothing = tally(replace(edition, sections=()))
    assert headlines.sentence(nothing) == "Nothing you asked for entered, came back, rose or left."
    look = replace(edition_of("trending"), chosen=True, entries=50)
    assert headlines.sentence(tally(look)) == (
        "A first look at this list: two of its 50 papers are what you asked for."
    )
    assert subject(look) == "Trending papers of 20 Nov 2026: a first look at 2 of 50"
    assert headlines.sentence(tally(replace(look, sections=()))) == (
        "A first look at this list: none of its 50 papers is what you asked for."
    )


def test_the_foot_names_what_was_subscribed_to():
    assert headlines.reason(["trending"]) == "You get this mail because you subscribed to trending papers."
    assert headlines.reason(["trending", "daily", "trending", "search:speech"]) == (
        "You get this mail because you subscribed to trending papers, daily papers and papers on “speech”."
    )
    many = [f"search:{number}" for number in range(9)]
    assert headlines.reason(many).endswith("papers on “5” and three more.")
    assert headlines.reason([]) == ""


def test_a_tally_is_quiet_when_its_edition_is():
    for case in CASES.values():
        for edition in case().editions:
            assert tally(edition).quiet == edition.quiet
            assert tally(edition)[SectionName.LEFT] == len(edition.items(SectionName.LEFT))


@pytest.mark.parametrize("case", CASES)
def test_the_line_beside_the_subject_is_neither_short_nor_long(case):
    digest: Digest = CASES[case]()
    assert 40 <= len(headlines.preheader(titles(lay_out(digest, MEASURES[0])))) <= 90
