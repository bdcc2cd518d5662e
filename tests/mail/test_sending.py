"""A shard is sent: once to everybody, whatever is answered, with the counts right."""

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from broadsheet.errors import TryAgainError
from broadsheet.mail import subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.errors import MailBusyError
from broadsheet.mail.guard import AWAY
from broadsheet.mail.journal import JournalError, journals, read_journal
from broadsheet.mail.ledger import FencedError, Shard, pause
from broadsheet.mail.locks import shard_lock
from broadsheet.mail.schema import deliveries, runs, shards, suppressions
from broadsheet.mail.sender import TERMINATED
from broadsheet.mail.states import RunState, State
from broadsheet.mail.transport import Evidence, Phase
from mail.mailroom import Scripted, accepted, deferred, lost, refused


def test_everybody_gets_one_mail(mailroom):
    room, relay = mailroom(5), Scripted()
    report = room.send(relay)
    assert sorted(recipient for recipient, _ in relay.mails) == [f"{n}@example.org" for n in range(1, 6)]
    assert (report.done, report.left, report.run_state) == ({State.ACCEPTED: 5}, {}, RunState.SENDING)
    assert room.told() == {1, 2, 3, 4, 5}
    row = room.row(1)
    assert (row["attempt"], row["code"], row["queue_id"], row["phase"]) == (1, 250, "Q1", "dot")
    assert room.history(1) == ["accepted"]


def test_sending_again_sends_nothing(mailroom):
    room = mailroom()
    room.send(Scripted())
    again = Scripted()
    assert room.send(again).done == {}
    assert again.tried == []


def test_more_than_a_batch_is_sent_once(mailroom):
    room, relay = mailroom(450), Scripted()
    assert room.send(relay).done == {State.ACCEPTED: 450}
    assert len({recipient for recipient, _ in relay.mails}) == len(relay.mails) == 450


def test_what_is_deferred_comes_again_at_its_time_with_the_same_bytes(mailroom):
    room = mailroom(1)
    first = Scripted(lambda _: deferred(Phase.DOT))
    report = room.send(first)
    assert report.left == {State.DEFERRED: 1}
    assert room.now < report.next_attempt_at <= room.now + timedelta(minutes=1)
    assert room.told() == set()
    early = Scripted()
    assert room.send(early).done == {}
    room.now = report.next_attempt_at
    second = Scripted()
    assert room.send(second).done == {State.ACCEPTED: 1}
    assert second.mails == first.mails
    assert room.row(1)["attempt"] == 2
    assert room.history(1) == ["deferred", "accepted"]


def test_an_address_that_does_not_exist_is_not_written_to_again(mailroom):
    room = mailroom(2)
    relay = Scripted(lambda to: refused() if to.startswith("1@") else accepted())
    assert room.send(relay).done == {State.FAILED: 1, State.ACCEPTED: 1}
    assert room.suppressed == {"hard_bounce"}
    assert room.told() == {2}


def test_a_refusal_by_policy_suppresses_nobody(mailroom):
    room = mailroom(1)
    assert room.send(Scripted(lambda _: refused(Phase.DOT, 554, "5.7.1"))).done == {State.FAILED: 1}
    assert room.suppressed == set()


def test_what_could_not_be_sent_in_time_is_given_up(mailroom):
    room = mailroom(1)
    room.send(Scripted(lambda _: deferred()))
    room.now += timedelta(hours=20)
    late = Scripted()
    report = room.send(late)
    assert (late.tried, report.left, room.states) == ([], {}, {"expired": 1})
    assert room.row(1)["resolution"] == "its deadline passed"
    assert room.history(1) == ["deferred", "expired"]
    assert room.told() == set()


def test_a_deadline_counts_until_the_mail_begins(mailroom):
    room = mailroom(3)

    def slow(_):
        room.now += timedelta(hours=20)
        return accepted()

    room.send(Scripted(slow), connections=1)
    assert room.states == {"accepted": 1, "expired": 2}


def test_who_unsubscribes_in_mid_run_gets_nothing_that_was_not_begun(mailroom):
    room = mailroom(3)

    def leave(recipient):
        room.do(lambda con: subscribers.unsubscribe(con, room.numbers[3], Act(room.now, "web")))
        return accepted()

    relay = Scripted(leave)
    room.send(relay, connections=1)
    assert relay.tried == ["1@example.org", "2@example.org"]
    assert room.row(3)["state"] == "suppressed"
    assert room.row(3)["resolution"] == "unsubscribed"
    assert room.told() == {1, 2}


@pytest.mark.parametrize("forget", [subscribers.erase, subscribers.suppress])
def test_who_is_forgotten_or_suppressed_in_mid_run_gets_nothing(mailroom, forget):
    room = mailroom(2)

    def leave(recipient):
        room.do(lambda con: forget(con, room.numbers[2], Act(room.now, "cli")))
        return accepted()

    relay = Scripted(leave)
    room.send(relay, connections=1)
    assert relay.tried == ["1@example.org"]
    assert room.row(2)["state"] == "suppressed"


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


def test_who_is_not_allowed_any_more_in_mid_run_gets_nothing(mailroom):
    room = mailroom(3)
    relay = Scripted()
    room.send(relay, connections=1, recipients_allow=("2@*",))
    assert relay.tried == ["2@example.org"]
    assert room.states == {"accepted": 1, "suppressed": 2}
    assert "recipients_allow" in room.row(1)["resolution"]
    assert room.told() == {2}


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


@pytest.mark.parametrize(
    ("policy", "evidence", "state", "copies"),
    [
        ("verify", Evidence.ACCEPTED, "accepted", 1),
        ("verify", Evidence.UNKNOWN, "presumed_accepted", 1),
        ("presume", Evidence.ABSENT, "presumed_accepted", 1),
        ("resend", Evidence.ACCEPTED, "accepted", 1),
        ("verify", Evidence.ABSENT, "accepted", 2),
        ("resend", Evidence.UNKNOWN, "accepted", 2),
    ],
)
def test_a_lost_answer_is_settled_by_evidence_else_by_policy(mailroom, policy, evidence, state, copies):
    room = mailroom(1, in_doubt=policy)
    answers = [lost(), accepted()]
    relay = Scripted(lambda _: answers.pop(0), evidence)
    report = room.send(relay)
    assert room.row(1)["state"] == state
    assert report.done == {State(state): 1}
    assert len(relay.mails) == copies
    assert len(set(relay.mails)) == 1
    assert room.told() == {1}
    assert bool(relay.asked) == (policy != "presume")
    assert "answer was lost" in room.row(1)["resolution"] if copies == 1 else "in_doubt" in room.history(1)


def test_evidence_that_is_still_to_come_is_waited_for_until_the_deadline(mailroom):
    room = mailroom(1)
    relay = Scripted(lambda _: lost(), Evidence.LATER)
    assert room.send(relay).left == {State.IN_DOUBT: 1}
    room.now += timedelta(hours=19, minutes=54)
    assert room.send(relay).left == {State.IN_DOUBT: 1}
    room.now += timedelta(minutes=1)
    assert room.send(relay).left == {}
    assert room.row(1)["state"] == "presumed_accepted"


@pytest.mark.parametrize("policy", ["verify", "resend"])
def test_a_mail_whose_answer_is_always_lost_is_left_to_somebody(mailroom, policy):
    room = mailroom(1, in_doubt=policy)
    relay = Scripted(lambda _: lost(), Evidence.ABSENT)
    room.send(relay)
    assert len(relay.mails) == 3
    assert room.row(1)["state"] == "quarantined"
    assert room.told() == set()


def test_a_mail_that_would_not_be_the_same_is_not_sent_again(mailroom):
    room = mailroom(1)
    room.send(Scripted(lambda _: lost(), Evidence.LATER))
    room.now += timedelta(minutes=1)
    other = Scripted(evidence=Evidence.ABSENT)
    room.send(other, digest_from="Somebody else <else@example.net>")
    assert other.tried == []
    assert room.row(1)["state"] == "quarantined"


def test_a_mail_that_was_certainly_not_taken_may_be_another_the_next_time(mailroom):
    room = mailroom(1)
    room.send(Scripted(lambda _: deferred(Phase.DOT)))
    room.now += timedelta(minutes=1)
    assert room.send(Scripted(), digest_from="Else <else@example.net>").done == {State.ACCEPTED: 1}


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


def test_the_journal_has_a_record_before_the_dot_and_after_the_answer(mailroom):
    room = mailroom(1)
    place = room.settings.journal_path

    def look(_):
        (file,) = journals(place, room.run_key, 0)
        before.extend(record.kind for record in read_journal(file.path).records)
        return accepted()

    before = []
    relay = Scripted(look)
    room.send(relay)
    (file,) = journals(place, room.run_key, 0)
    assert before == []
    assert [record.kind for record in read_journal(file.path).records] == ["D", "R"]


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


def test_mails_wait_for_their_turn(mailroom):
    room = mailroom(6)
    began = time.monotonic()
    room.send(Scripted(), rate_per_second=5.0)
    assert time.monotonic() - began > 0.8
    assert room.states == {"accepted": 6}


def test_an_error_in_a_thread_ends_the_sender_and_loses_nobody(mailroom):
    room = mailroom(5)

    def broken(_):
        raise RuntimeError("a fault of the transport")

    with pytest.raises(RuntimeError, match="a fault"):
        room.send(Scripted(broken))
    assert room.send(Scripted()).done == {State.ACCEPTED: 5}


def test_a_run_that_is_not_open_is_left_alone(mailroom):
    room = mailroom(1)
    room.change(sa.update(runs).values(state="aborted", reason="by hand"))
    relay = Scripted()
    report = room.send(relay)
    assert (relay.tried, report.run_state, report.reason) == ([], RunState.ABORTED, "by hand")
    assert room.rows(deliveries)[0]["state"] == "pending"


def test_a_database_that_goes_away_is_try_again_and_loses_nobody(mailroom, request):
    room = mailroom(300)
    if not room.settings.database_url:
        pytest.skip("a file does not go away")
    server = request.getfixturevalue("postgresql_server")
    relay = Scripted()

    def restart(recipient):
        if len(relay.tried) == 250:
            server.restart()
        return accepted()

    relay.answer = restart
    with pytest.raises(TryAgainError):
        room.send(relay, connections=2)
    room.send(relay)
    assert sorted(to for to, _ in relay.mails) == sorted(f"{n}@example.org" for n in range(1, 301))
    assert set(room.states) <= {"accepted", "presumed_accepted"}
    assert sum(room.states.values()) == 300
