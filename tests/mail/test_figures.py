"""Mail in figures: counts by state, of what is recent or open."""

from datetime import timedelta

import pytest

from broadsheet.mail.database import open_database
from broadsheet.mail.figures import Debt, read_debt, read_figures
from broadsheet.mail.schema import bounce_events, deliveries, runs
from broadsheet.mail.states import RunState, State

RUN = "2026-11-20T07:00Z"


def figures(closed_room, later=timedelta()):
    with open_database(closed_room.settings) as database, database.read() as con:
        return read_figures(con, closed_room.now + later)


def debt(closed_room, later):
    with open_database(closed_room.settings) as database, database.read() as con:
        return read_debt(con, closed_room.now + later)


def test_deliveries_count_for_a_day_after_their_run_was_opened(closed_room):
    assert figures(closed_room).deliveries == {("digest", "accepted"): 3}
    assert figures(closed_room).runs == {}
    assert figures(closed_room, timedelta(hours=25)).deliveries == {}


def test_deliveries_of_an_open_run_count_as_long_as_it_is_open(closed_room):
    closed_room.change(runs.update().values(state=str(RunState.PAUSED)))
    one = deliveries.c.subscriber_id == closed_room.numbers[1]
    closed_room.change(deliveries.update().where(one).values(state=str(State.DEFERRED)))
    found = figures(closed_room, timedelta(days=3))
    assert found.runs == {("digest", "paused"): 1}
    assert found.deliveries == {("digest", "accepted"): 2, ("digest", "deferred"): 1}


def test_bounces_and_the_share_of_complaints_count_for_a_week(closed_room):
    for key, kind in (("a", "complaint"), ("b", "hard"), ("c", "hard")):
        event = {"bounce_key": key, "kind": kind, "reason": "told", "at": closed_room.now}
        closed_room.change(
            bounce_events.insert().values(delivery_id=closed_room.row(1)["delivery_id"], **event)
        )
    found = figures(closed_room, timedelta(days=6))
    assert found.bounces == {"complaint": 1, "hard": 2}
    assert found.complaint_rate == pytest.approx(1 / 3)
    later = figures(closed_room, timedelta(days=8))
    assert (later.bounces, later.complaint_rate) == ({}, 0.0)


def test_what_is_owed_counts_with_the_moment_it_was_due(closed_room):
    assert debt(closed_room, timedelta()) == Debt(0, None)
    tomorrow = closed_room.now.replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert debt(closed_room, tomorrow - closed_room.now + timedelta(minutes=20)) == Debt(3, tomorrow)


def test_the_newest_run_tells_when_it_was_opened(closed_room, mailroom):
    assert figures(closed_room).opened_at == closed_room.rows(runs)[0]["opened_at"]
