"""The ledger at sending: who is claimed by which sender, and what became of each attempt.

A sender works on one shard of a run and holds an epoch of it, a number that the next sender raises. Every change is
made under the shard's row and for the epoch that still holds it, so that a sender which was taken for dead changes
nothing any more. All times are aware, UTC.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from broadsheet.mail.bulk import UPSERTS
from broadsheet.mail.entries import Settled, record
from broadsheet.mail.errors import MailBusyError
from broadsheet.mail.schema import (
    ITS_BOARDS,
    attempts,
    deliveries,
    runs,
    selection_boards,
    shards,
    subscribers,
    suppressions,
    told,
)
from broadsheet.mail.states import (
    DELIVERED,
    GOING_RUNS,
    OPEN,
    RunKind,
    RunState,
    State,
    SubscriberState,
    SuppressionReason,
)
from broadsheet.mail.suppressions import Suppression, suppress

FOUND_BY = "sender"
"""The source of suppressions that a mail server's answer led to."""

EXPIRED = "its deadline passed"

_AT_ONCE = 500
"""So many deliveries one statement names: databases bound how many values it may, and journals may know of more."""


class FencedError(MailBusyError):
    """Another sender has taken the shard over."""


class Shard(NamedTuple):
    """One part of a run."""

    run_key: str
    number: int

    def of(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """The rows of ``table`` that are this shard's."""
        return sa.and_(table.c.run_key == self.run_key, table.c.shard == self.number)


class Tenure(NamedTuple):
    """A sender's hold on a shard: only the newest epoch of it may change anything."""

    shard: Shard
    epoch: int


class Claimed(msgspec.Struct, frozen=True, gc=False):
    """One delivery in a sender's hand. ``attempt`` counts from 1; ``sha256`` is set once it was offered whole."""

    delivery_id: str
    subscriber_id: int
    generation: int
    address: str
    address_hash: str
    selection_id: int
    attempt: int
    sha256: str | None
    deadline_at: datetime


_EPOCH = sa.select(shards.c.epoch).where(
    shards.c.run_key == sa.bindparam("its_run"), shards.c.shard == sa.bindparam("its_shard")
)
_EPOCH_HELD = _EPOCH.with_for_update()


def hold(con: sa.Connection, tenure: Tenure) -> None:
    """Make sure that the shard is still held by that epoch, until this transaction ends.

    Raises:
        FencedError: another sender has begun since.
    """
    _check(con, tenure, _EPOCH_HELD)


def _check(con: sa.Connection, tenure: Tenure, epoch: sa.Select[Any]) -> None:
    shard = tenure.shard
    found = con.scalar(epoch, {"its_run": shard.run_key, "its_shard": shard.number})
    if found != tenure.epoch:
        raise FencedError(
            f"another sender has taken over shard {shard.number} of run {shard.run_key}: this one stops"
        )


def claim(con: sa.Connection, tenure: Tenure, kind: str, now: datetime, most: int) -> tuple[Claimed, ...]:
    """Take up to ``most`` deliveries of a kind (``mail``, ``channel``) in hand that are due at ``now``.

    Nobody whose deadline has passed; none at all unless the run is being sent. Those that were in doubt come last,
    so that whatever makes senders crash there does not hit the same ones again and again.

    Raises:
        FencedError: as `hold`.
    """
    hold(con, tenure)
    values = {
        "its_run": tenure.shard.run_key,
        "its_shard": tenure.shard.number,
        "its_kind": kind,
        "moment": now,
    }
    claimed: list[Claimed] = []
    for due in (_DUE, _DUE_AFTER_DOUBT):
        claimed += [Claimed(*row) for row in con.execute(due, {**values, "most": most - len(claimed)})]
        if len(claimed) == most:
            break
    con.execute(
        _TAKE, {"ids": [one.delivery_id for one in claimed], "its_epoch": tenure.epoch, "moment": now}
    )
    return tuple(claimed)


_THESE = deliveries.c.delivery_id.in_(sa.bindparam("ids", expanding=True))
"""Statements over many deliveries are made once: SQLAlchemy looks at every one of a list that it is given anew."""

_TAKE = (
    deliveries.update()
    .where(_THESE)
    .values(
        state=str(State.CLAIMED),
        attempt=deliveries.c.attempt + 1,
        claim_epoch=sa.bindparam("its_epoch"),
        next_attempt_at=None,
        updated_at=sa.bindparam("moment"),
    )
)


def _due(doubts: sa.ColumnElement[bool]) -> sa.CompoundSelect[Any]:
    """The deliveries due, as `Claimed`: two selects, so that those that wait for later are looked at last."""
    now = sa.bindparam("moment", type_=deliveries.c.deadline_at.type)
    found = (
        sa.select(
            deliveries.c.delivery_id,
            deliveries.c.subscriber_id,
            subscribers.c.generation,
            sa.func.coalesce(deliveries.c.address, ""),
            deliveries.c.address_hash,
            deliveries.c.selection_id,
            deliveries.c.attempt + 1,
            deliveries.c.sha256,
            deliveries.c.deadline_at,
        )
        .join(subscribers, subscribers.c.subscriber_id == deliveries.c.subscriber_id)
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .where(
            deliveries.c.run_key == sa.bindparam("its_run"),
            deliveries.c.shard == sa.bindparam("its_shard"),
            deliveries.c.kind == sa.bindparam("its_kind"),
            deliveries.c.deadline_at > now,
            runs.c.state == RunState.SENDING,
            doubts,
        )
    )
    pending = found.where(deliveries.c.state == State.PENDING)
    deferred = found.where(deliveries.c.state == State.DEFERRED, deliveries.c.next_attempt_at <= now)
    return sa.union_all(pending, deferred).limit(sa.bindparam("most"))


_DUE = _due(deliveries.c.doubts == 0)
_DUE_AFTER_DOUBT = _due(deliveries.c.doubts > 0)


def refused(con: sa.Connection, tenure: Tenure) -> dict[str, str]:
    """Who of those that a sender has in hand may not be written to any more, by delivery, and why.

    Digests go to active subscribers only; a letter also to who has not confirmed yet, or has just left, and to who
    was erased and asks to come back: they confirm that by mail.

    Raises:
        FencedError: another sender has begun since, and what this one has in hand is that one's now.
    """
    _check(con, tenure, _EPOCH)
    query = (
        sa.select(
            deliveries.c.delivery_id, suppressions.c.reason, subscribers.c.state, deliveries.c.resolution
        )
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .join(subscribers, subscribers.c.subscriber_id == deliveries.c.subscriber_id)
        .outerjoin(suppressions, suppressions.c.address_hash == deliveries.c.address_hash)
        .where(
            tenure.shard.of(deliveries),
            deliveries.c.claim_epoch == tenure.epoch,
            deliveries.c.state.in_((State.CLAIMED, State.SUPPRESSED)),
            sa.or_(
                deliveries.c.state == State.SUPPRESSED,  # by who forgot the address meanwhile
                suppressions.c.reason != SuppressionReason.ERASED,  # null where there is no suppression
                sa.and_(
                    runs.c.kind == RunKind.DIGEST,
                    sa.or_(
                        suppressions.c.reason.is_not(None),
                        subscribers.c.state != SubscriberState.ACTIVE,
                    ),
                ),
            ),
        )
    )
    return {
        delivery_id: resolution or (f"suppressed: {reason}" if reason else str(state))
        for delivery_id, reason, state, resolution in con.execute(query)
    }


def fold(
    con: sa.Connection,
    tenure: Tenure,
    entries: Sequence[Settled],
    now: datetime,
    was: State = State.CLAIMED,
) -> None:
    """Write down what became of deliveries that the sender has in the state ``was``.

    In the same transaction: who was delivered to was told of the boards, the attempts get their rows, addresses that
    do not exist are suppressed.

    Raises:
        FencedError: as `hold`.
    """
    hold(con, tenure)
    if not entries:
        return
    record(con, tenure.epoch, entries, now, was)
    note_told(con, [one.delivery_id for one in entries if one.state in DELIVERED])
    _suppress(con, entries, now)


def release(con: sa.Connection, tenure: Tenure, claimed: Collection[str]) -> None:
    """Put back what was taken in hand and never begun: as if it had not been. Raises FencedError as `hold`."""
    hold(con, tenure)
    con.execute(
        deliveries.update()
        .where(
            deliveries.c.delivery_id.in_(claimed),
            deliveries.c.claim_epoch == tenure.epoch,
            deliveries.c.state == State.CLAIMED,
        )
        .values(state=State.PENDING, attempt=deliveries.c.attempt - 1)
    )


def expire(con: sa.Connection, tenure: Tenure, now: datetime) -> None:
    """Give up what could not be handed over before its deadline. Raises FencedError as `hold`."""
    hold(con, tenure)
    waiting = deliveries.c.state.in_((State.PENDING, State.DEFERRED))
    late = sa.and_(tenure.shard.of(deliveries), waiting, deliveries.c.deadline_at <= now)
    move(con, late, State.EXPIRED, EXPIRED, now)


def move(
    con: sa.Connection, which: sa.ColumnElement[bool], state: State, resolution: str, now: datetime
) -> int:
    """Put deliveries into a state without an attempt, each with a row that says why; how many they are."""
    event = sa.select(
        deliveries.c.delivery_id,
        deliveries.c.attempt,
        sa.literal(now, attempts.c.at.type),
        sa.literal(str(state)),
        sa.literal(resolution),
    ).where(which)
    con.execute(attempts.insert().from_select(["delivery_id", "attempt", "at", "event", "text"], event))
    moved = con.execute(
        deliveries.update()
        .where(which)
        .values(state=str(state), resolution=resolution, next_attempt_at=None, updated_at=now)
    )
    return moved.rowcount


def pause(con: sa.Connection, run_key: str, reason: str) -> bool:
    """Let nothing more of a run be begun, until somebody resumes it; whether it was being sent."""
    sending = (runs.c.run_key == run_key, runs.c.state.in_(GOING_RUNS))
    paused = con.execute(runs.update().where(*sending).values(state=str(RunState.PAUSED), reason=reason))
    return paused.rowcount > 0


def kinds_left(con: sa.Connection, shard: Shard) -> tuple[str, ...]:
    """The kinds of deliveries that the shard still has to send, ``channel`` before ``mail``."""
    waiting = deliveries.c.state.in_((State.PENDING, State.DEFERRED))
    query = sa.select(deliveries.c.kind).where(shard.of(deliveries), waiting).distinct()
    return tuple(sorted(con.scalars(query)))


def left(con: sa.Connection, shard: Shard) -> tuple[dict[State, int], datetime | None]:
    """How many of the shard's deliveries are not over, by state, and when the first deferred one is due again."""
    query = (
        sa.select(deliveries.c.state, sa.func.count(), sa.func.min(deliveries.c.next_attempt_at))
        .where(shard.of(deliveries), deliveries.c.state.in_(OPEN))
        .group_by(deliveries.c.state)
    )
    rows = con.execute(query).all()
    times = [moment for state, _, moment in rows if state == State.DEFERRED]
    return {State(state): count for state, count, _ in rows}, min(times, default=None)


def note_told(con: sa.Connection, delivered: Sequence[str]) -> None:
    """Advance, never back, until when these deliveries' subscribers were told of each source."""
    for start in range(0, len(delivered), _AT_ONCE):
        _note_told(con, delivered[start : start + _AT_ONCE])


def _note_told(con: sa.Connection, delivered: Sequence[str]) -> None:
    con.execute(_told_by(con.dialect.name), {"ids": delivered})


@cache
def _told_by(dialect: str) -> sa.Insert:
    news = (
        sa.select(
            deliveries.c.subscriber_id,
            selection_boards.c.source,
            sa.func.max(selection_boards.c.as_of).label("as_of"),
        )
        .join(selection_boards, ITS_BOARDS)
        .where(_THESE)
        .group_by(deliveries.c.subscriber_id, selection_boards.c.source)
    )
    insert = UPSERTS[dialect](told).from_select(["subscriber_id", "source", "as_of"], news)
    newer = insert.excluded.as_of
    statement: sa.Insert = insert.on_conflict_do_update(
        index_elements=[told.c.subscriber_id, told.c.source],
        set_={"as_of": newer},
        where=told.c.as_of < newer,
    )
    return statement


def _suppress(con: sa.Connection, entries: Sequence[Settled], now: datetime) -> None:
    reasons = {one.delivery_id: one.suppress for one in entries if one.suppress is not None}
    if not reasons:
        return
    query = sa.select(deliveries.c.delivery_id, deliveries.c.address_hash).where(
        deliveries.c.delivery_id.in_(reasons)
    )
    for delivery_id, address_hash in con.execute(query).all():
        reason = reasons[delivery_id]
        suppress(
            con, address_hash, Suppression(reason=reason, since=now, source=FOUND_BY, delivery_id=delivery_id)
        )
