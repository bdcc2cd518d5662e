"""A sender that must stop although more is due: what it leaves, and that nobody is lost by it."""

import os
import signal
import threading
import time
from datetime import timedelta

import pytest

from broadsheet.mail.database import open_database
from broadsheet.mail.errors import MailBusyError
from broadsheet.mail.guard import AWAY
from broadsheet.mail.journal import JournalError
from broadsheet.mail.ledger import FencedError, Shard, pause
from broadsheet.mail.locks import shard_lock
from broadsheet.mail.schema import shards, suppressions
from broadsheet.mail.sender import TERMINATED
from broadsheet.mail.states import RunState, State
from broadsheet.mail.transport import Phase
from mail.mailroom import Scripted, accepted, deferred, refused


def test_a_next_hop_that_is_away_is_not_asked_for_everybody(mailroom):
    room = mailroom(100)
    relay = Scripted(lambda _: deferred(Phase.CONNECT))
    report = room.send(relay, connections=4)
    assert report.stopped == AWAY
    assert len(relay.tried) <= 3 + 4
    assert sum(report.left.values()) == 100
    assert report.left[State.DEFERRED] == len(relay.tried)
    room.now += timedelta(minutes=1)
    assert room.send(Scripted()).done == {State.ACCEPTED: 100}


def test_too_many_refusals_by_policy_pause_the_run(mailroom):
    room = mailroom(100)
    relay = Scripted(lambda _: refused(Phase.MAIL, 550, "5.7.1"))
    report = room.send(relay, connections=2)
    assert report.run_state is RunState.PAUSED
    assert "refused by policy" in report.reason
    assert 20 <= len(relay.tried) < 100
    assert room.send(Scripted()).done == {}
    assert sum(room.states.values()) == 100


def test_a_next_hop_that_knows_hardly_anybody_pauses_the_run(mailroom):
    room = mailroom(100)
    report = room.send(Scripted(lambda _: refused(Phase.RCPT, 550, "5.1.1")), connections=2)
    assert report.run_state is RunState.PAUSED
    assert "mailboxes that are not known" in report.reason
    assert len(room.rows(suppressions)) < 25


def test_a_list_of_which_a_third_is_gone_is_sent(mailroom):
    room = mailroom(100)
    gone = {f"{number}@example.org" for number in range(1, 101, 3)}
    relay = Scripted(lambda who: refused(Phase.RCPT, 550, "5.1.1") if who in gone else accepted())
    assert room.send(relay, connections=1).done == {State.ACCEPTED: 66, State.FAILED: 34}


@pytest.mark.parametrize(("phase", "words"), [(Phase.LOGIN, "refuses the login"), (Phase.TLS, "no TLS")])
def test_a_next_hop_that_does_not_let_us_in_is_not_called_away(mailroom, phase, words):
    report = mailroom(20).send(Scripted(lambda _: refused(phase, 535, "5.7.8")), connections=1)
    assert words in report.stopped


def test_somebody_who_pauses_the_run_stops_the_sender(mailroom):
    room = mailroom(450)

    relay = Scripted()

    def stop(recipient):
        if len(relay.tried) == 1:
            room.do(lambda con: pause(con, room.run_key, "by hand"))
        return accepted()

    relay.answer = stop
    report = room.send(relay, connections=1)
    assert report.run_state is RunState.PAUSED
    assert report.left == {State.PENDING: 450 - report.done[State.ACCEPTED]}


def test_a_next_hop_that_knows_nobody_of_a_small_list_makes_nobody_suppressed(mailroom):
    room = mailroom(12)
    assert room.send(Scripted(lambda _: refused())).done == {State.FAILED: 12}
    assert room.rows(suppressions) == []


def test_a_second_sender_is_told_to_try_again(mailroom):
    room = mailroom(1)
    with (
        open_database(room.settings) as database,
        shard_lock(room.settings, database, Shard(room.run_key, 0)),
    ):
        began = time.monotonic()
        with pytest.raises(MailBusyError, match="is being sent by process"):
            room.send(Scripted())
        assert time.monotonic() - began < 5


def test_a_sender_that_was_taken_for_dead_begins_and_writes_nothing_more(mailroom):
    room = mailroom(2)
    taken_over = shards.update().where(shards.c.run_key == room.run_key).values(epoch=shards.c.epoch + 1)
    relay = Scripted(lambda _: (room.change(taken_over), accepted())[1])
    with pytest.raises(FencedError):
        room.send(relay, connections=1)
    assert len(relay.tried) == 1
    assert room.states == {"claimed": 2}


def test_without_a_journal_nothing_is_offered_and_the_run_is_paused(mailroom, monkeypatch):
    room = mailroom(3)

    def full(*_):
        raise JournalError("the disk is full")

    monkeypatch.setattr("broadsheet.mail.journal.Journal.dots", full)
    relay = Scripted()
    report = room.send(relay)
    assert relay.mails == []
    assert (report.run_state, report.reason) == (RunState.PAUSED, "the disk is full")
    assert room.states == {"pending": 3}


def test_sigterm_ends_what_is_under_way_and_leaves_the_rest(mailroom):
    room = mailroom(30)

    def told_to_end(recipient):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.05)
        return accepted()

    before = signal.getsignal(signal.SIGTERM)
    report = room.send(Scripted(told_to_end), connections=2)
    assert report.stopped == TERMINATED
    assert report.done[State.ACCEPTED] + report.left[State.PENDING] == 30
    assert {row["attempt"] for row in room.rows() if row["state"] == "pending"} == {0}
    assert signal.getsignal(signal.SIGTERM) is before
    assert room.send(Scripted()).left == {}
    assert room.told() == set(range(1, 31))


def test_a_thread_that_waits_for_an_answer_for_too_long_is_left_in_doubt(mailroom, monkeypatch):
    monkeypatch.setattr("broadsheet.mail.crew.GRACE_SECONDS", 0.2)
    room = mailroom(1)
    release = threading.Event()

    def never(_):
        os.kill(os.getpid(), signal.SIGTERM)
        release.wait(20)
        return accepted()

    class Slow(Scripted):
        def send(self, message, envelope, before_dot):
            before_dot()
            return never(envelope.recipient)

    assert room.send(Slow()).left == {State.CLAIMED: 1}
    assert room.send(Scripted()).done == {State.PRESUMED_ACCEPTED: 1} or room.states == {
        "presumed_accepted": 1
    }
    release.set()


def test_a_late_thread_sends_no_dot(mailroom, monkeypatch):
    monkeypatch.setattr("broadsheet.mail.crew.GRACE_SECONDS", 0.2)
    room = mailroom(1)
    release, ended = threading.Event(), threading.Event()

    class Slow(Scripted):
        def send(self, message, envelope, before_dot):
            os.kill(os.getpid(), signal.SIGTERM)
            release.wait(20)
            try:
                before_dot()
                self.mails.append((envelope.recipient, message.data))
            finally:
                ended.set()
            return accepted()

    slow = Slow()
    room.send(slow)
    relay = Scripted()
    room.send(relay)
    release.set()
    assert ended.wait(20)
    assert (len(slow.mails), len(relay.mails)) == (0, 1)


def test_an_error_in_a_thread_ends_the_sender_and_loses_nobody(mailroom):
    room = mailroom(5)

    def broken(_):
        raise RuntimeError("a fault of the transport")

    with pytest.raises(RuntimeError, match="a fault"):
        room.send(Scripted(broken))
    assert room.send(Scripted()).done == {State.ACCEPTED: 5}
