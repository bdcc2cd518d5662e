"""Who a subscriber is: a person by mail address, or a channel by its name in the settings."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase

import msgspec

from broadsheet.mail.errors import AddressError

CHANNEL_PREFIX = "channel:"
LONGEST_NAME = 100
_STAND_IN = ".example.org"


class Kind(StrEnum):
    """How a subscriber is reached."""

    MAIL = "mail"
    CHANNEL = "channel"


class Identity(msgspec.Struct, frozen=True):
    """``address`` is kept as it was given, its domain in ASCII; of a channel it is the name.

    Two identities with one ``key`` are one subscriber.
    """

    kind: Kind
    address: str
    key: str


def is_allowed(kind: str, address: str, patterns: Sequence[str]) -> bool:
    """Whether one of ``patterns`` (``*@example.org``, ``channel:*``) names them; all are where there is none."""
    name = (CHANNEL_PREFIX + address if kind == Kind.CHANNEL else address).casefold()
    return not patterns or any(fnmatchcase(name, pattern.casefold()) for pattern in patterns)


def read_name(text: str) -> str:
    """What somebody is called in the To line of their mail, "" for nothing.

    Raises:
        AddressError: it holds control characters, or is longer than a header should be.
    """
    name = text.strip()
    if not name.isprintable() or len(name) > LONGEST_NAME:
        raise AddressError(f"a name is one line of at most {LONGEST_NAME} characters")
    return name


def read_identity(text: str, channels: Collection[str]) -> Identity:
    """Read a mail address, or ``channel:NAME`` of one of ``channels``.

    Raises:
        AddressError: neither; the message does not repeat an address.
    """
    identity = parse_identity(text)
    if identity.kind is Kind.CHANNEL and identity.address not in channels:
        known = ", ".join(sorted(channels)) or "there is none yet"
        raise AddressError(
            f"there is no channel {identity.address!r} in setting 'channels' ({known}): add it there first"
        )
    return identity


def parse_identity(text: str) -> Identity:
    """As `read_identity`, whether there still is such a channel or not."""
    text = text.strip(" ")
    if not text.startswith(CHANNEL_PREFIX):
        return read_address(text)
    name = text.removeprefix(CHANNEL_PREFIX)
    if not name or not name.isprintable():
        raise AddressError("a channel is written channel:NAME, with its name from setting 'channels'")
    return Identity(Kind.CHANNEL, name, CHANNEL_PREFIX + name)


def read_address(text: str) -> Identity:
    """Read a mail address; nothing is looked up. A non-ASCII local part is kept: servers with SMTPUTF8 take it.

    Names that exist on one machine or network alone, such as ``localhost`` or ``mail.local``, are domains too.

    Raises:
        AddressError: no address, or one that holds control characters; the message does not repeat it.
    """
    from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

    text = text.strip(" ")
    # The library has no option for domains of special use: they are checked below another one.
    special = text.rpartition(".")[2].rpartition("@")[2].lower() in SPECIAL_USE_DOMAIN_NAMES
    try:
        checked = validate_email(
            text + _STAND_IN if special else text,
            allow_smtputf8=True,
            globally_deliverable=False,
            check_deliverability=False,
        )
    except EmailNotValidError as error:
        raise AddressError(f"this is no mail address: {error} Write it like name@example.org") from None
    domain = checked.ascii_domain.removesuffix(_STAND_IN) if special else checked.ascii_domain
    address = f"{checked.local_part}@{domain.lower()}"
    return Identity(Kind.MAIL, address, address.casefold())
