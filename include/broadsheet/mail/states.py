"""Where subscribers, runs and deliveries stand, and what is meant by it."""

from enum import StrEnum


class SubscriberState(StrEnum):
    """``pending`` has not confirmed yet and gets nothing; ``erased`` is a number without an address."""

    PENDING = "pending"
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    ERASED = "erased"


class RunKind(StrEnum):
    """What a run sends: digests to those due in a slot, or a letter that somebody waits for."""

    DIGEST = "digest"
    LETTER = "letter"


class RunState(StrEnum):
    """``building`` until audience and content are frozen; ``paused`` by the circuit breaker or by hand."""

    BUILDING = "building"
    FROZEN = "frozen"
    SENDING = "sending"
    PAUSED = "paused"
    DONE = "done"
    ABORTED = "aborted"


GOING_RUNS = (RunState.FROZEN, RunState.SENDING)
"""Those that a sender may take up."""
OPEN_RUNS = (RunState.BUILDING, RunState.FROZEN, RunState.SENDING, RunState.PAUSED)


class State(StrEnum):
    """Where a delivery stands.

    ``claimed``: a sender has it in hand. ``deferred``: it certainly was not taken, it is tried again at its time.
    ``in_doubt``: the final dot may have gone out and no answer is known. Everything from ``accepted`` on is
    terminal: ``accepted`` by the next hop, by its answer or by evidence; ``presumed_accepted`` by policy;
    ``suppressed`` because the address may not be written to; ``failed`` for good; ``expired`` at its deadline;
    ``aborted`` by hand; ``quarantined`` because senders crashed over it too often.
    """

    PENDING = "pending"
    CLAIMED = "claimed"
    DEFERRED = "deferred"
    IN_DOUBT = "in_doubt"
    ACCEPTED = "accepted"
    PRESUMED_ACCEPTED = "presumed_accepted"
    SUPPRESSED = "suppressed"
    FAILED = "failed"
    EXPIRED = "expired"
    ABORTED = "aborted"
    QUARANTINED = "quarantined"


OPEN = (State.PENDING, State.CLAIMED, State.DEFERRED, State.IN_DOUBT)
DELIVERED = (State.ACCEPTED, State.PRESUMED_ACCEPTED)
TERMINAL = tuple(state for state in State if state not in OPEN)


class Reason(StrEnum):
    """Why somebody who was due got no delivery."""

    NOTHING_NEW = "nothing_new"
    NO_MATCH = "no_match"
    SUPPRESSED = "suppressed"
    NOT_ALLOWED = "not_allowed"
    NO_CHANNEL = "no_channel"
    MISSED = "missed"


class Policy(StrEnum):
    """What is done about a mail whose outcome is in doubt.

    ``verify``: look for evidence, and without any presume that it was accepted. ``presume``: presume so at once.
    ``resend``: look for evidence, and without any send the same bytes again.
    """

    VERIFY = "verify"
    PRESUME = "presume"
    RESEND = "resend"


class SuppressionReason(StrEnum):
    """Why an address may not be written to."""

    HARD_BOUNCE = "hard_bounce"
    SOFT_BOUNCES = "soft_bounces"
    COMPLAINT = "complaint"
    ERASED = "erased"
    MANUAL = "manual"
