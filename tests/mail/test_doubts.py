"""Answers that were lost: settled by evidence, else as the policy says, and never with other bytes."""

from datetime import timedelta

import pytest

from broadsheet.mail.states import State
from broadsheet.mail.transport import Evidence, Phase
from mail.mailroom import Scripted, accepted, deferred, lost


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
