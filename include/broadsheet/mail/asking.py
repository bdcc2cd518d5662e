"""Somebody asks on the web to be subscribed: an address is written to once, and what is answered never depends on it.

Who asks is shown the same words, whatever is known of the address: only its owner, in their mailbox, learns more.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from broadsheet.mail import gate, schema, subscribers, suppressions
from broadsheet.mail.agreements import CURRENT
from broadsheet.mail.consent import Act
from broadsheet.mail.identity import Identity
from broadsheet.mail.invitations import already_subscribed, please_confirm
from broadsheet.mail.letters import post_letter
from broadsheet.mail.preferences import Preferences
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import SubscriberState, SuppressionReason
from broadsheet.mail.subscribers import Newcomer, Subscriber
from broadsheet.mail.tokens import address_hash, visitor_hash
from broadsheet.settings import Settings

SOURCE = "web"
FORGOTTEN_AFTER = timedelta(days=30)
"""An address that nobody confirmed for so long is forgotten: it may be a stranger's."""
_FORGOTTEN_AT_ONCE = 50


class Asking(msgspec.Struct, frozen=True):
    """Who is to be subscribed, what they wish, and the host that asks for it (an IP address)."""

    identity: Identity
    preferences: Preferences
    host: str


class Answer(StrEnum):
    """What came of it; for the log, never for who asked."""

    LETTER = "a letter is on its way"
    SUPPRESSED = "the address may not be written to"


def act_of(settings: Settings, host: str, now: datetime) -> Act:
    """Something that ``host`` did on the web, for the record of consent, which has the host as a keyed hash only."""
    return Act(now, SOURCE, {"visitor": visitor_hash(host, secret_key(settings))})


def agreement_of(settings: Settings, host: str, now: datetime) -> Act:
    """The same for what is agreed to: with the version of the words that were shown (see `agreements`)."""
    act = act_of(settings, host, now)
    return Act(act.at, act.source, {**act.detail, "text": CURRENT})


def ask(con: sa.Connection, settings: Settings, asking: Asking, now: datetime) -> tuple[str, str | None]:
    """Post the one letter that this brings about, if it may bring about any: what came of it in words for the log,
    and the key of the letter's run.

    Who is new, was erased or has unsubscribed waits for confirmation with these wishes, as does who waited already;
    who is subscribed keeps theirs and is told that they are.

    Raises:
        PreferenceError: a wish that cannot be.
        MailError: the key cannot be used.
    """
    secret = secret_key(settings)
    gate.hold(con)
    hashed = address_hash(asking.identity.key, secret)
    suppression = suppressions.find(con, hashed)
    if suppression is not None and suppression.reason is not SuppressionReason.ERASED:
        return Answer.SUPPRESSED, None
    known = next(iter(subscribers.of_keys(con, [asking.identity.key])), None)
    if known is not None and known.state is SubscriberState.PENDING:
        known = subscribers.change(con, known.subscriber_id, asking.preferences, now)
    request = gate.Request(hashed, visitor_hash(asking.host, secret))
    if (reason := gate.refusal(con, request, now)) is not None:
        return reason, None
    subscriber = _subscriber(con, settings, asking, known, now)
    if subscriber.state is SubscriberState.ACTIVE:
        words = already_subscribed(settings, subscriber)
    else:
        words = please_confirm(settings, subscriber, now)
    gate.note(con, request, now)
    _forget_unconfirmed(con, now)
    return Answer.LETTER, post_letter(con, settings, subscriber, words, now)


def _forget_unconfirmed(con: sa.Connection, now: datetime) -> None:
    table = schema.subscribers.c
    waiting = (
        sa.select(table.subscriber_id)
        .where(
            table.state == str(SubscriberState.PENDING),
            table.origin == SOURCE,
            table.updated_at <= now - FORGOTTEN_AFTER,
        )
        .limit(_FORGOTTEN_AT_ONCE)
    )
    act = Act(now, SOURCE, {"because": f"not confirmed in {FORGOTTEN_AFTER.days} days"})
    for subscriber_id in con.scalars(waiting).all():
        subscribers.erase(con, subscriber_id, act)


def _subscriber(
    con: sa.Connection, settings: Settings, asking: Asking, known: Subscriber | None, now: datetime
) -> Subscriber:
    """Who the letter goes to: as they are if they are subscribed or wait already."""
    if known is not None and known.state in {SubscriberState.ACTIVE, SubscriberState.PENDING}:
        return known
    newcomer = Newcomer(
        identity=asking.identity, preferences=asking.preferences, state=SubscriberState.PENDING
    )
    return subscribers.add(con, newcomer, agreement_of(settings, asking.host, now), secret_key(settings))
