"""What one reader is told out of a run's stocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest.edition import SectionName
from broadsheet.digest.lookup import Lookup
from broadsheet.digest.matching import lines_of
from broadsheet.digest.picking import Picker, Shelf, editions
from broadsheet.digest.stock import read_stocks
from broadsheet.digest.topics import read_topics
from broadsheet.digest.wishes import Wishes
from broadsheet.model import ListId, ListKind
from digest.histories import History, histories

HUB = "https://hub.example"
TRENDING = ListId(ListKind.TRENDING)
A, B, C, D, E = (f"2611.0000{number}" for number in range(1, 6))


def wishes(topics="", min_upvotes=0):
    return Wishes(read_topics(topics), min_upvotes)


@pytest.fixture
def told(warehouse, at):
    """What a reader is told, as section to papers, and whether there was nothing new."""

    def tell(wanted, since, until, source=TRENDING):
        stocks = read_stocks(warehouse.con, source, since and at(since), at(until), HUB)
        picked = Picker(stocks).pick(range(len(stocks)), wanted)
        return [
            {
                str(each.name): [item.paper_id for item in each.items]
                for each in edition.sections
                if each.items
            }
            for edition in editions(stocks, picked)
        ], picked.empty

    return tell


def describe(warehouse, snapshot, **abstracts):
    for paper, abstract in abstracts.items():
        identity = {"A": A, "B": B, "C": C, "D": D}[paper]
        warehouse.describe(snapshot, identity, title=f"Paper {identity}", abstract=abstract)


@given(histories("trending"), st.data())
def test_without_wishes_the_edition_is_as_for_everybody(history: History, data: st.DataObject):
    hours = [board.hour for board in history.boards]
    now = data.draw(st.integers(hours[0], hours[-1] + 9))
    stock = history.stock(data.draw(st.none() | st.integers(0, now)), now)
    picked = Picker([stock]).pick([0], Wishes())
    assert editions([stock], picked) == (stock.edition,)
    assert picked.empty == stock.edition.quiet
    assert set(picked.why[0]) <= {""}


def test_each_is_told_what_passes_and_what_left(warehouse, told):
    first = warehouse.show("trending", "2026-11-10T07:00", [A, B])
    describe(warehouse, first, A="robots", B="speech")
    second = warehouse.show("trending", "2026-11-11T07:00", [C, D])
    describe(warehouse, second, C="robots", D="speech")
    window = ("2026-11-10T08:00", "2026-11-11T08:00")
    assert told(wishes("robots"), *window) == ([{"new": [C], "left": [A]}], False)
    assert told(wishes("-robots"), *window) == ([{"new": [D], "left": [B]}], False)
    assert told(wishes("robots, speech, -robots"), *window) == ([{"new": [D], "left": [B]}], False)
    assert told(wishes("tides"), *window) == ([{}], True)


def test_a_paper_is_new_when_it_reaches_the_votes_asked_for(warehouse, told):
    warehouse.show("trending", "2026-11-10T07:00", [A, B, C], upvotes={A: 19, B: 30, C: 5})
    warehouse.show("trending", "2026-11-11T07:00", [A, B, C], upvotes={A: 20, B: 31, C: 19})
    window = ("2026-11-10T08:00", "2026-11-11T08:00")
    assert told(wishes(min_upvotes=20), *window) == ([{"new": [A], "still_here": [B]}], False)
    assert told(wishes(min_upvotes=21), *window) == ([{"still_here": [B]}], True)
    assert told(wishes(), *window) == ([{"still_here": [A, B, C]}], True)


def test_a_paper_is_new_when_its_keywords_arrive(warehouse, told):
    warehouse.show("trending", "2026-11-10T07:00", [A, B])
    second = warehouse.show("trending", "2026-11-11T07:00", [A, B])
    warehouse.describe(second, B, title=f"Paper {B}", ai_keywords=["tidal models"])
    window = ("2026-11-10T08:00", "2026-11-11T08:00")
    assert told(wishes("keyword:tidal"), *window) == ([{"new": [B]}], False)
    assert told(wishes("-tidal"), *window) == ([{"still_here": [A]}], True)


def test_new_papers_stand_in_the_boards_order_whatever_made_them_new(warehouse, told):
    warehouse.show("trending", "2026-11-10T07:00", [A, B], upvotes={A: 3, B: 3})
    warehouse.show("trending", "2026-11-11T07:00", [A, C, B, D], upvotes=dict.fromkeys([A, B, C, D], 9))
    assert told(wishes(min_upvotes=5), "2026-11-10T08:00", "2026-11-11T08:00")[0] == [{"new": [A, C, B, D]}]


def test_unknown_votes_pass_only_where_none_are_asked_for(warehouse, told):
    warehouse.show("trending", "2026-11-10T07:00", [A], upvotes={A: None})
    assert told(wishes(min_upvotes=1), None, "2026-11-10T08:00") == ([{}], True)
    assert told(wishes(), None, "2026-11-10T08:00") == ([{"new": [A]}], False)


def test_who_is_back_and_passes_only_now_is_back(warehouse, told):
    warehouse.show("trending", "2026-11-08T07:00", [A, B], upvotes={B: 2})
    warehouse.show("trending", "2026-11-09T07:00", [A])
    warehouse.show("trending", "2026-11-10T07:00", [A, B], upvotes={B: 9})
    assert told(wishes(min_upvotes=5), "2026-11-09T08:00", "2026-11-10T08:00")[0] == [
        {"back": [B], "still_here": [A]}
    ]


def test_behind_a_cut_only_who_did_not_pass_when_last_seen_is_new(warehouse, told):
    warehouse.show("trending", "2026-11-09T07:00", [A, B, C], upvotes={B: 9, C: 3})
    warehouse.show("trending", "2026-11-10T07:00", [A], truncated=True)
    warehouse.show("trending", "2026-11-11T07:00", [A, B, C, D], upvotes={B: 9, C: 9, D: 9}, truncated=True)
    window = ("2026-11-10T08:00", "2026-11-11T08:00")
    assert told(wishes(), *window) == ([{"still_here": [A, B, C, D]}], True)
    assert told(wishes(min_upvotes=5), *window) == ([{"new": [C, D], "still_here": [A, B]}], False)
    assert told(wishes("paper"), *window) == ([{"still_here": [A, B, C, D]}], True)


def test_an_earlier_day_is_told_only_for_what_is_new_there(warehouse, told):
    warehouse.show("daily:2026-11-18", "2026-11-18T06:00", [A, B], upvotes={A: 3, B: 30})
    warehouse.show("daily:2026-11-18", "2026-11-18T20:00", [A, B], upvotes={A: 23, B: 33})
    warehouse.show("daily:2026-11-19", "2026-11-19T06:00", [C], upvotes={C: 2})
    window = ("2026-11-18T06:00", "2026-11-19T07:00", ListKind.DAILY)
    assert told(wishes(), *window) == ([{"new": [C]}], False)
    assert told(wishes(min_upvotes=20), *window) == ([{}, {"new": [A]}], False)
    assert told(wishes(min_upvotes=50), *window) == ([{}], True)


def test_the_reasons_are_the_terms_as_written_and_at_most_three(warehouse, at):
    first = warehouse.show("trending", "2026-11-10T07:00", [A, B])
    warehouse.describe(
        first,
        A,
        title=f"Paper {A}",
        abstract="world models of robots and tides",
        authors=["Ann Li"],
        ai_keywords=["Tides"],
    )
    warehouse.show("trending", "2026-11-11T07:00", [B])
    stocks = read_stocks(warehouse.con, TRENDING, None, at("2026-11-10T08:00"), HUB)
    picker = Picker(stocks)
    wanted = wishes('speech, author:"Ann Li", "World Models", paper, Robo*, keyword:tides, -oceans')
    assert picker.pick([0], wanted).why == (("author Ann Li, World Models, paper", "paper"),)
    assert picker.pick([0], wishes("keyword:tides, robo*, org:x")).why == (("keyword tides, robo*",),)
    (stock,) = read_stocks(warehouse.con, TRENDING, at("2026-11-10T08:00"), at("2026-11-11T08:00"), HUB)
    assert Picker([stock]).pick([0], wishes("robots")).why == (("robots",),)


def test_what_is_chosen_are_the_bits_of_what_is_picked(warehouse, at):
    first = warehouse.show("trending", "2026-11-10T07:00", [A, B, C])
    describe(warehouse, first, A="robots", B="speech", C="robots and speech")
    stocks = read_stocks(warehouse.con, TRENDING, None, at("2026-11-10T08:00"), HUB)
    shelf = Shelf(stocks[0], Lookup(lines_of))
    assert shelf.choose(wishes("robots")) == 0b101
    assert Picker(stocks).pick([0], wishes("robots")).positions == ((0, 2),)
    assert shelf.choose(wishes("tides")) == 0


def test_equal_wishes_are_told_the_same_thing(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A])
    picker = Picker(read_stocks(warehouse.con, TRENDING, None, at("2026-11-10T08:00"), HUB))
    first, second = (picker.pick([0], wishes("paper")) for _ in range(2))
    assert first is second
    assert hash(first) == hash(second)
    assert picker.pick([], wishes("paper")).empty


def test_a_picker_follows_stocks_that_grow(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A])
    stocks: list = []
    picker = Picker(stocks)
    stocks += read_stocks(warehouse.con, TRENDING, None, at("2026-11-10T08:00"), HUB)
    assert not picker.pick([0], wishes()).empty


def test_chosen_says_that_wishes_left_papers_out(warehouse, at):
    warehouse.show("trending", "2026-11-10T07:00", [A, B], upvotes={A: 20})
    stocks = read_stocks(warehouse.con, TRENDING, None, at("2026-11-10T08:00"), HUB)
    picker = Picker(stocks)
    (all_of_it,) = editions(stocks, picker.pick([0], wishes("paper")))
    (some,) = editions(stocks, picker.pick([0], wishes(min_upvotes=15)))
    assert (all_of_it.chosen, some.chosen) == (False, True)
    assert [item.why for item in all_of_it.items(SectionName.NEW)] == ["paper", "paper"]
