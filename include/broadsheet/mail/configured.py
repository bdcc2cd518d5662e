"""The subscriber that the setting ``digest_to`` names."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time

import sqlalchemy as sa

from broadsheet.mail import subscribers, suppressions
from broadsheet.mail.address import read_mailbox
from broadsheet.mail.consent import Act, ConsentEvent, latest, record
from broadsheet.mail.database import Database, open_database
from broadsheet.mail.identity import read_address
from broadsheet.mail.preferences import Preferences, read_preferences
from broadsheet.mail.schema import subscribers as table
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import SubscriberState, SuppressionReason
from broadsheet.mail.subscribers import Newcomer, Subscriber
from broadsheet.mail.tokens import address_hash
from broadsheet.settings import Settings

ORIGIN = "setting"


@contextmanager
def open_in_step(settings: Settings, now: datetime) -> Iterator[Database]:
    """The mail database, its subscriber of ``digest_to`` as the settings say. Raises as `ensure_configured`."""
    with open_database(settings) as database:
        with database.write() as con:
            ensure_configured(con, settings, now)
        yield database


def ensure_configured(con: sa.Connection, settings: Settings, now: datetime) -> Subscriber | None:
    """Keep the subscriber of ``digest_to`` as the ``digest_`` settings say; None if there is none to write to.

    Who the setting named before is unsubscribed. When the settings change they are followed, but wishes that were
    changed otherwise stay until then. Who unsubscribed, was unsubscribed by hand or was erased stays so.

    Raises:
        AddressError: digest_to is no address.
        SettingsError: another of the settings cannot be used.
    """
    if not settings.digest_to:
        _let_go(con, "", now)
        return None
    mailbox = read_mailbox(settings.digest_to, "digest_to")
    identity = read_address(mailbox.address)
    _let_go(con, identity.key, now)
    secret = secret_key(settings)
    wishes = {
        "hour": str(settings.digest_hour),
        "timezone": settings.digest_timezone,
        "lists": ",".join(map(str, settings.digest_sources)),
    }
    known = subscribers.find(con, identity.address)
    if known is not None and known.state is SubscriberState.ACTIVE:
        return _follow(con, known, wishes, now)
    if known is not None and _left_themselves(con, known):
        return None
    suppression = suppressions.find(con, address_hash(identity.key, secret))
    if suppression is not None and suppression.reason is SuppressionReason.ERASED:
        return None
    # Today's digest is owed if its hour is over: who sets the address waits for the first one.
    today = now.astimezone(settings.digest_zone).date()
    newcomer = Newcomer(
        identity=identity,
        preferences=read_preferences(wishes, known.preferences if known else Preferences()),
        name=mailbox.name,
        scheduled_from=datetime.combine(today, time(), settings.digest_zone),
    )
    return subscribers.add(con, newcomer, Act(now, ORIGIN, wishes), secret)


def _let_go(con: sa.Connection, key: str, now: datetime) -> None:
    """Unsubscribe whom the setting named before."""
    query = sa.select(table.c.subscriber_id).where(
        table.c.origin == ORIGIN, table.c.state == str(SubscriberState.ACTIVE), table.c.address_key != key
    )
    for subscriber_id in con.execute(query).scalars().all():
        subscribers.unsubscribe(con, subscriber_id, Act(now, ORIGIN))


def _follow(con: sa.Connection, known: Subscriber, wishes: dict[str, str], now: datetime) -> Subscriber:
    """Change what the settings now say otherwise than when they were last followed."""
    if known.origin != ORIGIN:
        return known
    followed = latest(con, known.subscriber_id, (ConsentEvent.ADDED, ConsentEvent.CHANGED), ORIGIN)
    before = followed.detail if followed else {}
    changed = {field: text for field, text in wishes.items() if before.get(field) != text}
    if not changed:
        return known
    record(con, known.subscriber_id, ConsentEvent.CHANGED, Act(now, ORIGIN, wishes))
    return subscribers.change(con, known.subscriber_id, read_preferences(changed, known.preferences), now)


def _left_themselves(con: sa.Connection, known: Subscriber) -> bool:
    ended = latest(con, known.subscriber_id, (ConsentEvent.UNSUBSCRIBED,))
    unsubscribed = known.state is SubscriberState.UNSUBSCRIBED
    return unsubscribed and (ended is None or ended.source != ORIGIN)
