"""A mail before it is sent: what somebody would be told at a time, by the steps that a run takes."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from broadsheet.digest.forme import Forme, Links, Selection
from broadsheet.digest.picking import Picker
from broadsheet.digest.press import Press
from broadsheet.digest.stock import Stocks
from broadsheet.errors import BroadsheetError
from broadsheet.mail import suppressions
from broadsheet.mail.channels import note
from broadsheet.mail.deciding import Editor
from broadsheet.mail.identity import Kind
from broadsheet.mail.members import Member
from broadsheet.mail.message import Head, Message, assemble, mailing_list
from broadsheet.mail.opening import run_key_of
from broadsheet.mail.preferences import Preferences
from broadsheet.mail.schema import ITS_BOARDS, deliveries, runs, selection_boards, told
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import DELIVERED, Reason, RunKind
from broadsheet.mail.stationery import Stationery
from broadsheet.mail.subscribers import Subscriber
from broadsheet.mail.tokens import delivery_id
from broadsheet.settings import Settings
from broadsheet.warehouse.store import open_published

NOBODY = ""
"""The address of whoever is not a subscriber."""


class Sheets(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail says, in all its forms; ``document`` is JSON, None for a letter."""

    subject: str
    html: str
    text: str
    document: str | None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """One mail that was not sent. ``message`` is None where it goes to nobody; ``reason`` is why nothing would be
    sent, None if it would.
    """

    sheets: Sheets
    message: Message | None
    reason: Reason | None = None


class NothingKnownError(BroadsheetError):
    """Nothing has been captured of any of the lists."""


def reader_at(con: sa.Connection, subscriber: Subscriber, moment: datetime | None) -> Member:
    """A subscriber with what they had been told by a time, None for now; their wishes are those of today."""
    return Member(
        subscriber_id=subscriber.subscriber_id,
        kind=str(subscriber.kind),
        address=subscriber.address or NOBODY,
        address_key=subscriber.address_key or NOBODY,
        address_hash=subscriber.address_hash,
        is_suppressed=suppressions.find(con, subscriber.address_hash) is not None,
        preferences=subscriber.preferences,
        told=told_by(con, subscriber.subscriber_id, moment),
    )


def anybody(settings: Settings) -> Member:
    """Who wishes nothing but the lists of ``digest_lists`` and was told nothing yet."""
    return Member(
        subscriber_id=0,
        kind=str(Kind.MAIL),
        address=NOBODY,
        address_key=NOBODY,
        address_hash=NOBODY,
        is_suppressed=False,
        preferences=Preferences(lists=settings.digest_sources, timezone=settings.digest_timezone),
        told={},
    )


def told_by(con: sa.Connection, subscriber_id: int, moment: datetime | None) -> dict[str, datetime]:
    """By source, the time of the newest board that had been delivered to a subscriber by a time, None for now."""
    if moment is None:
        query = sa.select(told.c.source, told.c.as_of).where(told.c.subscriber_id == subscriber_id)
        return {row.source: row.as_of for row in con.execute(query.order_by(told.c.source))}
    query = (
        sa.select(selection_boards.c.source, sa.func.max(selection_boards.c.as_of).label("as_of"))
        .join(deliveries, ITS_BOARDS)
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .where(
            deliveries.c.subscriber_id == subscriber_id,
            deliveries.c.state.in_(DELIVERED),
            deliveries.c.updated_at <= moment,
        )
        .group_by(selection_boards.c.source)
        .order_by(selection_boards.c.source)
    )
    return {row.source: row.as_of for row in con.execute(query)}


def make_proof(settings: Settings, reader: Member, generation: int, until: datetime) -> Proof:
    """The mail that would be made for ``reader`` at ``until`` (aware), also where it would not be sent.

    Raises:
        AddressError: digest_from or bounce_address is no address, or theirs cannot be written to.
        NothingKnownError: nothing was known by then of any of their lists.
        WarehouseError: the published file cannot be read.
    """
    with open_published(settings) as con:
        stocks = Stocks(con, until, settings.hub_url)
        which = tuple(number for need in reader.needs for number in stocks.of(*need))
        if not which:
            names = ", ".join(map(str, reader.preferences.lists))
            raise NothingKnownError(
                f"nothing was known of {names} at {until:%Y-%m-%d %H:%M} UTC: `broadsheet poll` asks for lists"
            )
        picked = Picker(stocks.stocks).pick(which, reader.wishes)
        press = Press(stocks.stocks, settings.hub_url, until)
        preferences = reader.preferences
        selection = press.set(picked, timezone=preferences.timezone, most=preferences.max_items)
        decided = Editor(settings, stocks, until).decide(reader) if reader.address != NOBODY else None
        sources = sorted({stocks.stocks[number].edition.source for number in picked.stocks})
    forme = Forme(press.fragments())
    paper = Stationery(settings, run_key_of(until), RunKind.DIGEST, until)
    links = paper.links(reader.subscriber_id, generation, 1) if reader.address != NOBODY else Links()
    its_id = delivery_id(run_key_of(until), reader.subscriber_id, secret_key(settings))
    channel = reader.kind == Kind.CHANNEL
    message = None
    if channel:
        message = note(its_id, until, selection.subject, forme.short(selection))
    elif reader.address != NOBODY:
        head = Head(paper.letterhead(mailing_list(sources)), selection.subject, its_id, links)
        message = assemble(forme.body(selection, links), head, paper.envelope(its_id, reader.address))
    return Proof(
        sheets=digest_sheets(forme, selection, links, channel=channel),
        message=message,
        reason=decided if isinstance(decided, Reason) else None,
    )


def digest_sheets(forme: Forme, selection: Selection, links: Links, *, channel: bool) -> Sheets:
    """All forms of a digest; its text is the note that a channel gets, if it goes to one."""
    return Sheets(
        subject=selection.subject,
        html=forme.html(selection, links),
        text=forme.short(selection) if channel else forme.text(selection, links),
        document=forme.document(selection),
    )
