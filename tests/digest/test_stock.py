"""What a run can say of one list: every paper in every role, made once for all readers."""

import pytest

from broadsheet.digest.edition import SectionName
from broadsheet.digest.stock import Stocks, read_stocks
from broadsheet.model import ListId, ListKind

HUB = "https://hub.example"
TRENDING = ListId(ListKind.TRENDING)
A, B, C, D, E = (f"2611.0000{number}" for number in range(1, 6))


@pytest.fixture
def stocks(warehouse, at):
    """The stocks of a source over one window."""

    def read(since, until, source=TRENDING):
        return read_stocks(warehouse.con, source, since and at(since), at(until), HUB)

    return read


def roles(stock):
    return [
        (item.paper_id, str(item.section), offer.second)
        for item, offer in zip(stock.items, stock.offers, strict=True)
    ]


def test_nothing_known_is_no_stock(stocks):
    assert stocks(None, "2026-11-20T07:00") == ()
    assert stocks(None, "2026-11-20T07:00", ListKind.DAILY) == ()


def test_the_edition_comes_first_then_whoever_was_there_as_new(warehouse, stocks):
    warehouse.show("trending", "2026-11-10T07:00", [A, B])
    warehouse.show("trending", "2026-11-11T07:00", [C, B])
    (stock,) = stocks("2026-11-10T08:00", "2026-11-11T08:00")
    assert roles(stock) == [(C, "new", False), (B, "still_here", False), (A, "left", False), (B, "new", True)]
    assert [stock.items[at].paper_id for at in stock.order] == [C, B, B, A]
    assert list(stock.items[:3]) == [item for section in stock.edition.sections for item in section.items]


def test_a_first_look_has_no_second_roles(warehouse, stocks):
    warehouse.show("trending", "2026-11-10T07:00", [A, B])
    (stock,) = stocks(None, "2026-11-11T08:00")
    assert roles(stock) == [(A, "new", False), (B, "new", False)]
    assert [offer.then for offer in stock.offers] == [None, None]


def test_who_is_new_for_the_second_role_is_told_with_days_movement_and_votes(warehouse, stocks):
    warehouse.show("trending", "2026-11-10T07:00", [A, B], upvotes={B: 15})
    warehouse.show("trending", "2026-11-13T07:00", [B, A], upvotes={B: 22})
    (stock,) = stocks("2026-11-10T08:00", "2026-11-13T08:00")
    (item,) = [
        item
        for item, offer in zip(stock.items, stock.offers, strict=True)
        if offer.second and item.paper_id == B
    ]
    assert (item.section, item.days, item.movement, item.gained) == (SectionName.NEW, 4, 1, 7)


def test_papers_stand_as_each_board_showed_them(warehouse, stocks):
    first = warehouse.show("trending", "2026-11-10T07:00", [A], upvotes={A: 15})
    warehouse.describe(first, A, title=f"Paper {A}", abstract="Then")
    second = warehouse.show("trending", "2026-11-11T07:00", [A], upvotes={A: None})
    warehouse.describe(second, A, title=f"Paper {A}", abstract="Now", ai_keywords=["tides"])
    (stock,) = stocks("2026-11-10T08:00", "2026-11-11T08:00")
    offer = stock.offers[0]
    assert (offer.then.upvotes, offer.then.paper.abstract, offer.then.paper.ai_keywords) == (15, "Then", ())
    assert (offer.now.upvotes, offer.now.paper.abstract, offer.now.paper.ai_keywords) == (
        None,
        "Now",
        ("tides",),
    )


def test_a_text_that_arrives_after_the_board_counts_from_the_next_board_on(warehouse, stocks):
    warehouse.show("trending", "2026-11-10T07:00", [A])
    page = warehouse.show(f"paper:{A}", "2026-11-10T07:30", [A])
    warehouse.describe(page, A, title=f"Paper {A}", ai_keywords=["tides"])
    (early,) = stocks(None, "2026-11-10T08:00")
    assert early.offers[0].now.paper.ai_keywords == ()
    warehouse.show("trending", "2026-11-10T08:00", [A])
    (late,) = stocks("2026-11-10T07:00", "2026-11-10T09:00")
    assert late.offers[0].then.paper.ai_keywords == ()
    assert late.offers[0].now.paper.ai_keywords == ("tides",)


def test_behind_a_cut_a_paper_stood_as_it_was_last_known(warehouse, stocks):
    warehouse.show("trending", "2026-11-09T07:00", [A, B, C], upvotes={C: 3})
    warehouse.show("trending", "2026-11-10T07:00", [A, B], truncated=True)
    warehouse.show("trending", "2026-11-11T07:00", [A, B, C, D], upvotes={C: 9, D: 9}, truncated=True)
    (stock,) = stocks("2026-11-10T08:00", "2026-11-11T08:00")
    then = {item.paper_id: offer.then for item, offer in zip(stock.items, stock.offers, strict=True)}
    assert (then[C].upvotes, then[D].upvotes) == (3, None)
    assert then[D].paper.title == f"Paper {D}"
    assert (C, "still_here", False) in roles(stock)
    assert (C, "new", True) in roles(stock)


def test_of_earlier_days_only_what_came_late_is_told_but_all_is_kept(warehouse, stocks):
    warehouse.show("daily:2026-11-18", "2026-11-18T06:00", [A, B])
    warehouse.show("daily:2026-11-18", "2026-11-18T20:00", [A, C])
    warehouse.show("daily:2026-11-19", "2026-11-19T06:00", [D])
    today, yesterday = stocks("2026-11-18T06:00", "2026-11-19T07:00", ListKind.DAILY)
    assert (today.late, yesterday.late) == (False, True)
    assert roles(today) == [(D, "new", False)]
    assert roles(yesterday) == [(C, "new", False), (A, "new", True)]


def test_one_stock_for_all_moments_at_which_the_list_stood_the_same(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A])
    warehouse.show("trending", "2026-11-11T07:00", [B])
    warehouse.show("trending", "2026-11-12T07:00", [C])
    stocks = Stocks(warehouse.con, at("2026-11-12T08:00"), HUB)
    monday = [stocks.of(TRENDING, at(f"2026-11-10T{hour:02}:30")) for hour in range(8, 20)]
    assert set(monday) == {(0,)}
    assert stocks.of(TRENDING, at("2026-11-11T07:00")) == (1,)
    assert stocks.of(TRENDING, None) == (2,)
    assert stocks.of(TRENDING, at("2026-11-01T07:00")) == (2,)
    assert stocks.of(ListKind.DAILY, None) == ()
    assert [stock.edition.from_snapshot for stock in stocks.stocks] == [1000, 2000, None]
