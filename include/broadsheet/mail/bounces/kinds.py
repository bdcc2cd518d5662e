"""What a report can say of one recipient."""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What it means for the address.

    ``hard``: there is no such mailbox or host. ``soft``: it could not be delivered this time. ``policy``: refused
    for what we are or send, which says nothing about the address. ``delayed``: still being tried. ``complaint``:
    the reader calls it spam. ``unsubscribe``: the reader wants no more. ``ignored``: nothing follows from it.
    """

    HARD = "hard"
    SOFT = "soft"
    POLICY = "policy"
    DELAYED = "delayed"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    IGNORED = "ignored"


class Told(msgspec.Struct, frozen=True):
    """What a report says of one recipient.

    ``reason`` is in our own words, so that it can be stored; ``status`` such as ``5.1.1`` (RFC 3463).
    ``recipients`` are the addresses the report gives for that one recipient: they prove nothing by themselves.
    """

    kind: Kind
    reason: str
    status: str | None = None
    recipients: tuple[str, ...] = ()
