import pytest

from broadsheet.model import Listing
from broadsheet.parsing.door import parse
from broadsheet.parsing.pages import join
from parsing.made_up_pages import HUB, api_capture, capture, item, page


def answer(number: int, *papers: int, limit: int = 2, day: str = "2026-07-08") -> Listing:
    url = f"{HUB}/api/daily_papers?date={day}&limit={limit}&p={number}"
    return parse(api_capture([item(paper) for paper in papers], url))


def test_pages_become_one_list() -> None:
    listing = join([answer(0, 1, 2), answer(1, 3, 4), answer(2, 5)])
    assert [(e.rank, e.paper_id) for e in listing.entries] == [(n, f"2607.0000{n}") for n in range(1, 6)]
    assert (listing.truncated, listing.notes) == (False, ())


def test_an_empty_page_is_the_end() -> None:
    listing = join([answer(0, 1, 2), answer(1)])
    assert (len(listing.entries), listing.truncated, listing.fault) == (2, False, None)


def test_a_full_last_page_leaves_it_open() -> None:
    assert join([answer(0, 1, 2), answer(1, 3, 4)]).truncated


def test_a_page_that_failed_leaves_it_open_and_is_noted() -> None:
    listing = join([answer(0, 1, 2), parse(capture("", status=503))])
    assert (len(listing.entries), listing.truncated) == (2, True)
    assert "503" in listing.notes[0]


def test_a_page_of_another_list_is_left_out() -> None:
    listing = join([answer(0, 1, 2), answer(1, 3, day="2026-07-07")])
    assert (len(listing.entries), listing.truncated) == (2, True)
    assert "daily:2026-07-07" in listing.notes[0]


def test_a_paper_that_moved_between_two_requests_keeps_its_first_place() -> None:
    listing = join([answer(0, 1, 2), answer(1, 2, 3), answer(2, 4)])
    assert [(e.rank, e.paper_id[-1]) for e in listing.entries if e.paper_id] == [
        (1, "1"),
        (2, "2"),
        (3, "3"),
        (4, "4"),
    ]
    assert "1 papers stand on two pages" in listing.notes[0]


def test_a_hole_stays_a_hole() -> None:
    second = parse(
        api_capture([{"no": "id"}, item(4)], f"{HUB}/api/daily_papers?date=2026-07-08&limit=2&p=1")
    )
    assert [e.rank for e in join([answer(0, 1, 2), second]).entries] == [1, 2, 4]


def test_one_page_or_a_first_page_without_a_list_is_itself() -> None:
    lone, broken = parse(capture(page([item(1)]))), parse(capture("", status=500))
    assert join([lone]) == lone
    assert join([broken, lone]) == broken
    with pytest.raises(ValueError, match="no page"):
        join([])
