"""Whom digests are owed to: found by schedule, of which there are few, not subscriber by subscriber.

Somebody is owed an occasion when its due moment has come and its deadline has not, when it did not come before the
schedule they have now, and when no delivery and no exclusion stands for it. Who has a digest under way that may
still arrive is owed nothing until that is over: what is new to them cannot be known before.
"""

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import sqlalchemy as sa

from broadsheet.mail.errors import MailError
from broadsheet.mail.schedule import Cadence, Due, deadline, due, missed, upcoming
from broadsheet.mail.schema import deliveries, exclusions, runs, subscribers
from broadsheet.mail.states import OPEN, OPEN_RUNS, RunKind, SubscriberState

AT_ONCE = 10_000
"""So many numbers are fetched at once: PostgreSQL's driver would otherwise hold the whole answer."""


class Schedule(msgspec.Struct, frozen=True):
    """When digests are due; most subscribers share theirs with others."""

    cadence: Cadence
    weekday: int
    hour: int
    timezone: str

    @property
    def holders(self) -> sa.ColumnElement[bool]:
        """The active subscribers who have this schedule."""
        return sa.and_(
            subscribers.c.state == SubscriberState.ACTIVE,
            subscribers.c.cadence == self.cadence,
            subscribers.c.timezone == self.timezone,
            subscribers.c.hour == self.hour,
            subscribers.c.weekday == self.weekday,
        )

    def latest(self, now: datetime) -> Due | None:
        """As `schedule.due`."""
        return due(self.cadence, self.weekday, self.hour, self.timezone, now)

    def missed(self, now: datetime) -> tuple[Due, ...]:
        """As `schedule.missed`."""
        return missed(self.cadence, self.weekday, self.hour, self.timezone, now)

    def upcoming(self, now: datetime) -> Due | None:
        """As `schedule.upcoming`."""
        return upcoming(self.cadence, self.weekday, self.hour, self.timezone, now)


class Owed(msgspec.Struct, frozen=True):
    """One schedule's occasion and the numbers of the subscribers who are owed it, in order."""

    schedule: Schedule
    due: Due
    deadline_at: datetime
    subscriber_ids: Sequence[int]


Lapsed = tuple[str, sa.ColumnElement[bool]]
"""An occasion whose deadline has passed, and which subscribers it was not served to."""


def owed(con: sa.Connection, now: datetime) -> tuple[Owed, ...]:
    """All that is owed at ``now``. Raises MailError for a time zone that is not known here."""
    found = []
    for schedule in schedules(con):
        latest = schedule.latest(now)
        if latest is None or latest.at + deadline(schedule.cadence) <= now:
            continue
        query = sa.select(subscribers.c.subscriber_id).where(
            _unserved(schedule, latest), subscribers.c.subscriber_id.not_in(_under_way(now))
        )
        numbers = con.scalars(
            query.order_by(subscribers.c.subscriber_id), execution_options={"yield_per": AT_ONCE}
        )
        ids = array("q", numbers)
        if ids:
            found.append(Owed(schedule, latest, latest.at + deadline(schedule.cadence), ids))
    return tuple(found)


def lapsed(con: sa.Connection, now: datetime) -> Iterator[Lapsed]:
    """The occasions of the last days whose deadline has passed since a run was last opened.

    That one looked for what had passed before it.
    """
    last = con.scalar(
        sa.select(sa.func.max(runs.c.opened_at)).where(runs.c.kind == RunKind.DIGEST, runs.c.opened_at <= now)
    )
    for schedule in schedules(con):
        for moment in schedule.missed(now):
            if last is None or moment.at + deadline(schedule.cadence) > last:
                yield moment.occasion, _unserved(schedule, moment)


def _unserved(schedule: Schedule, moment: Due) -> sa.ColumnElement[bool]:
    """Who has this schedule and neither a delivery nor an exclusion for the occasion."""
    return sa.and_(
        schedule.holders,
        subscribers.c.scheduled_from <= moment.at,
        _without(deliveries, moment.occasion),
        _without(exclusions, moment.occasion),
    )


def schedules(con: sa.Connection) -> tuple[Schedule, ...]:
    """The schedules of all active subscribers who do not pause. Raises MailError as `owed`."""
    columns = (
        subscribers.c.cadence,
        subscribers.c.weekday,
        subscribers.c.hour,
        subscribers.c.timezone,
    )
    query = (
        sa.select(*columns)
        .where(subscribers.c.state == SubscriberState.ACTIVE, subscribers.c.cadence != Cadence.PAUSED)
        .distinct()
        .order_by(*columns)
    )
    return tuple(_schedule(*row) for row in con.execute(query))


def _schedule(cadence: str, weekday: int, hour: int, timezone: str) -> Schedule:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise MailError(
            f"subscribers have time zone {timezone!r}, which is not known here: install today's tzdata, "
            "or give them another with `broadsheet subscribers set`"
        ) from None
    return Schedule(Cadence(cadence), weekday, hour, timezone)


def _without(table: sa.Table, occasion: str) -> sa.ColumnElement[bool]:
    return ~sa.exists().where(
        table.c.subscriber_id == subscribers.c.subscriber_id, table.c.occasion == occasion
    )


def _under_way(now: datetime) -> sa.Select[Any]:
    return (
        sa.select(deliveries.c.subscriber_id)
        .join(runs)
        .where(
            runs.c.kind == RunKind.DIGEST,
            runs.c.state.in_(OPEN_RUNS),
            deliveries.c.state.in_(OPEN),
            deliveries.c.deadline_at > now,
        )
    )
