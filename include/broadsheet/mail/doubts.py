"""Mails whose answer was lost: settled by evidence, else as the run's policy says, else by hand."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

import msgspec
import sqlalchemy as sa

from broadsheet.mail.database import Database
from broadsheet.mail.entries import Settled
from broadsheet.mail.ledger import Tenure, fold
from broadsheet.mail.schema import deliveries
from broadsheet.mail.states import Policy, State
from broadsheet.mail.transport import Evidence, Phase

MOST_DOUBTS = 3
"""A mail that was in flight at so many crashes or lost answers is not sent again by itself."""

FOUND = "the answer was lost; found where it was sent to"
NOT_FOUND = "the answer was lost; not found where it was sent to, so it is sent again"
PRESUMED = "the answer was lost; presumed accepted"
RESENT = "the answer was lost; sent again"
TOO_OFTEN = f"the answer was lost {MOST_DOUBTS} times; decide by hand"

Lookup = Callable[[str, str, datetime], Evidence]
"""What is known of a delivery: asked with its id, its kind and the time it was offered at."""


class Doubt(msgspec.Struct, frozen=True):
    """One delivery in doubt.

    ``updated_at`` is when it was offered or, if that is not known, when it was claimed; it is sent again at
    ``next_attempt_at`` at the earliest.
    """

    delivery_id: str
    kind: str
    attempt: int
    doubts: int
    updated_at: datetime
    next_attempt_at: datetime | None
    deadline_at: datetime


def settle_doubts(
    database: Database, tenure: Tenure, policy: Policy, now: datetime, lookup: Lookup
) -> Counter[State]:
    """Settle a shard's doubts, but for those whose evidence is still to come; counts what they ended in.

    Raises:
        FencedError: another sender has taken the shard over.
        MailError: the mail database cannot be used.
    """
    query = sa.select(*(deliveries.c[name] for name in Doubt.__struct_fields__)).where(
        tenure.shard.of(deliveries), deliveries.c.state == State.IN_DOUBT
    )
    with database.read() as con:
        doubts = [Doubt(**row) for row in con.execute(query).mappings()]
    entries = [_entry(doubt, settled) for doubt in doubts if (settled := _settle(doubt, policy, now, lookup))]
    if entries:
        with database.write() as con:
            fold(con, tenure, entries, now, was=State.IN_DOUBT)
    return Counter(entry.state for entry in entries)


def _settle(doubt: Doubt, policy: Policy, now: datetime, lookup: Lookup) -> tuple[State, str] | None:
    """What a doubt ends in and why; None while its evidence is still to come and there is time."""
    evidence = (
        Evidence.UNKNOWN
        if policy is Policy.PRESUME
        else lookup(doubt.delivery_id, doubt.kind, doubt.updated_at)
    )
    if evidence is Evidence.ABSENT and doubt.next_attempt_at is not None and now < doubt.next_attempt_at:
        evidence = Evidence.LATER
    if evidence is Evidence.LATER and now < doubt.deadline_at:
        return None
    if evidence is Evidence.ACCEPTED:
        return State.ACCEPTED, FOUND
    if doubt.doubts >= MOST_DOUBTS:
        return State.QUARANTINED, TOO_OFTEN
    if evidence is Evidence.ABSENT:
        return State.PENDING, NOT_FOUND
    if policy is Policy.RESEND:
        return State.PENDING, RESENT
    return State.PRESUMED_ACCEPTED, PRESUMED


def _entry(doubt: Doubt, settled: tuple[State, str]) -> Settled:
    state, words = settled
    return Settled(
        delivery_id=doubt.delivery_id,
        attempt=doubt.attempt,
        state=state,
        phase=Phase.DOT,
        resolution=words,
    )
