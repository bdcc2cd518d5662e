"""What follows from a report: noted once, and whom nobody may write to any more is suppressed."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from broadsheet.mail import consent, subscribers, suppressions
from broadsheet.mail.bounces.kinds import Kind, Told
from broadsheet.mail.bounces.proof import Claim
from broadsheet.mail.bounces.report import Report
from broadsheet.mail.consent import Act, ConsentEvent
from broadsheet.mail.errors import AddressError
from broadsheet.mail.identity import read_address
from broadsheet.mail.schema import attempts, bounce_events, deliveries
from broadsheet.mail.states import SuppressionReason
from broadsheet.mail.subscribers import UnknownSubscriberError
from broadsheet.mail.tokens import address_hash

SOFT_BOUNCES = 5
"""On so many days of `FORGOTTEN_AFTER` an address may bounce softly before it is suppressed."""
FORGOTTEN_AFTER = timedelta(days=30)

_SOURCE = "mail"
_GENTLEST_FIRST = (Kind.IGNORED, Kind.DELAYED, Kind.POLICY, Kind.SOFT, Kind.HARD, Kind.COMPLAINT)
_EVENT_PHASE = "report"


class Settled(msgspec.Struct, frozen=True):
    """What a report came to. ``repeated``: it had been dealt with before, and nothing was done."""

    kind: Kind
    suppressed: bool = False
    repeated: bool = False


def settle(con: sa.Connection, report: Report, secret: bytes, now: datetime) -> Settled:
    """Note a report and do what follows from it, all in the transaction of ``con``; a second time does nothing."""
    if report.unsubscribing is not None:
        return _unsubscribe(con, report, *report.unsubscribing, now)
    delivery = _find_delivery(con, report.claim)
    if delivery is None:
        reason = "it names no delivery of ours, or does not prove that it knows the mail"
        return _ignore(con, report.name, reason if report.claim else report.told[0].reason, now)
    told = _about(report.told, delivery["address_hash"], secret)
    key = _key(report.name, delivery["address_hash"])
    whose = {name: delivery[name] for name in ("delivery_id", "subscriber_id")}
    if not _note(con, key, told, now, whose):
        return Settled(told.kind, repeated=True)
    if told.kind is Kind.IGNORED:
        return Settled(told.kind)
    _note_attempt(con, delivery, told, now)
    return Settled(told.kind, suppressed=_suppress(con, delivery, told, now))


def set_aside(con: sa.Connection, name: str, reason: str, now: datetime) -> None:
    """Note that a mail was put into quarantine, and why."""
    _ignore(con, name, f"quarantined: {reason}", now)


def _unsubscribe(
    con: sa.Connection, report: Report, subscriber_id: int, generation: int, now: datetime
) -> Settled:
    """As the links on the web do, a token of an earlier subscription ends the present one."""
    try:
        subscribers.get(con, subscriber_id)
    except UnknownSubscriberError:
        return _ignore(con, report.name, "a request to end a subscription that is not known", now)
    (told,) = report.told
    key = _key(report.name, f"subscriber {subscriber_id} {generation}")
    if not _note(con, key, told, now, {"subscriber_id": subscriber_id}):
        return Settled(told.kind, repeated=True)
    subscribers.unsubscribe(con, subscriber_id, Act(now, _SOURCE))
    return Settled(told.kind)


def _find_delivery(con: sa.Connection, claim: Claim | None) -> sa.RowMapping | None:
    """The delivery that a report is about, if it knows more of it than a stranger can."""
    if claim is None:
        return None
    query = sa.select(
        deliveries.c.delivery_id,
        deliveries.c.subscriber_id,
        deliveries.c.address_hash,
        deliveries.c.attempt,
    ).where(deliveries.c.delivery_id.in_(claim.deliveries))
    found = {row["delivery_id"]: row for row in con.execute(query).mappings()}
    ranked = [found[number] for number in claim.deliveries if number in found]
    return next((row for row in ranked if claim.proven or row["subscriber_id"] in claim.subscribers), None)


def _about(told: tuple[Told, ...], hashed: str, secret: bytes) -> Told:
    """What is said of the delivery's recipient; of the others behind an alias, what costs it least."""
    named = [one for one in told if _names(one, hashed, secret)]
    return min(named or told, key=lambda one: _GENTLEST_FIRST.index(one.kind))


def _names(told: Told, hashed: str, secret: bytes) -> bool:
    return any(_hash(recipient, secret) == hashed for recipient in told.recipients)


def _hash(address: str, secret: bytes) -> str | None:
    try:
        return address_hash(read_address(address).key, secret)
    except AddressError:
        return None


def _suppress(con: sa.Connection, delivery: sa.RowMapping, told: Told, now: datetime) -> bool:
    hashed = delivery["address_hash"]
    if told.kind is Kind.COMPLAINT:
        # It outlasts what a bounce says: that may be lifted when the mailbox works again.
        suppressions.unsuppress(con, hashed, [SuppressionReason.HARD_BOUNCE, SuppressionReason.SOFT_BOUNCES])
        act = Act(now, _SOURCE, {"reason": str(SuppressionReason.COMPLAINT)})
        consent.record(con, delivery["subscriber_id"], ConsentEvent.SUPPRESSED, act)
        reason = SuppressionReason.COMPLAINT
    elif told.kind is Kind.HARD:
        reason = SuppressionReason.HARD_BOUNCE
    elif told.kind is Kind.SOFT and _soft_days(con, delivery, now) >= SOFT_BOUNCES:
        reason = SuppressionReason.SOFT_BOUNCES
    else:
        return False
    because = suppressions.Suppression(
        reason=reason, since=now, source="bounce", delivery_id=delivery["delivery_id"]
    )
    return suppressions.suppress(con, hashed, because)


def _soft_days(con: sa.Connection, delivery: sa.RowMapping, now: datetime) -> int:
    """On how many days the address has bounced softly, since it was last let be written to again."""
    lifted = consent.latest(con, delivery["subscriber_id"], [ConsentEvent.UNSUPPRESSED])
    since = max(now - FORGOTTEN_AFTER, lifted.at) if lifted else now - FORGOTTEN_AFTER
    query = (
        sa.select(bounce_events.c.at)
        .join(deliveries, deliveries.c.delivery_id == bounce_events.c.delivery_id)
        .where(
            deliveries.c.address_hash == delivery["address_hash"],
            bounce_events.c.kind == str(Kind.SOFT),
            bounce_events.c.at > since,
        )
    )
    return len({at.date() for at in con.execute(query).scalars()})


def _note_attempt(con: sa.Connection, delivery: sa.RowMapping, told: Told, now: datetime) -> None:
    row = {
        "delivery_id": delivery["delivery_id"],
        "attempt": delivery["attempt"],
        "at": now,
        "event": str(told.kind),
        "phase": _EVENT_PHASE,
        "text": " ".join(filter(None, (told.status, told.reason))),
    }
    con.execute(attempts.insert(), row)


def _ignore(con: sa.Connection, name: str, reason: str, now: datetime) -> Settled:
    new = _note(con, _key(name, ""), Told(Kind.IGNORED, reason), now)
    return Settled(Kind.IGNORED, repeated=not new)


def _note(
    con: sa.Connection, key: str, told: Told, now: datetime, whose: Mapping[str, str | int] | None = None
) -> bool:
    """Add an event; whether it is new. ``whose``: the delivery and the subscriber, as far as they are known."""
    row = {"bounce_key": key, "kind": str(told.kind), "status": told.status, "reason": told.reason, "at": now}
    try:
        with con.begin_nested():
            con.execute(bounce_events.insert(), row | dict(whose or {}))
    except sa.exc.IntegrityError:
        return False
    return True


def _key(name: str, recipient: str) -> str:
    return hashlib.sha256(f"{name}\n{recipient}".encode(errors="replace")).hexdigest()
