"""All that is known of one subscriber's digests: what was sent, what was not and why, what is due next; only read."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from broadsheet.mail import suppressions
from broadsheet.mail.audience import Schedule
from broadsheet.mail.consent import Recorded, events
from broadsheet.mail.identity import parse_identity
from broadsheet.mail.proofs import told_by
from broadsheet.mail.rows import as_struct
from broadsheet.mail.schedule import Due
from broadsheet.mail.schema import ITS_SELECTION, bounce_events, deliveries, exclusions, runs, selections
from broadsheet.mail.schema import subscribers as table
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import Reason, RunKind, RunState, State, SubscriberState
from broadsheet.mail.subscribers import Subscriber, find, get, named
from broadsheet.mail.suppressions import Suppression
from broadsheet.mail.tokens import address_hash
from broadsheet.settings import Settings

_REPORTED = ("hard", "soft", "policy", "complaint")
_ANSWER = ("phase", "code", "enhanced", "reply", "resolution")
_OF_RUN = (
    runs.c.run_key.label("run"),
    runs.c.kind,
    runs.c.state.label("run_state"),
    runs.c.reason.label("run_reason"),
    runs.c.opened_at,
)
_EVER = datetime.min.replace(tzinfo=UTC)


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one local day's digest, or of a letter: a delivery with its ``state``, or an exclusion with its
    ``reason``. ``due_at`` alone is known of a due moment that no run has taken up.

    ``run_state`` and ``run_reason`` are those of the run; ``answer`` is what the next hop said last; ``bounce`` is
    the last report that came back.
    """

    occasion: str
    kind: RunKind = RunKind.DIGEST
    run: str | None = None
    run_state: RunState | None = None
    run_reason: str | None = None
    due_at: datetime | None = None
    opened_at: datetime | None = None
    delivery_id: str | None = None
    subject: str | None = None
    papers: int | None = None
    state: State | None = None
    reason: Reason | None = None
    updated_at: datetime | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    deadline_at: datetime | None = None
    phase: str | None = None
    code: int | None = None
    enhanced: str | None = None
    reply: str | None = None
    resolution: str | None = None
    bounce: str | None = None


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """``today`` is the day asked for in their zone, ``occasions`` come newest first. ``next_due`` is None for who
    gets nothing.
    """

    subscriber: Subscriber
    suppression: Suppression | None
    told: dict[str, datetime]
    today: str
    due_today: Due | None
    next_due: Due | None
    last_run_at: datetime | None
    occasions: tuple[Occasion, ...]
    consent: tuple[Recorded, ...]

    @property
    def asked(self) -> Occasion | None:
        """What became of the day asked for, if a run has taken it up."""
        return next((one for one in self.occasions if one.occasion == self.today and one.run), None)


def find_anybody(con: sa.Connection, settings: Settings, who: str) -> Subscriber | Suppression:
    """The subscriber of an address, of ``channel:NAME`` or of a number. An address that was forgotten is known by
    its keyed hash: whoever had it last, or why it may not be written to.

    Raises:
        AddressError: ``who`` is none of the three.
        UnknownSubscriberError: nothing is known of it.
    """
    found = find(con, who)
    if found is not None:
        return found
    if who.isascii() and who.isdecimal():
        return named(con, who)
    hashed = address_hash(parse_identity(who).key, secret_key(settings))
    query = sa.select(table.c.subscriber_id).where(table.c.address_hash == hashed)
    number = con.scalar(query.order_by(table.c.subscriber_id.desc()).limit(1))
    if number is not None:
        return get(con, number)
    return suppressions.find(con, hashed) or named(con, who)


def dossier_of(
    con: sa.Connection, subscriber: Subscriber, now: datetime, *, day: date | None = None, most: int = 7
) -> Dossier:
    """All of one subscriber, about a local day (default: the one it is at ``now``), with up to ``most`` occasions."""
    zone = ZoneInfo(subscriber.preferences.timezone)
    today = day or now.astimezone(zone).date()
    until = min(now, datetime(today.year, today.month, today.day, tzinfo=zone) + timedelta(days=1))
    schedule = Schedule(*subscriber.preferences.schedule)
    active = subscriber.state is SubscriberState.ACTIVE
    return Dossier(
        subscriber=subscriber,
        suppression=suppressions.find(con, subscriber.address_hash),
        told=told_by(con, subscriber.subscriber_id, None),
        today=today.isoformat(),
        due_today=_due_on(schedule, today, zone) if active else None,
        next_due=schedule.upcoming(now) if active else None,
        last_run_at=con.scalar(sa.select(sa.func.max(runs.c.opened_at)).where(runs.c.kind == RunKind.DIGEST)),
        occasions=_occasions(con, subscriber, schedule, (today.isoformat(), until), most),
        consent=tuple(events(con, subscriber.subscriber_id)),
    )


def _due_on(schedule: Schedule, day: date, zone: ZoneInfo) -> Due | None:
    """The due moment that a day has, if it has one."""
    before = datetime(day.year, day.month, day.day, tzinfo=zone) - timedelta(days=1)
    moment = schedule.upcoming(before)
    while moment is not None and moment.occasion < day.isoformat():
        moment = schedule.upcoming(moment.at)
    return moment if moment is not None and moment.occasion == day.isoformat() else None


def _occasions(
    con: sa.Connection, subscriber: Subscriber, schedule: Schedule, until: tuple[str, datetime], most: int
) -> tuple[Occasion, ...]:
    """The newest ones up to a local day and the moment at which it ends, the newest first."""
    served = [*_deliveries(con, subscriber, until, most), *_exclusions(con, subscriber, until, most)]
    known = {one.occasion for one in served}
    found = [
        *served,
        *(one for one in _due(subscriber, schedule, until[1], most) if one.occasion not in known),
    ]
    return tuple(sorted(found, key=_moment, reverse=True)[:most])


def _moment(occasion: Occasion) -> tuple[datetime, str]:
    return occasion.opened_at or occasion.due_at or _EVER, occasion.occasion


def _due(subscriber: Subscriber, schedule: Schedule, until: datetime, most: int) -> Iterator[Occasion]:
    """The last due moments of who is active, as far as they are owed under this schedule."""
    since = subscriber.scheduled_from
    if subscriber.state is not SubscriberState.ACTIVE or since is None:
        return
    moment = schedule.latest(until)
    for _ in range(most):
        if moment is None or moment.at < since:
            return
        yield Occasion(occasion=moment.occasion, due_at=moment.at)
        moment = schedule.latest(moment.at - timedelta(microseconds=1))


def _deliveries(
    con: sa.Connection, subscriber: Subscriber, until: tuple[str, datetime], most: int
) -> Iterator[Occasion]:
    own = ("occasion", "delivery_id", "state", "updated_at", "next_attempt_at", "deadline_at", *_ANSWER)
    query = (
        sa.select(
            *(deliveries.c[name] for name in own),
            deliveries.c.attempt.label("attempts"),
            selections.c.subject,
            selections.c["items"].label("papers"),
            *_OF_RUN,
        )
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .outerjoin(selections, ITS_SELECTION)
        .where(deliveries.c.subscriber_id == subscriber.subscriber_id, _up_to(deliveries, until))
        .order_by(runs.c.opened_at.desc())
        .limit(most)
    )
    rows = con.execute(query).mappings().all()
    bounces = _bounces(con, [row["delivery_id"] for row in rows])
    for row in rows:
        yield as_struct(row, Occasion, bounce=bounces.get(row["delivery_id"]))


def _exclusions(
    con: sa.Connection, subscriber: Subscriber, until: tuple[str, datetime], most: int
) -> Iterator[Occasion]:
    query = (
        sa.select(exclusions.c.occasion, exclusions.c.reason, exclusions.c.at.label("updated_at"), *_OF_RUN)
        .join(runs, runs.c.run_key == exclusions.c.run_key)
        .where(exclusions.c.subscriber_id == subscriber.subscriber_id, _up_to(exclusions, until))
        .order_by(runs.c.opened_at.desc(), exclusions.c.occasion.desc())
        .limit(most)
    )
    for row in con.execute(query).mappings():
        yield as_struct(row, Occasion)


def _up_to(kept: sa.Table, until: tuple[str, datetime]) -> sa.ColumnElement[bool]:
    """Digests of local days up to that one, letters posted before it ended."""
    day, end = until
    digest = runs.c.kind == RunKind.DIGEST
    return sa.or_(sa.and_(digest, kept.c.occasion <= day), sa.and_(~digest, runs.c.opened_at < end))


def _bounces(con: sa.Connection, ids: list[str]) -> dict[str, str]:
    """Of each delivery that came back, the last report in words."""
    query = (
        sa.select(bounce_events)
        .where(bounce_events.c.delivery_id.in_(ids), bounce_events.c.kind.in_(_REPORTED))
        .order_by(bounce_events.c.at, bounce_events.c.bounce_key)
    )
    return {
        row["delivery_id"]: " ".join(filter(None, (row["kind"], row["status"], row["reason"])))
        for row in con.execute(query).mappings()
    }
