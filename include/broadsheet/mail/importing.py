"""Many subscribers at once: first what is to be done about each, then all of it in the caller's transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from broadsheet.mail import suppressions
from broadsheet.mail.consent import Act, ConsentEvent, consent_row
from broadsheet.mail.csvfile import Entry
from broadsheet.mail.preferences import Preferences, read_preferences
from broadsheet.mail.schema import consent_events, subscribers
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.subscribers import Newcomer, Subscriber, changes, every, of_keys, row_of, unsubscribe
from broadsheet.mail.tokens import address_hash

CHUNK = 1000
SUBSCRIBED = (SubscriberState.ACTIVE, SubscriberState.PENDING)

Advance = Callable[[int, int | None], None]
Item = TypeVar("Item")


class Change(msgspec.Struct, frozen=True):
    """What is to become of somebody who is here already."""

    known: Subscriber
    preferences: Preferences
    name: str


class Plan(msgspec.Struct, frozen=True):
    """What an import does: ``added`` are new, ``changed`` wish something else, ``unsubscribed`` the file ends.

    The others are numbers: lines that change nothing, subscribers who had unsubscribed and stay so whatever the file
    says, lines of somebody who stands further down once more, and subscribers in the file who may not be written to.
    """

    added: list[Newcomer]
    changed: list[Change]
    unsubscribed: list[Subscriber]
    unchanged: int
    left: int
    repeated: int
    suppressed: int


def plan_import(con: sa.Connection, entries: Sequence[Entry], defaults: Preferences, secret: bytes) -> Plan:
    """What importing ``entries`` would do; nothing is changed.

    Of two lines about the same subscriber the later counts. Who is here already keeps what the file does not say;
    a newcomer's wishes are ``defaults`` there. An import never subscribes anew who has unsubscribed.
    """
    by_key = {entry.identity.key: entry for entry in entries}
    known = {person.address_key: person for person in _known(con, by_key)}
    added, changed, ended = [], [], []
    unchanged = left = 0
    for key, entry in by_key.items():
        person = known.get(key)
        if person is None:
            added.append(_newcomer(entry, defaults))
            continue
        change = _change(entry, person)
        leaves = entry.state is SubscriberState.UNSUBSCRIBED and person.state in SUBSCRIBED
        if leaves:
            ended.append(person)
        if change is not None:
            changed.append(change)
        unchanged += change is None and not leaves
        left += person.state not in SUBSCRIBED and entry.state is not SubscriberState.UNSUBSCRIBED
    barred = suppressions.every(con).keys()
    return Plan(
        added=added,
        changed=changed,
        unsubscribed=ended,
        unchanged=unchanged,
        left=left,
        repeated=len(entries) - len(by_key),
        suppressed=sum(address_hash(key, secret) in barred for key in by_key) if barred else 0,
    )


def carry_out(con: sa.Connection, plan: Plan, act: Act, secret: bytes, advance: Advance) -> None:
    """Do what was planned; ``advance`` hears how many subscribers are done, and of how many.

    Raises:
        UsageError: the act's detail holds an address.
    """
    total = len(plan.added) + len(plan.changed) + len(plan.unsubscribed)
    done = 0
    for newcomers in _chunks(plan.added):
        _insert(con, newcomers, act, secret)
        advance(done := done + len(newcomers), total)
    for changed in _chunks(plan.changed):
        _update(con, changed, act)
        advance(done := done + len(changed), total)
    for person in plan.unsubscribed:
        unsubscribe(con, person.subscriber_id, act)
        advance(done := done + 1, total)


def _known(con: sa.Connection, by_key: Mapping[str, Entry]) -> Iterator[Subscriber]:
    """Whom the file names and who is here: looked up where that is few of many, else picked out of all."""
    count: int = con.execute(sa.select(sa.func.count()).select_from(subscribers)).scalar_one()
    if len(by_key) * 10 < count:
        for keys in _chunks(list(by_key)):
            yield from of_keys(con, keys)
    else:
        yield from (person for person in every(con) if person.address_key in by_key)


def _newcomer(entry: Entry, defaults: Preferences) -> Newcomer:
    return Newcomer(
        identity=entry.identity,
        preferences=read_preferences(dict(entry.wishes), defaults),
        name=entry.name or "",
        state=entry.state or SubscriberState.ACTIVE,
    )


def _change(entry: Entry, person: Subscriber) -> Change | None:
    preferences = read_preferences(dict(entry.wishes), person.preferences)
    name = person.name if entry.name is None else entry.name
    same = preferences == person.preferences and name == person.name
    return None if same else Change(person, preferences, name)


_EVENTS = {
    SubscriberState.ACTIVE: ConsentEvent.ADDED,
    SubscriberState.PENDING: ConsentEvent.REQUESTED,
    SubscriberState.UNSUBSCRIBED: ConsentEvent.UNSUBSCRIBED,
}


def _insert(con: sa.Connection, newcomers: Sequence[Newcomer], act: Act, secret: bytes) -> None:
    # What returns something is sent as one statement for many rows, else each row would be a round trip.
    made = subscribers.insert().returning(subscribers.c.subscriber_id, sort_by_parameter_order=True)
    numbers = con.execute(made, [row_of(newcomer, act, secret) for newcomer in newcomers]).scalars().all()
    events = [
        consent_row(number, _EVENTS[newcomer.state], act)
        for number, newcomer in zip(numbers, newcomers, strict=True)
    ]
    con.execute(consent_events.insert().returning(consent_events.c.event_id), events)


def _update(con: sa.Connection, changed: Sequence[Change], act: Act) -> None:
    rows = [
        {"number": change.known.subscriber_id}
        | changes(change.known, change.preferences, change.name, act.at)
        for change in changed
    ]
    columns: dict[str, Any] = {name: sa.bindparam(name) for name in rows[0] if name != "number"}
    mine = subscribers.c.subscriber_id == sa.bindparam("number")
    con.execute(subscribers.update().where(mine).values(columns), rows)


def _chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
