"""How mail stands as a whole: who is subscribed, what was sent last, what is due, what waits; only read."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from broadsheet.mail.accounts import Account, accounts, list_runs, open_runs
from broadsheet.mail.audience import owed, schedules
from broadsheet.mail.schema import deliveries, runs, subscribers
from broadsheet.mail.states import OPEN_RUNS, RunKind, State, SubscriberState


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """``subscribers`` counts by state. ``owed`` is how many
    are due and in no run yet, ``next_due_at`` the first moment at which somebody is due again. ``deferred`` mails
    were put off, the first of them until ``next_attempt_at``.
    """

    subscribers: dict[SubscriberState, int]
    owed: int
    next_due_at: datetime | None
    last_run: Account | None
    open_runs: tuple[Account, ...]
    deferred: int
    next_attempt_at: datetime | None


def overview(con: sa.Connection, now: datetime) -> Overview:
    """How mail stands at ``now`` (aware). Raises MailError for a time zone that is not known here."""
    moments = (schedule.upcoming(now) for schedule in schedules(con))
    last = list_runs(con, kind=RunKind.DIGEST, most=1)
    deferred, next_attempt_at = _deferred(con)
    return Overview(
        subscribers=_by_state(con),
        owed=sum(len(each.subscriber_ids) for each in owed(con, now)),
        next_due_at=min((moment.at for moment in moments if moment is not None), default=None),
        last_run=next(iter(accounts(con, last)), None),
        open_runs=accounts(con, open_runs(con)),
        deferred=deferred,
        next_attempt_at=next_attempt_at,
    )


def _by_state(con: sa.Connection) -> dict[SubscriberState, int]:
    query = sa.select(subscribers.c.state, sa.func.count()).group_by(subscribers.c.state)
    counts: dict[str, int] = dict(con.execute(query).all())
    return {state: counts[state] for state in SubscriberState if state in counts}


def _deferred(con: sa.Connection) -> tuple[int, datetime | None]:
    query = (
        sa.select(sa.func.count(), sa.func.min(deliveries.c.next_attempt_at))
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .where(runs.c.state.in_(OPEN_RUNS), deliveries.c.state == State.DEFERRED)
    )
    count, first = con.execute(query).one()
    return count, first
