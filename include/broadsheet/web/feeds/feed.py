"""A feed and its items, whichever way it is written."""

from datetime import datetime

import msgspec


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename={"list_id": "list"}):
    """What programs are told of an item besides its texts; what is not known is left out.

    ``type`` is what happened: ``new``, ``back``, ``rising``, a kind of change, ``found`` or ``edition``. ``list_id``
    names the list (``daily:2026-11-20``), ``seq`` the change in the numbered stream.
    """

    type: str
    list_id: str | None = None
    paper_id: str | None = None
    rank: int | None = None
    previous_rank: int | None = None
    upvotes: int | None = None
    gained: int | None = None
    seq: int | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened, told once.

    ``id`` never changes and names nothing else (RFC 4151). ``url`` is its page here, ``related`` are other addresses,
    each with its title. ``html`` is whole and safe; the other texts are plain, on one line and clean. Times are
    aware, in UTC: ``published`` is when it was seen, ``updated`` when what is told of it was last changed.
    """

    id: str
    title: str
    url: str
    published: datetime
    updated: datetime
    html: str
    summary: str
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    facts: Facts


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """Items, newest first. ``page_url`` is the page for people, ``icon`` an address; addresses are whole.

    ``url`` is this part of the feed, ``first`` its newest part, ``next`` the one with older items (RFC 5005 3);
    None: there are none. ``scheme`` names what the types of items are taken from.
    """

    id: str
    scheme: str
    title: str
    description: str
    page_url: str
    url: str
    first: str
    next: str | None
    icon: str
    updated: datetime
    items: tuple[Item, ...]
