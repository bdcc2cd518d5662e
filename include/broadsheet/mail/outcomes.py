"""What an attempt's outcome means: for the delivery, for the address, and for the sender's pace."""

import hashlib
from datetime import datetime, timedelta

import msgspec

from broadsheet.mail.states import State, SuppressionReason
from broadsheet.mail.transport import Outcome, Phase, Result

BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""The longest wait after the first, second, … attempt; the last one goes for all that follow."""

_RELAY_PHASES = frozenset({Phase.CONNECT, Phase.TLS, Phase.LOGIN})
_LOGIN_CODES = frozenset({530, 534, 535, 538})  # RFC 4954: the server wants a login, or a better one
_NO_SUCH_MAILBOX_CODES = frozenset({550, 551, 553})
_ABOUT_THE_SENDER = frozenset({"5.1.7", "5.1.8"})  # RFC 3463 3.2: some servers say so only at RCPT
_MAILBOX_DISABLED = "5.2.1"


class Consequence(msgspec.Struct, frozen=True):
    """What follows from an attempt.

    ``next_attempt_at`` is set for ``deferred`` only. ``suppress``: why the address may not be written to any more.
    ``policy``: it was refused for what we are or send, not for who gets it; the circuit breaker counts these.
    ``relay_trouble``: it says nothing about this mail, the next one would have met the same. ``slow_down``: the
    next hop wants fewer mails.
    """

    state: State
    next_attempt_at: datetime | None = None
    suppress: SuppressionReason | None = None
    policy: bool = False
    relay_trouble: bool = False
    slow_down: bool = False


def judge(outcome: Outcome, attempt: int, now: datetime, delivery_id: str) -> Consequence:
    """What follows from the outcome of a delivery's ``attempt`` (from 1 on) at ``now`` (aware).

    Pure: the same arguments give the same time for the next attempt. It is drawn evenly from the whole wait (full
    jitter), so that mails which failed together do not come back together.
    """
    trouble = _is_relay_trouble(outcome)
    slow_down = outcome.code == 421 or (outcome.enhanced or "").startswith("4.7.")
    if outcome.result is Result.ACCEPTED:
        return Consequence(State.ACCEPTED)
    if outcome.result is Result.IN_DOUBT:
        return Consequence(State.IN_DOUBT)
    if outcome.result is Result.DEFERRED or trouble:
        again = now + _wait(attempt, delivery_id)
        return Consequence(State.DEFERRED, again, relay_trouble=trouble, slow_down=slow_down)
    if _is_hard_bounce(outcome):
        return Consequence(State.FAILED, suppress=SuppressionReason.HARD_BOUNCE)
    return Consequence(State.FAILED, policy=_is_policy(outcome))


def _is_relay_trouble(outcome: Outcome) -> bool:
    """Whether it is about the connection: no answer at all before the dot, or none to this mail."""
    return (
        outcome.phase in _RELAY_PHASES
        or outcome.code in _LOGIN_CODES
        or (outcome.result is Result.DEFERRED and outcome.code is None)
    )


def _is_hard_bounce(outcome: Outcome) -> bool:
    if outcome.phase is not Phase.RCPT or outcome.enhanced in _ABOUT_THE_SENDER:
        return False
    if outcome.enhanced is None:
        return outcome.code in _NO_SUCH_MAILBOX_CODES
    return outcome.enhanced.startswith("5.1.") or outcome.enhanced == _MAILBOX_DISABLED


def _is_policy(outcome: Outcome) -> bool:
    """5.2 to 5.6 at RCPT are about that mailbox or its server; anything else is about us."""
    about_the_recipient = outcome.phase is Phase.RCPT and (outcome.enhanced or "").startswith(
        ("5.2.", "5.3.", "5.4.", "5.6.")
    )
    return not about_the_recipient


def _wait(attempt: int, delivery_id: str) -> timedelta:
    longest = BACKOFF[min(max(attempt, 1), len(BACKOFF)) - 1]
    draw = hashlib.sha256(f"{delivery_id} {attempt}".encode()).digest()
    return longest * (int.from_bytes(draw[:4], "big") + 1) / 2**32
