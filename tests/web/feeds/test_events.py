"""Events are collected stretch by stretch, and none is lost or told twice between two of them."""

from datetime import datetime

import pytest

from broadsheet.digest.topics import Topics, read_topics
from broadsheet.model import ListKind
from broadsheet.web.feeds import events
from broadsheet.web.feeds.asking import NEWEST, EventKind
from broadsheet.web.feeds.events import Wanted, collect
from broadsheet.web.scope import Scope

TRENDING = Scope(ListKind.TRENDING, "")
EVERYTHING = 10_000


@pytest.fixture
def con(reader):
    with reader.app.state.site.published.reading() as reading:
        yield reading.con


@pytest.mark.parametrize("topics", ["", "robot*", "nobodywrites"])
@pytest.mark.parametrize(("stretch", "limit"), [(40, EVERYTHING), (60, 25), (500, 11)])
@pytest.mark.parametrize("scope", [TRENDING, Scope(ListKind.DAILY)])
def test_however_much_is_looked_through_at_once_the_events_are_the_same(
    con, monkeypatch, topics, stretch, limit, scope
):
    wanted = Wanted(scope, topics=read_topics(topics))
    whole, behind = collect(con, wanted, EVERYTHING)
    assert behind is None
    monkeypatch.setattr(events, "A_STRETCH", stretch)
    monkeypatch.setattr(events, "MOST_STRETCHES", 100)
    found, place = [], NEWEST
    while place is not None:
        part, place = collect(con, wanted, limit, place)
        assert len(part) <= limit
        found += part
    assert found == whole
    assert bool(found) == (topics != "nobodywrites")


def test_one_part_looks_through_so_much_only_and_says_where_it_stopped(con, monkeypatch):
    wanted = Wanted(TRENDING, topics=read_topics("nobodywrites"))
    monkeypatch.setattr(events, "A_STRETCH", 5)
    monkeypatch.setattr(events, "MOST_STRETCHES", 2)
    found, place = collect(con, wanted, 50)
    assert found == []
    assert place is not None
    _, further = collect(con, wanted, 50, place)
    assert (further.snapshot, -further.rank) < (place.snapshot, -place.rank)


def test_what_was_before_a_moment_is_left_out(con):
    since = datetime.fromisoformat("2026-11-12T00:00:00Z")
    recent, behind = collect(con, Wanted(TRENDING), EVERYTHING, since=since)
    every, _ = collect(con, Wanted(TRENDING), EVERYTHING)
    assert behind is None
    assert recent == [event for event in every if event.change["captured_at"] >= since]


def test_a_paper_that_is_back_is_told_with_when_it_left(con):
    found, _ = collect(con, Wanted(TRENDING, (EventKind.BACK,), Topics()), EVERYTHING)
    assert len(found) > 2
    for event in found:
        rows = con.execute(
            "SELECT captured_at AT TIME ZONE 'UTC' FROM changes WHERE change = 'left' AND list_kind = 'trending' "
            "AND paper_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1", [event.change["paper_id"], event.change["seq"]]
        ).to_arrow_table()  # fmt: skip
        assert rows.column(0).to_pylist() == [event.change["left_at"]]
