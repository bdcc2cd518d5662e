"""Mail in figures: counts by state, of what is recent or open."""

from datetime import timedelta

import pytest

from broadsheet.mail.closing import close_run
from broadsheet.mail.database import open_database
from broadsheet.mail.figures import Debt, read_debt, read_figures
from broadsheet.mail.schema import bounce_events, deliveries, runs
from broadsheet.mail.states import RunState, State
from mail.mailroom import Scripted

RUN = "2026-11-20T07:00Z"


@pytest.fixture
def room(mailroom):
    """A run of three mails that is over."""
    room = mailroom(3)
    room.send(Scripted())
    close_run(room.settings, RUN, room.now)
    return room


def figures(room, later=timedelta()):
    with open_database(room.settings) as database, database.read() as con:
        return read_figures(con, room.now + later)


def debt(room, later):
    with open_database(room.settings) as database, database.read() as con:
        return read_debt(con, room.now + later)


def test_deliveries_count_for_a_day_after_their_run_was_opened(room):
    assert figures(room).deliveries == {("digest", "accepted"): 3}
    assert figures(room).runs == {}
    assert figures(room, timedelta(hours=25)).deliveries == {}


def test_deliveries_of_an_open_run_count_as_long_as_it_is_open(room):
    room.change(runs.update().values(state=str(RunState.PAUSED)))
    one = deliveries.c.subscriber_id == room.numbers[1]
    room.change(deliveries.update().where(one).values(state=str(State.DEFERRED)))
    found = figures(room, timedelta(days=3))
    assert found.runs == {("digest", "paused"): 1}
    assert found.deliveries == {("digest", "accepted"): 2, ("digest", "deferred"): 1}


def test_bounces_and_the_share_of_complaints_count_for_a_week(room):
    for key, kind in (("a", "complaint"), ("b", "hard"), ("c", "hard")):
        event = {"bounce_key": key, "kind": kind, "reason": "told", "at": room.now}
        room.change(bounce_events.insert().values(delivery_id=room.row(1)["delivery_id"], **event))
    found = figures(room, timedelta(days=6))
    assert found.bounces == {"complaint": 1, "hard": 2}
    assert found.complaint_rate == pytest.approx(1 / 3)
    later = figures(room, timedelta(days=8))
    assert (later.bounces, later.complaint_rate) == ({}, 0.0)


def test_what_is_owed_counts_with_the_moment_it_was_due(room):
    assert debt(room, timedelta()) == Debt(0, None)
    tomorrow = room.now.replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert debt(room, tomorrow - room.now + timedelta(minutes=20)) == Debt(3, tomorrow)


def test_the_newest_run_tells_when_it_was_opened(room, mailroom):
    assert figures(room).opened_at == room.rows(runs)[0]["opened_at"]
