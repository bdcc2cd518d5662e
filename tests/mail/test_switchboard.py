"""A sender whose mails go to a relay: many lines in one thread, each in its own trouble."""

import os
import signal
import time
from datetime import timedelta

import pytest

from broadsheet.mail import ledger, subscribers
from broadsheet.mail.clerk import Clerk
from broadsheet.mail.consent import Act
from broadsheet.mail.guard import AWAY
from broadsheet.mail.journal import JournalError, journals, read_journal
from broadsheet.mail.ledger import FencedError
from broadsheet.mail.schema import shards
from broadsheet.mail.sender import TERMINATED
from broadsheet.mail.states import RunState, State
from broadsheet.sample.mishaps import Mishap, Stage
from broadsheet.sample.relay import SampleRelay


@pytest.fixture
def relay(tmp_path):
    with SampleRelay(tmp_path / "accepted.log") as relay:
        yield relay


@pytest.fixture
def room(mailroom, relay):
    """A frozen run whose mails go to the relay."""
    return lambda readers, **changed: mailroom(readers, smtp_url=relay.url, **changed)


def recipients(relay):
    return sorted(taken.recipient for taken in relay.accepted())


def everybody(readers):
    return sorted(f"{number}@example.org" for number in range(1, readers + 1))


@pytest.mark.parametrize("connections", [1, 8, 40])
def test_everybody_gets_one_mail_over_however_many_lines(room, relay, connections):
    report = room(30, connections=connections).send()
    assert (report.done, report.left) == ({State.ACCEPTED: 30}, {})
    assert recipients(relay) == everybody(30)


def test_more_than_a_batch_goes_out_and_lines_are_renewed(room, relay):
    assert room(450, connections=2).send().done == {State.ACCEPTED: 450}
    assert recipients(relay) == everybody(450)


def test_mails_that_wait_for_their_dots_share_a_flush(room, relay, monkeypatch):
    flushed, real = [], Clerk.intend
    monkeypatch.setattr(
        Clerk, "intend", lambda clerk, offers: (flushed.append(len(offers)), real(clerk, offers))[1]
    )
    relay.mishaps.add(Mishap(at=Stage.DOT, delay=0.02))
    room(64, connections=8).send()
    assert sum(flushed) == 64
    assert max(flushed) > 1


def test_a_line_that_waits_holds_no_other_up(room, relay):
    relay.mishaps.add(Mishap(at=Stage.DATA, delay=2.0, times=1))
    began = time.monotonic()
    report = room(60, connections=3).send()
    assert report.done == {State.ACCEPTED: 60}
    times = [taken.at for taken in relay.accepted()]
    assert sum(at < min(times) + timedelta(seconds=1.5) for at in times) >= 59
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    ("stage", "reply", "state"),
    [
        (Stage.MAIL, "451 4.3.0 later", State.DEFERRED),
        (Stage.RCPT, "550 5.1.1 no", State.FAILED),
        (Stage.DATA, "451 4.3.0 later", State.DEFERRED),
        (Stage.DOT, "554 5.6.0 no", State.FAILED),
    ],
)
def test_what_is_refused_is_that_mails_alone(room, relay, stage, reply, state):
    relay.mishaps.add(Mishap(at=stage, reply=reply, times=1))
    place = room(12, connections=2)
    assert place.send().done == {state: 1, State.ACCEPTED: 11}
    (file,) = journals(place.settings.journal_path, place.run_key, 0)
    records = read_journal(file.path).records
    kinds = [record.kind for record in records]
    assert kinds.count("D") == 11 + (stage is Stage.DOT)
    assert kinds.count("X") == (stage is not Stage.DOT)


def test_a_lost_answer_leaves_that_mail_in_doubt(room, relay):
    relay.mishaps.add(Mishap(at=Stage.DOT, close=True, accept=True, times=1))
    place = room(12, connections=2, in_doubt="presume")
    assert place.send().done == {State.PRESUMED_ACCEPTED: 1, State.ACCEPTED: 11}
    assert recipients(relay) == everybody(12)


def test_a_relay_that_is_away_is_not_asked_for_everybody(room, relay, tmp_path):
    place = room(100, connections=4)
    with relay.going_wrong(Mishap(at=Stage.CONNECT, close=True)):
        report = place.send()
    assert report.stopped == AWAY
    assert report.left[State.DEFERRED] <= 3 + 4
    place.now += timedelta(minutes=1)
    assert place.send().done == {State.ACCEPTED: 100}


def test_without_a_journal_nothing_is_offered_and_the_run_is_paused(room, relay, monkeypatch):
    def full(*_):
        raise JournalError("the disk is full")

    monkeypatch.setattr("broadsheet.mail.journal.Journal.dots", full)
    place = room(3)
    report = place.send()
    assert (report.run_state, report.reason) == (RunState.PAUSED, "the disk is full")
    assert place.states == {"pending": 3}
    assert relay.accepted() == ()


def test_told_to_end_it_waits_for_what_is_under_way(room, relay, monkeypatch):
    real = Clerk.intend

    def told_to_end(clerk, offers):
        real(clerk, offers)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Clerk, "intend", told_to_end)
    relay.mishaps.add(Mishap(at=Stage.DOT, delay=0.1))
    place = room(30, connections=2)
    report = place.send()
    assert report.stopped == TERMINATED
    assert report.done[State.ACCEPTED] == len(relay.accepted()) < 30
    assert report.left == {State.PENDING: 30 - len(relay.accepted())}
    monkeypatch.undo()
    assert place.send().left == {}
    assert recipients(relay) == everybody(30)


def test_an_answer_that_does_not_come_in_time_is_hung_up_on_and_left_in_doubt(room, relay, monkeypatch):
    monkeypatch.setattr("broadsheet.mail.crew.GRACE_SECONDS", 0.2)
    real = Clerk.intend

    def told_to_end(clerk, offers):
        real(clerk, offers)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Clerk, "intend", told_to_end)
    relay.mishaps.add(Mishap(at=Stage.DOT, delay=20, times=1))
    place = room(1, in_doubt="presume")
    began = time.monotonic()
    assert place.send().left == {State.CLAIMED: 1}
    assert time.monotonic() - began < 10
    assert place.send().done == {} or place.states == {"presumed_accepted": 1}
    assert place.states == {"presumed_accepted": 1}


def test_a_mail_that_is_late_to_its_dot_sends_none(room, relay, monkeypatch):
    monkeypatch.setattr("broadsheet.mail.crew.GRACE_SECONDS", 0.2)
    relay.mishaps.add(Mishap(at=Stage.DATA, delay=1.0, times=1))
    real = Clerk.prepare

    def told_to_end(clerk, claimed, refusal):
        os.kill(os.getpid(), signal.SIGTERM)
        return real(clerk, claimed, refusal)

    monkeypatch.setattr(Clerk, "prepare", told_to_end)
    place = room(1, in_doubt="presume")
    assert place.send().left == {State.CLAIMED: 1}
    monkeypatch.undo()
    assert place.send().done == {State.ACCEPTED: 1}
    assert recipients(relay) == everybody(1)


def test_who_unsubscribes_in_mid_run_gets_nothing_that_was_not_begun(room, monkeypatch, relay):
    place = room(3, connections=1)
    real = Clerk.conclude

    def leave(clerk, offer, outcome):
        place.do(lambda con: subscribers.unsubscribe(con, place.numbers[3], Act(place.now, "web")))
        return real(clerk, offer, outcome)

    monkeypatch.setattr(Clerk, "conclude", leave)
    place.send()
    assert place.row(3)["resolution"] == "unsubscribed"
    assert recipients(relay) == everybody(2)


def test_a_sender_that_was_taken_for_dead_begins_and_writes_nothing_more(room, monkeypatch, relay):
    place = room(3, connections=1)
    taken_over = shards.update().where(shards.c.run_key == place.run_key).values(epoch=shards.c.epoch + 1)
    real = Clerk.conclude
    monkeypatch.setattr(
        Clerk,
        "conclude",
        lambda clerk, offer, outcome: (place.change(taken_over), real(clerk, offer, outcome))[1],
    )
    with pytest.raises(FencedError):
        place.send()
    assert place.states == {"claimed": 3}
    assert len(relay.accepted()) == 1


def test_an_error_ends_the_sender_and_loses_nobody(room, monkeypatch, relay):
    def broken(*_):
        raise RuntimeError("a fault of the composer")

    place = room(5)
    with monkeypatch.context() as patch:
        patch.setattr(Clerk, "prepare", broken)
        with pytest.raises(RuntimeError, match="a fault"):
            place.send()
    assert place.send().done == {State.ACCEPTED: 5}
    assert recipients(relay) == everybody(5)


def test_mails_wait_for_their_turn(room, relay):
    place = room(6)
    began = time.monotonic()
    assert place.send(rate_per_second=5.0).done == {State.ACCEPTED: 6}
    assert time.monotonic() - began > 0.8


def test_somebody_who_pauses_the_run_stops_the_sender(room, relay, monkeypatch):
    place = room(450, connections=2)
    real, paused = Clerk.conclude, []

    def pause(clerk, offer, outcome):
        if not paused:
            paused.append(place.do(lambda con: ledger.pause(con, place.run_key, "by hand")))
        return real(clerk, offer, outcome)

    monkeypatch.setattr(Clerk, "conclude", pause)
    report = place.send()
    assert report.run_state is RunState.PAUSED
    assert report.left == {State.PENDING: 450 - len(relay.accepted())}
