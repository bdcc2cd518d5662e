import json

from broadsheet.model import ListKind, Verdict
from broadsheet.parsing.door import parse
from parsing.made_up_pages import api_capture, capture, item, page


def test_a_field_of_a_wrong_type_is_left_out_with_a_note() -> None:
    broken = item(2, upvotes="many", ai_keywords=["a", 3])
    broken["paper"]["authors"][1]["status"] = 5
    listing = parse(api_capture([item(1), broken, item(3)]))
    second = listing.entries[1]
    assert [e.rank for e in listing.entries] == [1, 2, 3]
    assert second.upvotes is None
    assert second.details.ai_keywords is None
    assert second.details.authors is not None
    assert [a.name for a in second.details.authors] == ["Ada Example", "Bo Sample"]
    assert len(listing.notes) == 3
    assert any("item 2: paper: upvotes" in note for note in listing.notes)


def test_an_author_who_is_no_object_takes_the_authors_along_with_a_note() -> None:
    listing = parse(api_capture([item(1, authors=["Ada"])]))
    assert listing.entries[0].details.authors is None
    assert any("authors 1" in note for note in listing.notes)


def test_counts_out_of_range_are_no_counts() -> None:
    listing = parse(api_capture([item(1, upvotes=-1, githubStars=10**12)]))
    assert (listing.entries[0].upvotes, listing.entries[0].github_stars) == (None, None)
    assert len(listing.notes) == 2


def test_an_unreadable_item_leaves_its_rank_empty() -> None:
    listing = parse(api_capture([item(1), {"paper": {"title": "Two"}}, item(3)]))
    assert listing.fault is None
    assert [e.rank for e in listing.entries] == [1, 3]
    assert "1 of 3 items have no readable id" in listing.notes


def test_a_paper_whose_title_is_not_told_keeps_its_place() -> None:
    listing = parse(api_capture([item(1), {"paper": {"id": "2607.00002", "title": None}}, item(3)]))
    assert [(e.rank, e.paper_id) for e in listing.entries][1] == (2, "2607.00002")
    assert listing.entries[1].details.title is None
    assert listing.notes == ()


def test_mostly_unreadable_items_are_another_layout() -> None:
    listing = parse(api_capture([item(1), {"a": 1}, {"b": 2}]))
    assert listing.fault is not None
    assert listing.fault.verdict is Verdict.LAYOUT_CHANGED
    assert "2 of 3" in listing.fault.reason
    assert listing.entries == ()


def test_a_paper_that_stands_twice_is_counted_once() -> None:
    listing = parse(api_capture([item(1), item(2), item(1), item(3)]))
    assert [(e.rank, e.paper_id) for e in listing.entries] == [
        (1, "2607.00001"),
        (2, "2607.00002"),
        (3, "2607.00003"),
    ]
    assert "2607.00001 stands twice: its second place is left out" in listing.notes


def test_props_of_unexpected_types_are_read_as_far_as_they_go() -> None:
    listing = parse(capture(page([item(1, upvotes="x"), item(2)], isTrending="yes", query=7)))
    assert listing.parser == "hydration"
    assert listing.list_id is not None
    assert listing.list_id.kind is ListKind.TRENDING
    assert [e.upvotes for e in listing.entries] == [None, 98]


def test_papers_without_an_item_around_them() -> None:
    summaries = [item(1)["paper"], {"id": "2607.00002", "title": "Two", "upvotes": 3}]
    listing = parse(api_capture(summaries, "https://huggingface.co/api/papers/search?q=two"))
    assert [e.details.title for e in listing.entries] == ["Paper number 1: a study", "Two"]


def test_a_paper_id_that_became_a_number_is_not_guessed() -> None:
    body = json.dumps([item(1), item(2), item(3)]).replace('"2607.00002"', "2607.2")
    assert [e.rank for e in parse(capture(body, "https://huggingface.co/api/daily_papers")).entries] == [1, 3]
