"""What became of an attempt, and the rows that say so."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from broadsheet.mail.bulk import execute_many
from broadsheet.mail.outcomes import Consequence
from broadsheet.mail.schema import attempts, deliveries
from broadsheet.mail.states import State, SuppressionReason
from broadsheet.mail.transport import Outcome

_SETTLE = (
    deliveries.update()
    .where(
        deliveries.c.delivery_id == sa.bindparam("its_id"),
        deliveries.c.claim_epoch == sa.bindparam("its_epoch"),
        deliveries.c.state == sa.bindparam("was"),
    )
    .values(
        state=sa.bindparam("to_state"),
        next_attempt_at=sa.bindparam("again_at"),
        doubts=deliveries.c.doubts + sa.bindparam("more_doubts"),
        phase=sa.bindparam("at_phase"),
        code=sa.bindparam("its_code"),
        enhanced=sa.bindparam("its_enhanced"),
        reply=sa.bindparam("its_text"),
        queue_id=sa.bindparam("its_queue_id"),
        sha256=sa.func.coalesce(deliveries.c.sha256, sa.bindparam("its_sha256", type_=sa.String)),
        resolution=sa.bindparam("its_resolution"),
        updated_at=sa.bindparam("its_time"),
    )
)


_NOTE_ATTEMPT = attempts.insert().values(
    {name: sa.bindparam(name) for name in ("delivery_id", "attempt", "at", "event", "phase", "code", "text")}
)


class Settled(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of one attempt.

    ``text`` is the next hop's answer, or what happened instead of one; ``resolution`` one of a few phrases that say
    why it is over or how a doubt was settled. ``at`` is when it happened, if that is not when it is written down.
    """

    delivery_id: str
    attempt: int
    state: State
    next_attempt_at: datetime | None = None
    at: datetime | None = None
    phase: str | None = None
    code: int | None = None
    enhanced: str | None = None
    text: str | None = None
    queue_id: str | None = None
    sha256: str | None = None
    resolution: str | None = None
    suppress: SuppressionReason | None = None


def settled(
    delivery_id: str, attempt: int, outcome: Outcome, consequence: Consequence, sha256: str | None
) -> Settled:
    """The entry for an attempt with that outcome; ``sha256`` is of the mail if it was offered whole."""
    return Settled(
        delivery_id=delivery_id,
        attempt=attempt,
        state=consequence.state,
        next_attempt_at=consequence.next_attempt_at,
        phase=outcome.phase,
        code=outcome.code,
        enhanced=outcome.enhanced,
        text=outcome.reply or None,
        queue_id=outcome.queue_id,
        # Who certainly has no mail may get other bytes at the next attempt; who may have one, the same or none.
        sha256=sha256 if consequence.state in {State.ACCEPTED, State.IN_DOUBT} else None,
        suppress=consequence.suppress,
    )


def record(con: sa.Connection, epoch: int, entries: Sequence[Settled], now: datetime, was: State) -> None:
    """Write down what became of deliveries that ``epoch`` has in the state ``was``, and add the attempts' rows."""
    execute_many(
        con,
        _SETTLE,
        [
            {
                "its_id": one.delivery_id,
                "its_epoch": epoch,
                "was": was.value,
                "to_state": one.state.value,
                "again_at": one.next_attempt_at,
                "more_doubts": int(one.state is State.IN_DOUBT),
                "at_phase": one.phase,
                "its_code": one.code,
                "its_enhanced": one.enhanced,
                "its_text": one.text,
                "its_queue_id": one.queue_id,
                "its_sha256": one.sha256,
                "its_resolution": one.resolution,
                "its_time": one.at or now,
            }
            for one in entries
        ],
    )
    execute_many(
        con,
        _NOTE_ATTEMPT,
        [
            {
                "delivery_id": one.delivery_id,
                "attempt": one.attempt,
                "at": one.at or now,
                "event": one.state.value,
                "phase": one.phase,
                "code": one.code,
                "text": one.text or one.resolution,
            }
            for one in entries
        ],
    )
