"""Subscribers: who they are, what they wish, and every change of it with its record of consent.

Each function is part of the caller's transaction. Addresses are in what these functions take and give, never in
their error messages.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from broadsheet.errors import UsageError
from broadsheet.mail import suppressions
from broadsheet.mail.consent import Act, ConsentEvent, record
from broadsheet.mail.identity import CHANNEL_PREFIX, Identity, Kind, parse_identity, read_name
from broadsheet.mail.preferences import Preferences, from_columns, to_columns
from broadsheet.mail.schema import deliveries, subscribers
from broadsheet.mail.states import OPEN, State, SubscriberState, SuppressionReason
from broadsheet.mail.tokens import address_hash


class UnknownSubscriberError(UsageError):
    """There is no such subscriber."""


class SubscribedError(UsageError):
    """They are subscribed already."""


class Subscriber(msgspec.Struct, frozen=True, kw_only=True):
    """One row. ``address`` and ``address_key`` are None once erased; ``scheduled_from`` is None while pending."""

    subscriber_id: int
    kind: Kind
    address: str | None
    address_key: str | None
    address_hash: str
    name: str
    state: SubscriberState
    generation: int
    preferences: Preferences
    origin: str
    created_at: datetime
    updated_at: datetime
    scheduled_from: datetime | None

    @property
    def shown(self) -> str:
        """As commands take it: the address, ``channel:NAME``, or the number of one who is erased."""
        if self.address is None:
            return str(self.subscriber_id)
        return CHANNEL_PREFIX + self.address if self.kind is Kind.CHANNEL else self.address


class Newcomer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to subscribe: ``active`` at once, or ``pending`` until `confirm`.

    Digests that were due before ``scheduled_from`` are not owed; None stands for the moment of subscribing.
    """

    identity: Identity
    preferences: Preferences = Preferences()
    name: str = ""
    state: SubscriberState = SubscriberState.ACTIVE
    scheduled_from: datetime | None = None


def add(con: sa.Connection, newcomer: Newcomer, act: Act, secret: bytes) -> Subscriber:
    """Subscribe somebody; the source of ``act`` becomes their origin, its detail says how they agreed.

    Who has unsubscribed begins anew in the same row with the next generation; who is pending and added as active
    becomes so.

    Raises:
        SubscribedError: they are subscribed, or were asked to confirm, already.
        PreferenceError: a wish that cannot be.
        AddressError: a name that cannot be.
        UsageError: the detail holds an address.
    """
    state = newcomer.state
    known = _find(con, subscribers.c.address_key == newcomer.identity.key)
    if known is not None and (known.state is SubscriberState.ACTIVE or known.state is state):
        raise SubscribedError(f"that is subscriber {known.subscriber_id} already, {known.state}")
    values = row_of(newcomer, act, secret)
    if known is None:
        made = subscribers.insert().returning(subscribers.c.subscriber_id)
        try:
            with con.begin_nested():
                subscriber_id: int = con.execute(made, values).scalar_one()
        except sa.exc.IntegrityError:
            raise SubscribedError("somebody else is subscribing that address just now") from None
    else:
        subscriber_id = known.subscriber_id
        began_anew = known.state is SubscriberState.UNSUBSCRIBED
        kept = {"name": values["name"] or known.name, "created_at": known.created_at}
        _update(con, subscriber_id, values | kept | {"generation": known.generation + began_anew})
    event = ConsentEvent.REQUESTED if state is SubscriberState.PENDING else ConsentEvent.ADDED
    record(con, subscriber_id, event, act)
    return get(con, subscriber_id)


def row_of(newcomer: Newcomer, act: Act, secret: bytes) -> dict[str, Any]:
    """The columns of somebody who was never here. Raises PreferenceError and AddressError as `add`."""
    identity = newcomer.identity
    active = newcomer.state is SubscriberState.ACTIVE
    return {
        "kind": str(identity.kind),
        "address": identity.address,
        "address_key": identity.key,
        "address_hash": address_hash(identity.key, secret),
        "name": read_name(newcomer.name),
        "state": str(newcomer.state),
        **to_columns(newcomer.preferences),
        "origin": act.source,
        "created_at": act.at,
        "updated_at": act.at,
        "scheduled_from": (newcomer.scheduled_from or act.at) if active else None,
    }


def confirm(con: sa.Connection, subscriber_id: int, act: Act) -> bool:
    """Make a pending subscriber active; whether they were pending. They may be written to again if they were erased.

    Raises:
        UnknownSubscriberError: there is no such subscriber.
    """
    known = get(con, subscriber_id)
    if known.state is not SubscriberState.PENDING:
        return False
    state = str(SubscriberState.ACTIVE)
    _update(con, subscriber_id, {"state": state, "scheduled_from": act.at, "updated_at": act.at})
    suppressions.unsuppress(con, known.address_hash, [SuppressionReason.ERASED])
    record(con, subscriber_id, ConsentEvent.CONFIRMED, act)
    return True


def change(
    con: sa.Connection,
    subscriber_id: int,
    preferences: Preferences,
    now: datetime,
    *,
    name: str | None = None,
) -> Subscriber:
    """Change what they wish, and what they are called if ``name`` is given.

    Another cadence, weekday, hour or zone counts from ``now``: what was due before and is not sent yet comes with the
    next digest.

    Raises:
        UnknownSubscriberError: there is no such subscriber.
        PreferenceError: a wish that cannot be.
        AddressError: a name that cannot be.
    """
    known = get(con, subscriber_id)
    _update(con, subscriber_id, changes(known, preferences, known.name if name is None else name, now))
    return get(con, subscriber_id)


def changes(known: Subscriber, preferences: Preferences, name: str, now: datetime) -> dict[str, Any]:
    """The columns that `change` writes. Raises PreferenceError and AddressError."""
    due_anew = known.scheduled_from is not None and preferences.schedule != known.preferences.schedule
    return to_columns(preferences) | {
        "name": read_name(name),
        "updated_at": now,
        "scheduled_from": now if due_anew else known.scheduled_from,
    }


def unsubscribe(con: sa.Connection, subscriber_id: int, act: Act) -> bool:
    """End a subscription; whether there was one. Nothing is begun to be sent to them from then on.

    Raises:
        UnknownSubscriberError: there is no such subscriber.
    """
    if get(con, subscriber_id).state not in {SubscriberState.ACTIVE, SubscriberState.PENDING}:
        return False
    _update(con, subscriber_id, {"state": str(SubscriberState.UNSUBSCRIBED), "updated_at": act.at})
    _stop_deliveries(con, subscriber_id, (State.PENDING, State.DEFERRED), "unsubscribed", act.at)
    record(con, subscriber_id, ConsentEvent.UNSUBSCRIBED, act)
    return True


def erase(con: sa.Connection, subscriber_id: int, act: Act) -> bool:
    """Forget the address, the name and the topics; whether there was anything to forget.

    The number, the records of consent, and a hash by which the address is never written to again remain.

    Raises:
        UnknownSubscriberError: there is no such subscriber.
    """
    known = get(con, subscriber_id)
    if known.state is SubscriberState.ERASED:
        return False
    forgotten = {"address": None, "address_key": None, "name": "", "topics": ""}
    _update(con, subscriber_id, {**forgotten, "state": str(SubscriberState.ERASED), "updated_at": act.at})
    _stop_deliveries(con, subscriber_id, OPEN, "erased", act.at)
    mine = deliveries.c.subscriber_id == subscriber_id
    con.execute(deliveries.update().where(mine).values(address=None, address_key=None))
    _suppress(con, known, SuppressionReason.ERASED, act)
    record(con, subscriber_id, ConsentEvent.ERASED, act)
    return True


def suppress(con: sa.Connection, subscriber_id: int, act: Act) -> bool:
    """Write to that subscriber no more, by hand, though they stay subscribed; whether that is new."""
    known = get(con, subscriber_id)
    new = _suppress(con, known, SuppressionReason.MANUAL, act)
    if new:
        record(con, subscriber_id, ConsentEvent.SUPPRESSED, act)
    return new


def unsuppress(con: sa.Connection, subscriber_id: int, act: Act) -> bool:
    """Write to that subscriber again, whatever the reason for not doing so was; whether there was one."""
    known = get(con, subscriber_id)
    lifted = suppressions.unsuppress(con, known.address_hash)
    if lifted:
        record(con, subscriber_id, ConsentEvent.UNSUPPRESSED, act)
    return lifted


def _suppress(con: sa.Connection, known: Subscriber, reason: SuppressionReason, act: Act) -> bool:
    suppression = suppressions.Suppression(reason=reason, since=act.at, source=act.source)
    return suppressions.suppress(con, known.address_hash, suppression)


def get(con: sa.Connection, subscriber_id: int) -> Subscriber:
    """The subscriber of that number. Raises UnknownSubscriberError."""
    found = _find(con, subscribers.c.subscriber_id == subscriber_id)
    if found is None:
        raise UnknownSubscriberError(f"there is no subscriber {subscriber_id}: `broadsheet subscribers list`")
    return found


def find(con: sa.Connection, who: str) -> Subscriber | None:
    """The subscriber of an address, of ``channel:NAME``, or of a number; None if there is none.

    Raises:
        AddressError: ``who`` is none of the three.
    """
    if who.isascii() and who.isdecimal():
        # Past 32 bits there are no numbers, and PostgreSQL refuses to compare.
        return _find(con, subscribers.c.subscriber_id == int(who)) if len(who) < 10 else None
    return _find(con, subscribers.c.address_key == parse_identity(who).key)


def named(con: sa.Connection, who: str) -> Subscriber:
    """As `find`.

    Raises:
        AddressError: ``who`` is neither an address, a channel nor a number.
        UnknownSubscriberError: there is no such subscriber.
    """
    found = find(con, who)
    if found is None:
        raise UnknownSubscriberError(
            f"there is no subscriber {who}: `broadsheet subscribers list` shows who there is"
            if who.isdecimal() or who.startswith(CHANNEL_PREFIX)
            else "nobody has that address: `broadsheet subscribers list` shows who there is"
        )
    return found


def of_keys(con: sa.Connection, keys: Sequence[str]) -> list[Subscriber]:
    """The subscribers with one of these address keys, of which there may be a few thousand."""
    rows = con.execute(sa.select(subscribers).where(subscribers.c.address_key.in_(keys))).mappings()
    return [_subscriber(row) for row in rows]


def every(con: sa.Connection, *states: SubscriberState) -> Iterator[Subscriber]:
    """All subscribers in the order of their numbers, or those in one of ``states``; read as they are taken."""
    query = sa.select(subscribers).order_by(subscribers.c.subscriber_id)
    if states:
        query = query.where(subscribers.c.state.in_(states))
    for row in con.execute(query.execution_options(yield_per=1000)).mappings():
        yield _subscriber(row)


def _find(con: sa.Connection, condition: sa.ColumnElement[bool]) -> Subscriber | None:
    row = con.execute(sa.select(subscribers).where(condition)).mappings().first()
    return None if row is None else _subscriber(row)


def _update(con: sa.Connection, subscriber_id: int, values: Mapping[str, Any]) -> None:
    con.execute(subscribers.update().where(subscribers.c.subscriber_id == subscriber_id).values(**values))


def _stop_deliveries(
    con: sa.Connection, subscriber_id: int, states: tuple[State, ...], why: str, now: datetime
) -> None:
    """Close what is open for them; what a sender has in hand it checks itself before it begins."""
    con.execute(
        deliveries.update()
        .where(deliveries.c.subscriber_id == subscriber_id, deliveries.c.state.in_(states))
        .values(state=str(State.SUPPRESSED), resolution=why, updated_at=now)
    )


def _subscriber(row: Mapping[Any, Any]) -> Subscriber:
    return Subscriber(
        subscriber_id=row["subscriber_id"],
        kind=Kind(row["kind"]),
        address=row["address"],
        address_key=row["address_key"],
        address_hash=row["address_hash"],
        name=row["name"],
        state=SubscriberState(row["state"]),
        generation=row["generation"],
        preferences=from_columns(row),
        origin=row["origin"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        scheduled_from=row["scheduled_from"],
    )
