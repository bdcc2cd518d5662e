import json

import pytest

from broadsheet.model import ListId, ListKind, Verdict
from broadsheet.parsing.door import parse
from parsing.made_up_pages import HUB, api_capture, capture, item


@pytest.mark.parametrize(
    ("query", "list_id"),
    [
        ("daily_papers?date=2026-07-08", ListId(ListKind.DAILY, "2026-07-08")),
        ("daily_papers?week=2026-W28&limit=100", ListId(ListKind.WEEKLY, "2026-W28")),
        ("daily_papers?month=2026-07", ListId(ListKind.MONTHLY, "2026-07")),
        ("daily_papers?sort=trending", ListId(ListKind.TRENDING)),
        ("papers/search?q=odd+numbers", ListId(ListKind.SEARCH, "odd numbers")),
    ],
)
def test_the_address_tells_the_list(query: str, list_id: ListId) -> None:
    listing = parse(api_capture([item(1)], f"{HUB}/api/{query}"))
    assert (listing.list_id, listing.parser, listing.fault) == (list_id, "api", None)


def test_without_a_telling_address_the_asked_list_counts() -> None:
    asked = ListId(ListKind.DAILY, "2026-07-08")
    assert parse(api_capture([item(1)], "file:///tmp/x.json", asked=asked)).list_id == asked
    assert parse(api_capture([item(1)], "file:///tmp/x.json")).list_id is None


def test_a_paper_of_its_own_has_no_rank() -> None:
    body = json.dumps(item(4)["paper"] | {"linkedModels": [], "numTotalModels": 0})
    listing = parse(capture(body, f"{HUB}/api/papers/2607.00004"))
    [entry] = listing.entries
    assert listing.list_id == ListId(ListKind.PAPER, "2607.00004")
    assert (entry.rank, entry.upvotes) == (None, 96)


@pytest.mark.parametrize(
    ("count", "url", "headers", "truncated"),
    [
        (49, "?date=2026-07-08", (), False),
        (50, "?date=2026-07-08", (), True),
        (50, "?date=2026-07-08&limit=100", (), False),
        (3, "?date=2026-07-08&limit=3", (), True),
        (3, "?date=2026-07-08", (("Link", f'<{HUB}/api/daily_papers?p=1>; rel="next"'),), True),
        (3, "?date=2026-07-08", (("Link", f'<{HUB}/api/daily_papers?p=0>; rel="prev"'),), False),
    ],
)
def test_an_answer_at_the_limit_or_with_a_next_page_is_truncated(
    count: int, url: str, headers: tuple, truncated: bool
) -> None:
    items = [item(number) for number in range(1, count + 1)]
    assert parse(api_capture(items, f"{HUB}/api/daily_papers{url}", headers=headers)).truncated is truncated


def test_ranks_go_on_over_pages() -> None:
    listing = parse(api_capture([item(1), item(2)], f"{HUB}/api/daily_papers?date=2026-07-08&limit=10&p=3"))
    assert listing.page == 3
    assert [e.rank for e in listing.entries] == [31, 32]


def test_no_papers_is_empty_and_not_a_listing() -> None:
    listing = parse(api_capture([]))
    assert listing.fault is not None
    assert listing.fault.verdict is Verdict.EMPTY
    assert listing.list_id == ListId(ListKind.DAILY, "2026-07-08")


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ('{"error": "Invalid date"}', Verdict.ERROR),
        ('{"papers": []}', Verdict.LAYOUT_CHANGED),
        ("[1, 2, 3]", Verdict.LAYOUT_CHANGED),
        ('["a"]', Verdict.LAYOUT_CHANGED),
        ('[{"paper": {"id": "2607.0000', Verdict.ERROR),
        ("{", Verdict.ERROR),
        ("[" * 100_000, Verdict.ERROR),
        ('{"paper":' * 100_000, Verdict.ERROR),
    ],
)
def test_json_that_is_no_list_of_papers(body: str, verdict: Verdict) -> None:
    listing = parse(capture(body, f"{HUB}/api/daily_papers", headers=(("content-type", "application/json"),)))
    assert listing.fault is not None
    assert listing.fault.verdict is verdict


def test_the_hubs_own_words_are_in_the_reason() -> None:
    listing = parse(capture('{"error": "Invalid date"}', f"{HUB}/api/daily_papers?date=x", status=400))
    assert listing.fault is not None
    assert "Invalid date" in listing.fault.reason


def test_a_byte_order_mark_does_not_matter() -> None:
    marked = capture(b"\xef\xbb\xbf\n" + json.dumps([item(1)]).encode(), f"{HUB}/api/daily_papers")
    assert len(parse(marked).entries) == 1


def test_props_kept_as_json_are_read_too() -> None:
    body = json.dumps({"dailyPapers": [item(1)], "dateString": "2026-07-08", "periodType": "day"})
    listing = parse(capture(body, "file:///tmp/props.json"))
    assert (listing.parser, listing.list_id) == ("hydration", ListId(ListKind.DAILY, "2026-07-08"))
