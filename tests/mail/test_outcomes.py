"""What follows from an attempt."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.mail.outcomes import BACKOFF, Consequence, judge
from broadsheet.mail.states import State, SuppressionReason
from broadsheet.mail.transport import Outcome, Phase, Result

NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
ID = "0" * 32
GONE = Consequence(State.FAILED, suppress=SuppressionReason.HARD_BOUNCE)
POLICY = Consequence(State.FAILED, policy=True)
FAILED = Consequence(State.FAILED)


def judged(result, phase, code=None, enhanced=None, attempt=1):
    return judge(Outcome(Result(result), Phase(phase), code, enhanced), attempt, NOW, ID)


@pytest.mark.parametrize(
    ("phase", "code", "enhanced", "consequence"),
    [
        ("rcpt", 550, "5.1.1", GONE),
        ("rcpt", 550, "5.1.2", GONE),
        ("rcpt", 550, "5.1.3", GONE),
        ("rcpt", 556, "5.1.10", GONE),
        ("rcpt", 550, "5.2.1", GONE),
        ("rcpt", 550, None, GONE),
        ("rcpt", 551, None, GONE),
        ("rcpt", 553, None, GONE),
        ("rcpt", 550, "5.1.7", POLICY),  # what is wrong is the sender's address
        ("rcpt", 550, "5.1.8", POLICY),
        ("rcpt", 550, "5.7.1", POLICY),
        ("rcpt", 554, "5.7.1", POLICY),
        ("rcpt", 554, None, POLICY),
        ("rcpt", 550, "5.0.0", POLICY),
        ("rcpt", 552, "5.2.2", FAILED),
        ("rcpt", 550, "5.2.3", FAILED),
        ("rcpt", 550, "5.4.4", FAILED),
        ("rcpt", None, "5.6.7", FAILED),
        ("mail", 550, "5.1.1", POLICY),
        ("mail", 550, "5.7.1", POLICY),
        ("mail", 553, None, POLICY),
        ("data", 554, None, POLICY),
        ("dot", 550, "5.7.1", POLICY),
        ("dot", 550, "5.1.1", POLICY),
        ("dot", 554, "5.6.0", POLICY),
        ("dot", 550, "5.7.515", POLICY),
    ],
)
def test_a_refusal_is_about_the_address_about_us_or_about_neither(phase, code, enhanced, consequence):
    assert judged("refused", phase, code, enhanced) == consequence


def test_what_was_taken_or_may_have_been_is_not_tried_again():
    assert judged("accepted", "dot", 250) == Consequence(State.ACCEPTED)
    assert judged("in_doubt", "dot") == Consequence(State.IN_DOUBT)


@pytest.mark.parametrize(
    ("result", "phase", "code", "enhanced"),
    [
        ("deferred", "connect", None, None),
        ("deferred", "connect", 554, "5.7.1"),
        ("deferred", "connect", 421, "4.7.0"),
        ("deferred", "tls", None, None),
        ("deferred", "login", 535, "5.7.8"),
        ("deferred", "login", None, None),
        ("refused", "mail", 530, "5.7.0"),
        ("refused", "mail", 535, None),
        ("deferred", "mail", None, None),
        ("deferred", "rcpt", None, None),
        ("deferred", "body", None, None),
    ],
)
def test_the_relays_trouble_is_nobodys_fault(result, phase, code, enhanced):
    consequence = judged(result, phase, code, enhanced)
    assert consequence.state is State.DEFERRED
    assert consequence.relay_trouble
    assert consequence.suppress is None
    assert not consequence.policy


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(
    ("code", "enhanced", "slow_down"),
    [
        (450, "4.2.0", False),
        (451, None, False),
        (452, "4.2.2", False),
        (450, "4.7.1", True),
        (451, "4.7.650", True),
        (421, None, True),
        (421, "4.3.2", True),
    ],
)
def test_4xx_waits_and_some_of_it_means_too_fast(phase, code, enhanced, slow_down):
    consequence = judged("deferred", phase, code, enhanced)
    assert consequence.state is State.DEFERRED
    assert consequence.slow_down is slow_down
    assert not consequence.relay_trouble


def test_the_waits():
    assert [wait / timedelta(minutes=1) for wait in BACKOFF] == [1, 5, 15, 60, 240]


@given(st.integers(1, 50), st.uuids())
def test_the_next_attempt_is_drawn_from_the_whole_wait(attempt, identity):
    outcome = Outcome(Result.DEFERRED, Phase.RCPT, 450)
    at = judge(outcome, attempt, NOW, identity.hex).next_attempt_at
    assert NOW < at <= NOW + BACKOFF[min(attempt, 5) - 1]
    assert at == judge(outcome, attempt, NOW, identity.hex).next_attempt_at


def test_mails_that_failed_together_do_not_come_back_together():
    outcome = Outcome(Result.DEFERRED, Phase.RCPT, 450)
    waits = sorted(
        (judge(outcome, 5, NOW, f"{n:032x}").next_attempt_at - NOW) / BACKOFF[4] for n in range(1000)
    )
    assert all(abs(wait - (n + 0.5) / 1000) < 0.06 for n, wait in enumerate(waits))
    assert len(set(waits)) == 1000
    first, second = (judge(outcome, attempt, NOW, ID).next_attempt_at for attempt in (5, 6))
    assert first != second


@given(
    st.sampled_from(Result),
    st.sampled_from(Phase),
    st.none() | st.integers(200, 599),
    st.none() | st.from_regex(r"[245]\.[0-7]\.[0-9]{1,2}", fullmatch=True),
)
def test_only_who_is_asked_for_is_suppressed_and_only_waiting_has_a_time(result, phase, code, enhanced):
    consequence = judge(Outcome(result, phase, code, enhanced), 1, NOW, ID)
    assert (consequence.next_attempt_at is not None) == (consequence.state is State.DEFERRED)
    if consequence.suppress or consequence.policy:
        assert consequence.state is State.FAILED
        assert result is Result.REFUSED
    if consequence.suppress:
        assert phase is Phase.RCPT
