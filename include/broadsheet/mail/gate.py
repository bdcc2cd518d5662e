"""How many letters anybody may bring about on the web: counted in the mail database, for all processes alike.

A form that mails any address that is typed into it can be used to bury somebody in mail. So of one visitor, to one
address and over all there are only so many.
"""

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from broadsheet.mail.schema import letter_requests

ONCE_IN = timedelta(hours=24)
"""An address gets one letter in so long."""
VISITOR_HOURLY = 10
VISITOR_DAILY = 30
HOURLY = 300
"""The most letters over all visitors."""
KEPT = timedelta(hours=24)
"""How long it is known who asked for what."""

_HOUR = timedelta(hours=1)
_LOCK = 0x67617465
"""The key of PostgreSQL's advisory lock under which one request at a time is counted."""


class Request(msgspec.Struct, frozen=True):
    """Somebody's wish that a letter goes to an address; both are keyed hashes."""

    address_hash: str
    visitor_hash: str


def hold(con: sa.Connection) -> None:
    """Let nobody else count until the transaction ends; on SQLite whoever writes is alone already."""
    if con.dialect.name == "postgresql":
        con.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def refusal(con: sa.Connection, request: Request, now: datetime) -> str | None:
    """Why no letter may be brought about now, in words for the log; None if one may."""
    table = letter_requests.c
    to_address = table.address_hash == request.address_hash
    of_visitor = table.visitor_hash == request.visitor_hash
    if _count(con, to_address, now - ONCE_IN):
        return "the address had a letter today"
    if _count(con, of_visitor, now - _HOUR) >= VISITOR_HOURLY:
        return f"more than {VISITOR_HOURLY} letters an hour from one visitor"
    if _count(con, of_visitor, now - timedelta(days=1)) >= VISITOR_DAILY:
        return f"more than {VISITOR_DAILY} letters a day from one visitor"
    if _count(con, sa.true(), now - _HOUR) >= HOURLY:
        return f"more than {HOURLY} letters an hour over all"
    return None


def note(con: sa.Connection, request: Request, now: datetime) -> None:
    """Count a letter, and forget those of long ago."""
    con.execute(letter_requests.delete().where(letter_requests.c.at <= now - KEPT))
    con.execute(letter_requests.insert(), msgspec.structs.asdict(request) | {"at": now})


def _count(con: sa.Connection, which: sa.ColumnElement[bool], since: datetime) -> int:
    query = sa.select(sa.func.count()).select_from(letter_requests).where(which, letter_requests.c.at > since)
    return con.execute(query).scalar_one()
