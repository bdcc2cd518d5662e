"""Whose a personal link is. Whether a link was never made here or its reader is long gone looks the same."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from starlette.exceptions import HTTPException

from broadsheet.mail import subscribers
from broadsheet.mail.database import open_database
from broadsheet.mail.subscribers import Subscriber, UnknownSubscriberError
from broadsheet.settings import Settings

UNKNOWN = (
    "This link is not one of ours, or a part of it is missing. Open it from the mail once more, as a whole."
)
EARLIER = (
    "This link is from an earlier subscription, which has ended. The links in the mails of the present one work; "
    "without one, subscribe again."
)
GONE = 410

Named = tuple[int, int]
"""A subscriber by number and generation."""


def unknown() -> HTTPException:
    """404, in the same words whatever the reason."""
    return HTTPException(404, UNKNOWN)


def made_here(named: Named | None) -> Named:
    """Whom a link names. To be asked before the database is opened: who makes links up is not to wait in line there.

    Raises:
        HTTPException: 404 if it was not made here.
    """
    if named is None:
        raise unknown()
    return named


def holder(con: sa.Connection, named: Named) -> tuple[Subscriber, bool]:
    """The subscriber that a link names, and whether it is of the present subscription.

    Raises:
        HTTPException: 404 if it names nobody.
    """
    subscriber_id, generation = named
    try:
        subscriber = subscribers.get(con, subscriber_id)
    except UnknownSubscriberError:
        raise unknown() from None
    return subscriber, subscriber.generation == generation


@contextmanager
def reading(settings: Settings) -> Iterator[sa.Connection]:
    """The mail database for the block, which changes nothing. Raises MailError."""
    with open_database(settings) as database, database.read() as con:
        yield con


@contextmanager
def writing(settings: Settings) -> Iterator[sa.Connection]:
    """One transaction: when the block has ended it is on the disk. Raises MailError."""
    with open_database(settings) as database, database.write() as con:
        yield con
