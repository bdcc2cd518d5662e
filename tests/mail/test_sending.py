"""A shard is sent: once to everybody, whatever is answered, with the counts right."""

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from broadsheet.errors import TryAgainError
from broadsheet.mail import subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.journal import journals, read_journal
from broadsheet.mail.schema import deliveries, runs
from broadsheet.mail.states import RunState, State
from broadsheet.mail.transport import Phase
from mail.mailroom import Scripted, accepted, deferred, refused


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


def test_who_is_not_allowed_any_more_in_mid_run_gets_nothing(mailroom):
    room = mailroom(3)
    relay = Scripted()
    room.send(relay, connections=1, recipients_allow=("2@*",))
    assert relay.tried == ["2@example.org"]
    assert room.states == {"accepted": 1, "suppressed": 2}
    assert "recipients_allow" in room.row(1)["resolution"]
    assert room.told() == {2}


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


def test_mails_wait_for_their_turn(mailroom):
    room = mailroom(6)
    began = time.monotonic()
    room.send(Scripted(), rate_per_second=5.0)
    assert time.monotonic() - began > 0.8
    assert room.states == {"accepted": 6}


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
