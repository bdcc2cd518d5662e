"""Mail addresses as settings give them and as headers and envelopes need them."""

import re

import msgspec

from broadsheet.mail.errors import AddressError
from broadsheet.mail.headers import encode_phrase
from broadsheet.settings import Settings

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_WRITTEN = re.compile(r"(?:(?P<name>[^<>]*?)\s*<(?P<angled>[^<>\s]+)>|(?P<bare>[^<>\s]+))")

LONGEST_BOUNCE_LOCAL = 19
"""An unsubscribe address adds 45 characters to it, and a local part holds 64 (RFC 5321 4.5.3.1.1)."""


class Mailbox(msgspec.Struct, frozen=True):
    """A display name, which may be empty, and an address; the domain is in its ASCII form, lower case."""

    name: str
    local: str
    domain: str

    @property
    def address(self) -> str:
        """``local@domain``, for the envelope."""
        return f"{self.local}@{self.domain}"

    def __str__(self) -> str:
        """As a header writes it, all ASCII."""
        return f"{encode_phrase(self.name)} <{self.address}>" if self.name else self.address


def read_mailbox(text: str, setting: str) -> Mailbox:
    """Read ``Name <local@domain>`` or ``local@domain``; an international domain becomes its ASCII form.

    Raises:
        AddressError: it is neither, holds control characters, or has a non-ASCII local part, which few servers
            take. The message names ``setting``, never the address.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None or not text.strip().isprintable():
        raise AddressError(
            f"setting {setting!r} is no mail address: write name@example.org or Name <name@example.org>"
        )
    name = (match["name"] or "").strip().strip('"').strip()
    local, _, domain = (match["angled"] or match["bare"]).rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        ascii_domain = ""
    if not _LOCAL.fullmatch(local) or len(local) > 64 or not _DOMAIN.fullmatch(ascii_domain):
        raise AddressError(
            f"setting {setting!r} is no mail address that can be sent to: write name@example.org"
        )
    return Mailbox(name, local, ascii_domain)


def bounce_base(settings: Settings) -> Mailbox:
    """The address that envelope senders and unsubscribe addresses are made from: ``bounce_address``, else
    ``digest_from``.

    Raises:
        AddressError: as `read_mailbox`, or its local part has no room for what is added.
    """
    setting = "bounce_address" if settings.bounce_address else "digest_from"
    base = read_mailbox(settings.bounce_address or settings.digest_from, setting)
    if len(base.local) > LONGEST_BOUNCE_LOCAL:
        raise AddressError(
            f"setting {setting!r} has more than {LONGEST_BOUNCE_LOCAL} characters before its @, too many to name "
            "a delivery behind them: set bounce_address to a short one, such as bounces@example.org"
        )
    return base
