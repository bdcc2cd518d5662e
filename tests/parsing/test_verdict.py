"""Every verdict, and the words it comes with."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.model import Details, Entry, Judgement, ListId, Listing, ListKind, Verdict
from broadsheet.parsing.door import parse
from broadsheet.parsing.verdict import Standing, judge, standing
from parsing.made_up_pages import capture

TRENDING = ListId(ListKind.TRENDING)
DAILY = ListId(ListKind.DAILY, "2026-07-08")
THEN = datetime(2026, 7, 8, 8, 0, tzinfo=UTC)
NOW = THEN + timedelta(hours=1)


def listing(
    count: int, first: int = 1, votes: int = 10, list_id: ListId | None = TRENDING, **more: Any
) -> Listing:
    entries = tuple(
        Entry(rank=rank, paper_id=f"2607.{paper:05d}", upvotes=votes, details=Details(title=f"P{paper}"))
        for rank, paper in enumerate(range(first, first + count), start=1)
    )
    return Listing(**({"list_id": list_id, "entries": entries, "parser": "api"} | more))


def stood(
    count: int, first: int = 1, votes: int = 10, at: datetime = THEN, content: str = "then"
) -> Standing:
    return standing(listing(count, first, votes), at, content)


def verdict(
    found: Listing, baseline: Standing | None = None, witness: Standing | None = None, **more: Any
) -> Judgement:
    content = more.pop("content", "now")
    return judge(found, capture("", captured_at=NOW, **more), baseline, witness, content=content)


def test_a_first_whole_list_is_ok() -> None:
    assert verdict(listing(50)) == Judgement(Verdict.OK, "50 papers, the first of this list")


def test_news_is_ok() -> None:
    assert verdict(listing(50, first=10), stood(50)) == Judgement(Verdict.OK, "50 papers")


def test_the_same_content_is_unchanged() -> None:
    found = verdict(listing(50), stood(50), content="then")
    assert found == Judgement(Verdict.UNCHANGED, "the same in every field as on 2026-07-08 08:00 UTC")


def test_unknown_contents_are_not_equal() -> None:
    unknown = Standing(captured_at=THEN, ranked=stood(50).ranked, content=None)
    assert verdict(listing(50), unknown, content=None).verdict is Verdict.OK


def test_a_listing_that_lost_more_than_half_waits_for_a_witness() -> None:
    found = verdict(listing(20), stood(50))
    assert found.verdict is Verdict.PARTIAL
    assert found.reason == (
        "20 of 50 papers are left since 2026-07-08 08:00 UTC; waiting for a second capture to confirm it"
    )
    assert verdict(listing(25), stood(50)).verdict is Verdict.OK


def test_a_witness_that_agrees_settles_it() -> None:
    witness = stood(22, at=THEN + timedelta(minutes=30))
    found = verdict(listing(20), stood(50), witness)
    assert found.verdict is Verdict.OK
    assert found.reason.endswith("the capture of 2026-07-08 08:30 UTC says the same")
    stranger = stood(22, first=30, at=THEN + timedelta(minutes=30))
    assert verdict(listing(20), stood(50), stranger).verdict is Verdict.PARTIAL


def test_the_same_moment_in_another_form_is_no_second_witness() -> None:
    assert verdict(listing(20), stood(50), stood(20, at=NOW)).verdict is Verdict.PARTIAL


@pytest.mark.parametrize(("shared", "expected"), [(10, Verdict.OK), (9, Verdict.PARTIAL)])
def test_a_witness_agrees_if_it_shares_half_of_the_larger_ones_papers(shared: int, expected: Verdict) -> None:
    witness = stood(20, first=1 + 18 - shared, at=THEN + timedelta(minutes=30))
    assert verdict(listing(18), stood(50), witness).verdict is expected


def test_a_list_of_full_length_that_was_replaced_needs_no_witness() -> None:
    assert verdict(listing(50, first=1000), stood(50)).verdict is Verdict.OK


def test_a_first_trending_list_of_fewer_than_half_the_usual_is_partial() -> None:
    assert verdict(listing(24)).verdict is Verdict.PARTIAL
    assert verdict(listing(24)).reason.startswith("24 of the usual 50 papers")
    assert verdict(listing(25)).verdict is Verdict.OK
    assert verdict(listing(1, list_id=DAILY)).verdict is Verdict.OK, "a day's list fills up through the day"


def test_a_cut_list_is_ok_says_so_and_is_no_loss() -> None:
    found = verdict(listing(50, list_id=DAILY, truncated=True), stood(105))
    assert found == Judgement(Verdict.OK, "50 papers; cut at the hub's limit, the list may go on")


def test_holes_in_the_ranks_are_partial() -> None:
    whole = listing(50)
    holed = listing(50, entries=tuple(e for e in whole.entries if e.rank not in (7, 9)))
    found = verdict(holed, stood(50))
    assert found.verdict is Verdict.PARTIAL
    assert found.reason.startswith("48 papers, but nothing readable at ranks 7, 9;")
    assert verdict(holed, stood(50), stood(50)).verdict is Verdict.OK


def test_a_later_page_alone_is_partial_whatever_a_witness_says() -> None:
    found = verdict(listing(50, page=1), None, stood(50))
    assert found == Judgement(Verdict.PARTIAL, "page 2 of a list whose first page is missing")


def test_a_caches_old_copy_is_stale_whatever_a_witness_says() -> None:
    found = verdict(listing(50, first=3), stood(50), stood(50, first=3), headers=(("Age", "7200"),))
    assert found.verdict is Verdict.STALE
    assert "a cache's copy of 2026-07-08 07:00 UTC" in found.reason
    assert verdict(listing(50, first=3), stood(50), headers=(("Age", "3600"),)).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("date", "is_stale"),
    [
        ("Wed, 08 Jul 2026 07:00:00 GMT", True),
        ("Wed, 08 Jul 2026 07:55:00 GMT", False),
        ("Wed, 08 Jul 2026 09:00:00 GMT", False),
        ("yesterday", False),
        ("", False),
    ],
)
def test_an_answer_dated_before_the_baseline_is_stale(date: str, is_stale: bool) -> None:
    found = verdict(listing(50, first=3), stood(50), headers=(("Date", date),))
    assert found.verdict is (Verdict.STALE if is_stale else Verdict.OK)
    confirmed = verdict(listing(50, first=3), stood(50), stood(50, first=3), headers=(("Date", date),))
    assert confirmed.verdict is Verdict.OK, "a clock that is wrong must not stop the stream"


def test_votes_that_only_fell_are_stale() -> None:
    found = verdict(listing(50, votes=9), stood(50))
    assert found.verdict is Verdict.STALE
    assert "votes fell on 50 of 50 papers and rose on none" in found.reason
    assert verdict(listing(50, votes=9), stood(50), stood(50, votes=9)).verdict is Verdict.OK


@pytest.mark.parametrize(("fallen", "risen", "expected"), [(24, 0, "ok"), (25, 0, "stale"), (25, 1, "ok")])
def test_a_few_votes_taken_back_are_not(fallen: int, risen: int, expected: str) -> None:
    votes = [9] * fallen + [11] * risen + [10] * (50 - fallen - risen)
    entries = tuple(
        Entry(rank=e.rank, paper_id=e.paper_id, upvotes=count, details=e.details)
        for e, count in zip(listing(50).entries, votes, strict=True)
    )
    assert verdict(listing(50, entries=entries), stood(50)).verdict == expected
    assert verdict(listing(2, votes=9, list_id=DAILY), stood(2)).verdict is Verdict.OK


def test_a_fault_is_the_verdict() -> None:
    for status, expected in ((304, Verdict.UNCHANGED), (403, Verdict.BLOCKED), (500, Verdict.ERROR)):
        assert verdict(parse(capture("", status=status)), stood(50)).verdict is expected


def test_a_list_that_nobody_names_is_an_error_that_tells_what_to_do() -> None:
    found = verdict(listing(3, list_id=None))
    assert found.verdict is Verdict.ERROR
    assert "--list" in found.reason


def test_no_entries_are_empty() -> None:
    assert verdict(listing(0)) == Judgement(Verdict.EMPTY, "trending holds no papers")


def test_a_redirect_to_another_list_is_told() -> None:
    found = verdict(listing(3, list_id=DAILY), asked=ListId(ListKind.DAILY, "2026-07-11"))
    assert found.verdict is Verdict.OK
    assert found.reason.endswith("; asked for daily:2026-07-11, answered with daily:2026-07-08")


@given(st.text(max_size=40), st.text(max_size=12))
def test_no_header_breaks_it(date: str, age: str) -> None:
    verdict(listing(50), stood(50, first=2), headers=(("Date", date), ("Age", age)))


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Wed, 08 Jul 2026 07:00:00 " + "+9" * 20,
        "Wed, 08 Jul 2026 07:00:00 -0000",
    ],
)
def test_no_absurd_date_breaks_it(date: str) -> None:
    verdict(listing(50), stood(50, first=2), headers=(("Date", date),))
