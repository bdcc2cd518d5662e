"""The story of a run: what it compared, who sent it, what was answered; only read, and without addresses."""

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from broadsheet.mail.accounts import Account, Run, account
from broadsheet.mail.bounces.complaints import Complaints, run_complaints
from broadsheet.mail.rows import as_struct
from broadsheet.mail.schema import (
    ITS_BOARDS,
    bounce_events,
    deliveries,
    runs,
    selection_boards,
    selections,
    shards,
)
from broadsheet.mail.states import RunKind, State

_A_DAY = timedelta(days=1)


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """Two boards of a list, and how many readers were told what lies between them. ``from_snapshot`` is None for
    who was told of the list for the first time; ``as_of`` is the newer board's time.
    """

    source: str
    list: str
    from_snapshot: int | None
    to_snapshot: int
    as_of: datetime
    readers: int


class ShardStory(msgspec.Struct, frozen=True, kw_only=True):
    """One part of a run: how many senders have begun on it (``epoch``), and its deliveries by state."""

    shard: int
    epoch: int
    states: dict[str, int]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What so many deliveries in a state were answered; ``reply`` is one of the answers, ``next_attempt_at`` the
    first time at which one of them is tried again.
    """

    state: State
    count: int
    phase: str | None
    code: int | None
    enhanced: str | None
    reply: str | None
    resolution: str | None
    next_attempt_at: datetime | None


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a run. ``mails`` is how many different ones it has, ``bounces`` counts reports by kind."""

    account: Account
    mails: int
    compared: tuple[Compared, ...]
    shards: tuple[ShardStory, ...]
    answers: tuple[Answer, ...]
    bounces: dict[str, int]
    complaints: Complaints


def story_of(con: sa.Connection, run: Run) -> Story:
    """The story of a run."""
    mine = selections.c.run_key == run.run_key
    return Story(
        account=account(con, run),
        mails=con.scalar(sa.select(sa.func.count()).select_from(selections).where(mine)) or 0,
        compared=_compared(con, run.run_key),
        shards=_shards(con, run),
        answers=_answers(con, run.run_key),
        bounces=_bounces(con, run.run_key),
        complaints=run_complaints(con, run.run_key),
    )


def runs_of_day(con: sa.Connection, day: str) -> tuple[str, ...]:
    """The digest runs of a day, by their keys: opened on it in UTC, or with a digest for somebody whose day it is."""
    begin = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    for_somebody = sa.select(deliveries.c.run_key).where(deliveries.c.occasion == day).distinct()
    query = (
        sa.select(runs.c.run_key)
        .where(
            runs.c.kind == RunKind.DIGEST,
            sa.or_(
                sa.and_(runs.c.slot >= begin, runs.c.slot < begin + _A_DAY), runs.c.run_key.in_(for_somebody)
            ),
        )
        .order_by(runs.c.opened_at, runs.c.run_key)
    )
    return tuple(con.scalars(query))


def _compared(con: sa.Connection, run_key: str) -> tuple[Compared, ...]:
    boards = [
        selection_boards.c[name] for name in ("source", "list", "from_snapshot", "to_snapshot", "as_of")
    ]
    query = (
        sa.select(*boards, sa.func.count().label("readers"))
        .join(deliveries, ITS_BOARDS)
        .where(selection_boards.c.run_key == run_key)
        .group_by(*boards)
        .order_by(*boards[:2], sa.func.count().desc(), boards[3], boards[2])
    )
    return tuple(as_struct(row, Compared) for row in con.execute(query).mappings())


def _shards(con: sa.Connection, run: Run) -> tuple[ShardStory, ...]:
    begun = sa.select(shards.c.shard, shards.c.epoch).where(shards.c.run_key == run.run_key)
    epochs: dict[int, int] = dict(con.execute(begun).all())
    query = (
        sa.select(deliveries.c.shard, deliveries.c.state, sa.func.count())
        .where(deliveries.c.run_key == run.run_key)
        .group_by(deliveries.c.shard, deliveries.c.state)
        .order_by(deliveries.c.shard, deliveries.c.state)
    )
    states: dict[int, dict[str, int]] = {shard: {} for shard in range(run.shards)}
    for shard, state, count in con.execute(query):
        states.setdefault(shard, {})[state] = count
    return tuple(
        ShardStory(shard=shard, epoch=epochs.get(shard, 0), states=counts) for shard, counts in states.items()
    )


def _answers(con: sa.Connection, run_key: str) -> tuple[Answer, ...]:
    alike = [deliveries.c[name] for name in ("state", "phase", "code", "enhanced", "resolution")]
    query = (
        sa.select(
            *alike,
            sa.func.count().label("count"),
            sa.func.min(deliveries.c.reply).label("reply"),
            sa.func.min(deliveries.c.next_attempt_at).label("next_attempt_at"),
        )
        .where(deliveries.c.run_key == run_key)
        .group_by(*alike)
        .order_by(deliveries.c.state, sa.func.count().desc(), *alike[1:])
    )
    return tuple(as_struct(row, Answer) for row in con.execute(query).mappings())


def _bounces(con: sa.Connection, run_key: str) -> dict[str, int]:
    query = (
        sa.select(bounce_events.c.kind, sa.func.count())
        .join(deliveries, deliveries.c.delivery_id == bounce_events.c.delivery_id)
        .where(deliveries.c.run_key == run_key)
        .group_by(bounce_events.c.kind)
        .order_by(bounce_events.c.kind)
    )
    return dict(con.execute(query).all())
