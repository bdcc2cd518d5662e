"""What an edition says about two boards, read from the tables."""

import pytest

from broadsheet.digest.edit import edit
from broadsheet.digest.edition import SectionName
from broadsheet.digest.window import read_windows
from broadsheet.model import ListId, ListKind, read_source

HUB = "https://hub.example"
TRENDING = ListId(ListKind.TRENDING)
A, B, C, D, E, F, G, H = (f"2611.0000{number}" for number in range(1, 9))


def names(edition, section):
    return [item.paper_id for item in edition.items(SectionName(section))]


def one(warehouse, at, since, until, source=TRENDING):
    digest = edit(warehouse.con, {source: since and at(since)}, at(until), hub_url=HUB)
    (edition,) = digest.editions
    return edition


def test_the_first_edition_tells_the_whole_board_as_new(warehouse, at):
    warehouse.show("trending", "2026-11-19T07:00", [A, B])
    edition = one(warehouse, at, None, "2026-11-20T07:00")
    assert edition.introduction
    assert names(edition, "new") == [A, B]
    assert edition.compared_with is None
    assert not edition.quiet


def test_a_list_that_joined_later_is_introduced(warehouse, at):
    warehouse.show("trending", "2026-11-20T07:00", [A])
    assert one(warehouse, at, "2026-11-19T07:00", "2026-11-20T08:00").introduction


def test_a_source_never_captured_has_no_edition(warehouse, at):
    digest = edit(warehouse.con, {TRENDING: None, ListKind.DAILY: None}, at("2026-11-20T07:00"), hub_url=HUB)
    assert digest.editions == ()


def test_boards_are_compared_not_what_happened_in_between(warehouse, at):
    warehouse.show("trending", "2026-11-18T07:00", [A, B])
    warehouse.show("trending", "2026-11-18T12:00", [C, A])
    warehouse.show("trending", "2026-11-18T18:00", [A, B])
    edition = one(warehouse, at, "2026-11-18T08:00", "2026-11-19T07:00")
    assert names(edition, "still_here") == [A, B]
    assert edition.quiet


def test_new_back_and_left(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A, B, C])
    warehouse.show("trending", "2026-11-12T07:00", [A, B])
    warehouse.show("trending", "2026-11-19T07:00", [A, D, C])
    edition = one(warehouse, at, "2026-11-15T07:00", "2026-11-20T07:00")
    assert names(edition, "new") == [D]
    assert names(edition, "back") == [C]
    assert names(edition, "left") == [B]
    (back,) = edition.items(SectionName.BACK)
    assert (back.previous_rank, back.absent_since, back.movement) == (3, at("2026-11-12T07:00"), None)
    (left,) = edition.items(SectionName.LEFT)
    assert (left.rank, left.previous_rank, left.days, left.absent_since) == (None, 2, 10, None)


def test_a_paper_that_came_left_and_came_again_within_the_window_is_new(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A])
    warehouse.show("trending", "2026-11-11T07:00", [A, B])
    warehouse.show("trending", "2026-11-12T07:00", [A])
    warehouse.show("trending", "2026-11-13T07:00", [A, B])
    assert names(one(warehouse, at, "2026-11-10T08:00", "2026-11-13T08:00"), "new") == [B]


def test_rising_means_overtaking_and_being_voted_for(warehouse, at):
    before, after = [A, B, C, D, E], [E, A, B, C, D]
    warehouse.show("trending", "2026-11-18T07:00", before)
    warehouse.show("trending", "2026-11-19T07:00", after, upvotes={E: 11})
    edition = one(warehouse, at, "2026-11-18T08:00", "2026-11-19T08:00")
    (risen,) = edition.items(SectionName.RISING)
    assert (risen.paper_id, risen.movement, risen.gained) == (E, 4, 1)


def test_a_re_ordering_without_votes_is_no_news(warehouse, at):
    warehouse.show("trending", "2026-11-18T07:00", [A, B, C, D, E])
    warehouse.show("trending", "2026-11-19T07:00", [E, D, C, B, A])
    assert one(warehouse, at, "2026-11-18T08:00", "2026-11-19T08:00").quiet


def test_the_rank_alone_decides_where_votes_are_unknown(warehouse, at):
    unknown = dict.fromkeys([A, B, C, D, E])
    warehouse.show("trending", "2026-11-18T07:00", [A, B, C, D, E], upvotes=unknown)
    warehouse.show("trending", "2026-11-19T07:00", [E, A, B, C, D], upvotes=unknown)
    assert names(one(warehouse, at, "2026-11-18T08:00", "2026-11-19T08:00"), "rising") == [E]


def test_others_leaving_lifts_nobody(warehouse, at):
    warehouse.show("trending", "2026-11-18T07:00", [A, B, C, D, E])
    warehouse.show("trending", "2026-11-19T07:00", [E], upvotes={E: 99})
    edition = one(warehouse, at, "2026-11-18T08:00", "2026-11-19T08:00")
    assert names(edition, "rising") == []
    assert names(edition, "still_here") == [E]


def test_a_cut_list_says_nothing_of_what_it_does_not_show(warehouse, at):
    warehouse.show("trending", "2026-11-18T07:00", [A, B, C], truncated=True)
    warehouse.show("trending", "2026-11-19T07:00", [A, B, D, E], truncated=True)
    edition = one(warehouse, at, "2026-11-18T08:00", "2026-11-19T08:00")
    assert names(edition, "left") == []
    assert names(edition, "new") == [D]
    assert names(edition, "still_here") == [A, B, E]


def test_a_paper_from_behind_the_cut_is_not_back_either(warehouse, at):
    warehouse.show("trending", "2026-11-17T07:00", [A, B, C, D])
    warehouse.show("trending", "2026-11-18T07:00", [A, B, C], truncated=True)
    warehouse.show("trending", "2026-11-19T07:00", [A, B, C, D])
    assert one(warehouse, at, "2026-11-18T08:00", "2026-11-19T08:00").quiet


def test_days_count_the_time_between_snapshots_too(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A])
    warehouse.show("trending", "2026-11-14T06:00", [A, B])
    edition = one(warehouse, at, None, "2026-11-15T05:00")
    assert [item.days for item in edition.items(SectionName.NEW)] == [5, 1]


def test_ranks_are_those_at_the_same_hour_of_the_days_before(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A, B])
    warehouse.show("trending", "2026-11-12T06:00", [B])
    warehouse.show("trending", "2026-11-13T06:00", [B, A])
    edition = one(warehouse, at, None, "2026-11-13T07:00")
    ranks = {item.paper_id: item.ranks[-5:] for item in edition.items(SectionName.NEW)}
    assert ranks == {A: (None, 1, 1, None, 2), B: (None, 2, 2, 1, 1)}


def test_what_is_said_of_a_paper_is_what_was_known_then(warehouse, at):
    first = warehouse.show("trending", "2026-11-10T07:00", [A])
    warehouse.describe(first, A, title="A title", abstract="An abstract", authors=["Ann", "Bo"])
    second = warehouse.show("trending", "2026-11-11T07:00", [A])
    warehouse.describe(second, A, title="A better title", ai_summary="A summary")
    third = warehouse.show("trending", "2026-11-12T07:00", [A])
    warehouse.describe(third, A, title="From the future")
    (item,) = one(warehouse, at, None, "2026-11-11T08:00").items(SectionName.NEW)
    assert (item.title, item.abstract, item.authors, item.ai_summary) == (
        "A better title",
        "An abstract",
        ("Ann", "Bo"),
        "A summary",
    )


def test_reworded_and_added_details_are_remarked(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A])
    snapshot = warehouse.show("trending", "2026-11-11T07:00", [A])
    warehouse.change(snapshot, "trending", "2026-11-11T07:00", A, "revised", "title,abstract")
    warehouse.change(snapshot, "trending", "2026-11-11T07:00", A, "enriched", "github_url")
    (item,) = one(warehouse, at, "2026-11-10T08:00", "2026-11-11T08:00").items(SectionName.STILL_HERE)
    assert (item.revised, item.enriched) == (("abstract", "title"), ("github_url",))


def test_a_dated_kind_means_its_newest_list_and_what_came_late(warehouse, at):
    warehouse.show("daily:2026-11-18", "2026-11-18T06:00", [A])
    warehouse.show("daily:2026-11-18", "2026-11-18T20:00", [A, B])
    warehouse.show("daily:2026-11-19", "2026-11-19T06:00", [C])
    warehouse.show("daily:2026-11-17", "2026-11-19T06:30", [D])
    digest = edit(
        warehouse.con, {ListKind.DAILY: at("2026-11-18T06:00")}, at("2026-11-19T07:00"), hub_url=HUB
    )
    told = {str(edition.list_id): names(edition, "new") for edition in digest.editions}
    assert told == {"daily:2026-11-19": [C], "daily:2026-11-18": [B]}
    assert not any(edition.introduction for edition in digest.editions)


def test_the_first_time_a_dated_kind_means_its_newest_list_only(warehouse, at):
    warehouse.show("daily:2026-11-18", "2026-11-18T06:00", [A])
    warehouse.show("daily:2026-11-19", "2026-11-19T06:00", [C])
    edition = one(warehouse, at, None, "2026-11-19T07:00", ListKind.DAILY)
    assert (str(edition.list_id), edition.introduction) == ("daily:2026-11-19", True)


def test_no_paper_is_told_twice_or_missed_over_a_row_of_windows(warehouse, at):
    boards = [[A, B], [B, C], [C, D, A], [A, E], [E, F, G]]
    for day, board in enumerate(boards, 10):
        warehouse.show("trending", f"2026-11-{day}T06:00", board)
    told = []
    for since, until in ((None, 10), (10, 12), (12, 14)):
        edition = one(warehouse, at, since and f"2026-11-{since}T06:00", f"2026-11-{until}T07:00")
        told += names(edition, "new")
    assert sorted(told) == [A, B, C, D, E, F, G]


def test_the_key_depends_on_the_list_and_its_two_boards_only(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A])
    warehouse.show("trending", "2026-11-11T07:00", [B])
    keys = [
        edit(warehouse.con, {TRENDING: at(since)}, at(until), hub_url=HUB).key
        for since, until in (
            ("2026-11-10T08:00", "2026-11-11T08:00"),
            ("2026-11-10T09:00", "2026-11-12T08:00"),
            ("2026-11-10T09:00", "2026-11-11T06:00"),
        )
    ]
    assert keys[0] == keys[1] != keys[2]


def test_a_source_is_a_list_or_a_kind_with_dates():
    assert read_source("daily") is ListKind.DAILY
    assert read_source(" trending ") == TRENDING
    with pytest.raises(ValueError, match="unknown list"):
        read_source("newest")


def test_a_window_holds_every_paper_of_both_boards(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A, B])
    warehouse.show("trending", "2026-11-11T07:00", [B, C])
    (window,) = read_windows(warehouse.con, TRENDING, at("2026-11-10T08:00"), at("2026-11-11T08:00"))
    assert set(window.papers) == set(window.pasts) == {A, B, C}
