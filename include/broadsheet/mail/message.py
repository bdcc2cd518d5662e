"""A finished mail: the same bytes whenever and wherever it is built (RFC 5322, 2369, 2919, 3834, 8058)."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from broadsheet.digest.forme import NO_LINKS, Body, Links
from broadsheet.digest.text import clean
from broadsheet.mail.address import Mailbox
from broadsheet.mail.errors import AddressError
from broadsheet.mail.headers import encode_phrase, encode_text, header, uri_list
from broadsheet.model import ListKind

_IDENTITY = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ADDRESS = re.compile(r"[^\s()<>\[\]:;@\\,\"]+@[^\s()<>:;@\\,\"]+")
_NOT_IN_FEEDBACK = re.compile(r"[^0-9A-Za-z._-]")
_BY_A_MACHINE = (
    ("Auto-Submitted", "auto-generated"),
    ("X-Auto-Response-Suppress", "All"),
    ("Content-Language", "en"),
)
_ONE_CLICK = b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"


class Message(msgspec.Struct, frozen=True):
    """A finished mail. ``data`` is RFC 5322 with CRLF line ends, lines of at most 100 bytes unless an address is
    longer, all ASCII but for an international address in ``To`` (RFC 6532).

    ``delivery_id`` is 32 hex digits, the left part of the Message-ID; ``date`` is that of the Date header.
    """

    delivery_id: str
    date: datetime
    data: bytes

    @property
    def sha256(self) -> str:
        """Hex digest of ``data``."""
        return hashlib.sha256(self.data).hexdigest()


class Envelope(msgspec.Struct, frozen=True):
    """Whom bounces go to and whom the mail goes to, as SMTP says it; ``smtputf8`` if one of them is not ASCII.

    ``envelope_id`` is what bounces shall call the mail (ENVID, RFC 3461 4.4); None leaves that to the mail server.
    """

    sender: str
    recipient: str
    smtputf8: bool = False
    envelope_id: str | None = None


class MailingList(msgspec.Struct, frozen=True):
    """The name that List-Id shows and what stands before the domain there, as stable as the list itself."""

    name: str
    label: str


class Letterhead(msgspec.Struct, frozen=True, kw_only=True):
    """What many mails' headers share.

    ``author`` is whom they are from; its domain is that of Message-ID and List-Id. ``date`` is the time at which
    the run was opened. ``run_key`` and ``stream`` (the cadence, say) name them to providers that count complaints.
    Without a ``mailing_list`` it is a letter to one person. ``help`` and ``owner`` are URIs.
    """

    author: Mailbox
    date: datetime
    run_key: str
    stream: str
    mailing_list: MailingList | None = None
    help: str | None = None
    owner: str | None = None


class Head(msgspec.Struct, frozen=True):
    """What one mail's headers say. ``links`` are those of its body."""

    letterhead: Letterhead
    subject: str
    delivery_id: str
    links: Links = NO_LINKS


def mailing_list(sources: Sequence[str]) -> MailingList:
    """The list of who reads one source (``trending``, ``daily``, ``search:speech``), or the installation's own."""
    if len(sources) != 1:
        return MailingList("Broadsheet", "digest")
    kind = ListKind(sources[0].partition(":")[0])
    return MailingList(f"{kind.capitalize()} papers", f"{kind}.digest")


def assemble(body: Body, head: Head, envelope: Envelope) -> Message:
    """Put the mail together; the same arguments give the same bytes in every process.

    Raises:
        AddressError: a recipient that no header can name: with separators in it, or not ASCII without SMTPUTF8.
        ValueError: another header that cannot be written; no header is ever added by what stands in one.
    """
    if not _IDENTITY.fullmatch(head.delivery_id):
        raise ValueError("a delivery's id is letters and digits")
    boundary = f"=_{head.delivery_id}"  # "=_" cannot occur in quoted-printable
    letterhead = head.letterhead
    own = (
        f"To: {_recipient(envelope)}\r\n"
        f"Message-ID: <{head.delivery_id}@{letterhead.author.domain}>\r\n"
        f"X-Digest-Delivery: {head.delivery_id}\r\n"
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n'
    )
    data = b"".join(
        (
            _shared(letterhead, head.subject),
            own.encode(),
            _unsubscribe(head.links) if letterhead.mailing_list else b"",
            _part(boundary, "plain"),
            *body.text_parts,
            _part(boundary, "html"),
            *body.html_parts,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
    return Message(head.delivery_id, letterhead.date, data)


@lru_cache(maxsize=1024)
def _shared(letterhead: Letterhead, subject: str) -> bytes:
    lines = [
        header("From", str(replace(letterhead.author, name=clean(letterhead.author.name)))),
        header("Subject", encode_text(clean(subject))),
        header("Date", format_datetime(letterhead.date.astimezone(UTC).replace(microsecond=0))),
        header("MIME-Version", "1.0"),
        *(header(*pair) for pair in _BY_A_MACHINE),
    ]
    if letterhead.mailing_list is not None:
        name, label = encode_phrase(clean(letterhead.mailing_list.name)), letterhead.mailing_list.label
        feedback = (_NOT_IN_FEEDBACK.sub("", part) for part in (letterhead.run_key, letterhead.stream))
        lines += [
            header("Precedence", "bulk"),
            header("List-Id", f"{name} <{label}.{letterhead.author.domain}>"),
            header("Feedback-ID", ":".join((*feedback, "digest", letterhead.author.domain))),
        ]
        named = (("List-Help", letterhead.help), ("List-Owner", letterhead.owner))
        lines += [uri_list(name, [uri]) for name, uri in named if uri is not None]
    return b"".join(lines)


def _recipient(envelope: Envelope) -> str:
    """The address as ``To`` names it: itself, never an encoded word, which would be another address."""
    address = envelope.recipient
    if _ADDRESS.fullmatch(address) and address.isprintable() and (envelope.smtputf8 or address.isascii()):
        return address
    raise AddressError(
        "a recipient's address cannot be written to: it has separators in it, or letters beyond ASCII where "
        "SMTPUTF8 is not to be had"
    )


def _unsubscribe(links: Links) -> bytes:
    uris = [uri for uri in (links.unsubscribe, links.reply_unsubscribe) if uri is not None]
    if not uris:
        return b""
    one_click = links.unsubscribe is not None and links.unsubscribe.startswith("https://")
    return uri_list("List-Unsubscribe", uris) + (_ONE_CLICK if one_click else b"")


def _part(boundary: str, subtype: str) -> bytes:
    return (
        f"\r\n--{boundary}\r\n"
        f"Content-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()
