"""One delivery from its first attempt to the last report on it; only read, and without the address."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from broadsheet.mail.chronicle import Compared
from broadsheet.mail.rows import as_struct
from broadsheet.mail.schema import ITS_SELECTION, attempts, deliveries, runs, selection_boards, selections
from broadsheet.mail.states import RunState, State


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to it: ``event`` is the state it led to, or the kind of a report that came back."""

    at: datetime
    attempt: int
    event: str
    phase: str | None
    code: int | None
    text: str | None


class Tracked(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery and its history in order. ``sha256`` is that of the mail as it was offered."""

    delivery_id: str
    run: str
    run_state: RunState
    subscriber_id: int
    occasion: str
    kind: str
    subject: str | None
    papers: int | None
    state: State
    attempts: int
    doubts: int
    next_attempt_at: datetime | None
    deadline_at: datetime
    updated_at: datetime
    phase: str | None
    code: int | None
    enhanced: str | None
    reply: str | None
    queue_id: str | None
    resolution: str | None
    sha256: str | None
    boards: tuple[Compared, ...] = ()
    events: tuple[Event, ...] = ()


def track(con: sa.Connection, delivery_id: str) -> Tracked | None:
    """The delivery of that number; None if there is none."""
    own = [name for name in Tracked.__struct_fields__ if name in deliveries.c]
    query = (
        sa.select(
            *(deliveries.c[name] for name in own),
            deliveries.c.selection_id,
            deliveries.c.attempt.label("attempts"),
            runs.c.run_key.label("run"),
            runs.c.state.label("run_state"),
            selections.c.subject,
            selections.c["items"].label("papers"),
        )
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .outerjoin(selections, ITS_SELECTION)
        .where(deliveries.c.delivery_id == delivery_id)
    )
    row = con.execute(query).mappings().first()
    if row is None:
        return None
    boards = _boards(con, row["run"], row["selection_id"])
    return as_struct(row, Tracked, boards=boards, events=_events(con, delivery_id))


def _boards(con: sa.Connection, run_key: str, selection_id: int) -> tuple[Compared, ...]:
    kept = selection_boards.c
    query = (
        sa.select(kept.source, kept.list, kept.from_snapshot, kept.to_snapshot, kept.as_of)
        .where(kept.run_key == run_key, kept.selection_id == selection_id)
        .order_by(kept.source, kept.list)
    )
    return tuple(as_struct(row, Compared, readers=1) for row in con.execute(query).mappings())


def _events(con: sa.Connection, delivery_id: str) -> tuple[Event, ...]:
    query = (
        sa.select(*(attempts.c[name] for name in Event.__struct_fields__))
        .where(attempts.c.delivery_id == delivery_id)
        .order_by(attempts.c.attempt_id)
    )
    return tuple(as_struct(row, Event) for row in con.execute(query).mappings())
