"""A digest as a finished mail: the same bytes whenever and wherever it is built."""

import binascii
import hashlib
import hmac
from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec

from broadsheet.digest.render import Rendered
from broadsheet.digest.text import clean
from broadsheet.mail.address import Mailbox
from broadsheet.mail.headers import encode_text, header

_ID_DIGITS = 32


class Message(msgspec.Struct, frozen=True):
    """A finished mail. ``data`` is RFC 5322 with CRLF line ends, all ASCII, lines of at most 78 characters.

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
    """Who writes to whom."""

    sender: Mailbox
    recipient: Mailbox


def delivery_id(edition_key: str, recipient: Mailbox, secret: bytes) -> str:
    """32 hex digits that only the holder of ``secret`` can tell from the edition and the recipient."""
    content = f"{edition_key}\n{recipient.address}".encode()
    return hmac.digest(secret, content, "sha256").hex()[:_ID_DIGITS]


def build(rendered: Rendered, edition_key: str, date: datetime, envelope: Envelope, secret: bytes) -> Message:
    """The mail of one digest to one recipient.

    ``date`` becomes the Date header, in whole seconds. There is no List-Unsubscribe: nothing answers it yet.
    """
    identity = delivery_id(edition_key, envelope.recipient, secret)
    domain = envelope.sender.domain
    boundary = f"=_{identity}"  # "=_" cannot occur in quoted-printable
    head = (
        ("From", str(envelope.sender)),
        ("To", str(envelope.recipient)),
        ("Subject", encode_text(clean(rendered.subject))),
        ("Date", format_datetime(date.astimezone(UTC).replace(microsecond=0))),
        ("Message-ID", f"<{identity}@{domain}>"),
        ("MIME-Version", "1.0"),
        ("List-Id", f"Broadsheet <digest.broadsheet.{domain}>"),
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "bulk"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Digest-Delivery", identity),
        ("Content-Language", "en"),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    )
    data = b"".join(
        (
            *(header(name, value) for name, value in head),
            b"\r\n",
            _part(boundary, "plain", rendered.text),
            _part(boundary, "html", rendered.html),
            f"--{boundary}--\r\n".encode(),
        )
    )
    return Message(identity, date, data)


def _part(boundary: str, subtype: str, text: str) -> bytes:
    """Quoted-printable, so that equal parts of different mails stay equal bytes."""
    head = (
        f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )
    lines = text.replace("\n", "\r\n").encode()
    return head.encode() + binascii.b2a_qp(lines, istext=True) + b"\r\n"
