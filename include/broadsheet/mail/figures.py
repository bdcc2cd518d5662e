"""How mail stands in figures that can be read often: counts by state, never an address."""

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from broadsheet.mail.audience import owed
from broadsheet.mail.bounces.complaints import run_complaints
from broadsheet.mail.bounces.kinds import Kind
from broadsheet.mail.schema import bounce_events, deliveries, runs, subscribers
from broadsheet.mail.states import OPEN_RUNS, RunKind

DELIVERIES_FOR = timedelta(days=1)
"""Deliveries count as long as their run is open, and so long after it was opened."""
BOUNCES_FOR = timedelta(days=7)
"""Bounces and complaints come days after their mail."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """``runs`` and ``deliveries`` count by kind of run and state: the open runs, and the deliveries of open runs and
    of those of the last day. ``bounces`` counts by kind what was reported in the last seven days, ``complaint_rate``
    is the highest of any run that was complained of in them. ``opened_at`` is when the newest digest run was opened.
    """

    subscribers: dict[str, int]
    runs: dict[tuple[str, str], int]
    deliveries: dict[tuple[str, str], int]
    bounces: dict[str, int]
    complaint_rate: float
    opened_at: datetime | None


class Debt(msgspec.Struct, frozen=True):
    """How many digests are owed and in no run, and since when the first of them."""

    owed: int
    since: datetime | None


def read_figures(con: sa.Connection, now: datetime) -> Figures:
    """The figures at ``now`` (aware)."""
    since = now - BOUNCES_FOR
    return Figures(
        subscribers=_by_state(con),
        runs=_open_runs(con),
        deliveries=_deliveries(con, now - DELIVERIES_FOR),
        bounces=_bounces(con, since),
        complaint_rate=_complaint_rate(con, since),
        opened_at=con.scalar(sa.select(sa.func.max(runs.c.opened_at)).where(runs.c.kind == RunKind.DIGEST)),
    )


def read_debt(con: sa.Connection, now: datetime) -> Debt:
    """What is owed at ``now``; looks at every subscriber who is due. Raises MailError as `audience.owed`."""
    found = owed(con, now)
    return Debt(
        owed=sum(len(each.subscriber_ids) for each in found),
        since=min((each.due.at for each in found), default=None),
    )


def _by_state(con: sa.Connection) -> dict[str, int]:
    query = sa.select(subscribers.c.state, sa.func.count()).group_by(subscribers.c.state)
    counts: dict[str, int] = dict(con.execute(query).all())
    return counts


def _open_runs(con: sa.Connection) -> dict[tuple[str, str], int]:
    query = (
        sa.select(runs.c.kind, runs.c.state, sa.func.count())
        .where(runs.c.state.in_(OPEN_RUNS))
        .group_by(runs.c.kind, runs.c.state)
    )
    return {(kind, state): count for kind, state, count in con.execute(query)}


def _deliveries(con: sa.Connection, since: datetime) -> dict[tuple[str, str], int]:
    query = (
        sa.select(runs.c.kind, deliveries.c.state, sa.func.count())
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .where(runs.c.state.in_(OPEN_RUNS) | (runs.c.opened_at >= since))
        .group_by(runs.c.kind, deliveries.c.state)
    )
    return {(kind, state): count for kind, state, count in con.execute(query)}


def _bounces(con: sa.Connection, since: datetime) -> dict[str, int]:
    query = (
        sa.select(bounce_events.c.kind, sa.func.count())
        .where(bounce_events.c.at >= since)
        .group_by(bounce_events.c.kind)
    )
    counts: dict[str, int] = dict(con.execute(query).all())
    return counts


def _complaint_rate(con: sa.Connection, since: datetime) -> float:
    query = (
        sa.select(deliveries.c.run_key)
        .join(bounce_events, bounce_events.c.delivery_id == deliveries.c.delivery_id)
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .where(
            bounce_events.c.kind == Kind.COMPLAINT,
            bounce_events.c.at >= since,
            runs.c.kind == RunKind.DIGEST,
        )
        .distinct()
    )
    return max((run_complaints(con, run_key).rate for run_key in con.scalars(query).all()), default=0.0)
