"""A run is closed when every mail of it is over, and not before."""

import logging

import pytest
import sqlalchemy as sa

from broadsheet.errors import UsageError
from broadsheet.mail.closing import close_run
from broadsheet.mail.database import open_database
from broadsheet.mail.opening import open_run
from broadsheet.mail.schema import deliveries, exclusions, runs
from broadsheet.mail.states import OPEN, TERMINAL, RunState
from mail.readership import Readership

KEY = "2026-11-20T07:00Z"


@pytest.fixture
def readers(settings, newsroom, first_day, second_day, at):
    """Three readers with a run of two mails and one exclusion."""
    newsroom.publish(first_day, second_day)
    readers = Readership(settings)
    for name, topics in (("ada", ""), ("bob", ""), ("cy", "robotics")):
        readers.join(name, at("2026-11-19T12:00"), topics=topics)
    open_run(settings, at("2026-11-20T07:00"))
    return readers


def write(settings, statement):
    with open_database(settings) as database, database.write() as con:
        con.execute(statement)


def test_a_run_is_done_when_all_its_mails_are_over(settings, readers, at):
    readers.end(KEY)
    closed = close_run(settings, KEY, at("2026-11-20T07:09"))
    assert closed.closed
    assert readers.run(KEY)["state"] == "done"
    assert readers.run(KEY)["closed_at"] == at("2026-11-20T07:09")
    assert closed.account.run.closed_at == at("2026-11-20T07:09")


@pytest.mark.parametrize("state", OPEN)
def test_one_mail_that_is_not_over_keeps_it_open(settings, readers, at, state):
    readers.end(KEY)
    readers.end(KEY, "bob", state=state)
    closed = close_run(settings, KEY, at("2026-11-20T07:09"))
    assert (closed.closed, closed.reason) == (False, f"left: 1 {state}")
    assert (readers.run(KEY)["state"], readers.run(KEY)["closed_at"]) == ("frozen", None)


def test_whatever_way_its_mails_ended_it_is_done(settings, readers, at):
    for state in TERMINAL:
        write(settings, runs.update().values(state=str(RunState.SENDING), closed_at=None))
        readers.end(KEY, state=state)
        assert close_run(settings, KEY, at("2026-11-20T07:09")).closed


def test_closing_again_changes_nothing(settings, readers, at):
    readers.end(KEY)
    close_run(settings, KEY, at("2026-11-20T07:09"))
    before = readers.run(KEY)
    assert close_run(settings, KEY, at("2026-11-20T08:00")).closed
    assert readers.run(KEY) == before


@pytest.mark.parametrize("table", [deliveries, exclusions])
def test_a_lost_row_keeps_it_open_and_is_logged(settings, readers, at, caplog, table):
    readers.end(KEY)
    lost = "ada" if table is deliveries else "cy"
    write(settings, table.delete().where(table.c.subscriber_id == readers.number(lost)))
    with caplog.at_level(logging.ERROR):
        closed = close_run(settings, KEY, at("2026-11-20T07:09"))
    assert not closed.closed
    assert "3 candidates" in closed.reason
    assert KEY in caplog.text
    assert readers.run(KEY)["state"] == "frozen"


def test_a_paused_run_of_which_nothing_is_left_is_done(settings, readers, at):
    readers.end(KEY)
    write(settings, runs.update().values(state=str(RunState.PAUSED), reason="too many refusals"))
    assert close_run(settings, KEY, at("2026-11-20T07:09")).closed
    assert readers.run(KEY)["state"] == "done"


def test_an_aborted_run_stays_aborted_and_is_over_with_its_last_mail(settings, readers, at):
    write(settings, runs.update().values(state=str(RunState.ABORTED)))
    assert not close_run(settings, KEY, at("2026-11-20T07:09")).closed
    readers.end(KEY)
    assert close_run(settings, KEY, at("2026-11-20T07:10")).closed
    assert readers.run(KEY)["state"] == "aborted"
    assert readers.run(KEY)["closed_at"] == at("2026-11-20T07:10")


def test_a_run_that_does_not_exist_is_named(settings, readers, at):
    with pytest.raises(UsageError, match="2026-11-20T09:00Z"):
        close_run(settings, "2026-11-20T09:00Z", at("2026-11-20T09:09"))


def test_the_last_mail_may_end_in_any_process(settings, readers, at):
    readers.end(KEY, "ada")
    assert not close_run(settings, KEY, at("2026-11-20T07:09")).closed
    write(settings, sa.update(deliveries).values(state="expired"))
    assert close_run(settings, KEY, at("2026-11-21T03:00")).closed
