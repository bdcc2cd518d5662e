"""Order and filters of a list."""

import pytest
from msgspec.structs import replace

from broadsheet.digest.edition import compose
from broadsheet.web.choosing import Choice, Order, keywords, organizations
from broadsheet.web.shown import ShownPaper
from digest import made_up


@pytest.fixture(scope="module")
def papers():
    edition = compose(made_up.day(), made_up.HUB)
    items = [item for section in edition.sections for item in section.items if item.rank is not None]
    items.sort(key=lambda item: item.rank)
    items[3] = replace(items[3], upvotes=None, gained=None, github_stars=None)
    return [ShownPaper(item, ("Tides", f"k{item.rank % 3}")) for item in items]


@pytest.mark.parametrize(
    ("order", "measure"),
    [
        (Order.VOTES, lambda item: item.upvotes),
        (Order.GAINED, lambda item: item.gained),
        (Order.STARS, lambda item: item.github_stars),
    ],
)
def test_most_come_first_and_the_unknown_last(papers, order, measure):
    values = [measure(paper.item) for paper in Choice(sort=order).of(papers)]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=True)
    assert values[: len(known)] == known
    assert len(values) == len(papers)


def test_newest_are_those_with_fewest_days_and_equals_keep_the_page_order(papers):
    items = [paper.item for paper in Choice(sort=Order.NEWEST).of(papers)]
    assert [(item.days, item.rank) for item in items] == sorted((item.days, item.rank) for item in items)


def test_page_rank_is_the_order_of_the_page(papers):
    assert Choice().of(papers) == papers


def test_each_filter_leaves_what_was_asked_for(papers):
    assert {p.item.organization for p in Choice(organization="open LOOM").of(papers)} == {"Open Loom"}
    assert all("k1" in paper.keywords for paper in Choice(keyword="K1").of(papers))
    assert all(paper.item.code_url for paper in Choice(code=True).of(papers))
    assert {paper.item.section for paper in Choice(new=True).of(papers)} == {"new", "back"}
    assert Choice(keyword="of nobody").of(papers) == []


def test_what_can_be_chosen_is_there_to_be_found(papers):
    for name in organizations(papers):
        assert Choice(organization=name).of(papers)
    assert keywords(papers)[0] == "Tides"


def test_a_choice_comes_back_from_its_address():
    choice = Choice(sort=Order.VOTES, keyword="tides", code=True)
    assert choice.asked(Order.STARS) == {"sort": "stars", "keyword": "tides", "code": "1"}
    assert choice.asked(Order.RANK) == {"keyword": "tides", "code": "1"}
