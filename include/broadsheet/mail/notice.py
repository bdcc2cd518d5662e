"""A notice to the operator: plain text, and the same one not again and again."""

import binascii
import hashlib
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from broadsheet.digest.text import clean
from broadsheet.mail.address import Mailbox, read_mailbox
from broadsheet.mail.headers import encode_text, header
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.transport import Outcome, Result, Transport, choose_transport
from broadsheet.settings import Settings

NOT_AGAIN_FOR = timedelta(hours=20)
"""What goes on failing is told of once a day."""


def send_notice(
    settings: Settings, subject: str, text: str, now: datetime, transport: Transport | None = None
) -> Outcome | None:
    """Mail a notice to ``notices_to``, else to ``digest_to``; ``now`` is aware.

    Gives what became of it; None if nobody is to be told, or was told the same less than `NOT_AGAIN_FOR` ago.

    Raises:
        AddressError: an address that cannot be sent to.
        SettingsError: a mail server that is none.
    """
    setting = "notices_to" if settings.notices_to else "digest_to"
    to = getattr(settings, setting)
    if not to:
        return None
    author, reader = read_mailbox(settings.digest_from, "digest_from"), read_mailbox(to, setting)
    identity = hashlib.sha256(f"{to}\n{subject}\n{text}".encode()).hexdigest()[:32]
    told = settings.home_path / "notices" / identity
    if _told_lately(told, now):
        return None
    envelope = Envelope(author.address, reader.address)
    message = _build(identity, subject, text, now, (author, reader))
    with (transport or choose_transport(settings)).open() as session:
        outcome = session.send(message, envelope, lambda: None)
    if outcome.result in {Result.ACCEPTED, Result.IN_DOUBT}:
        told.parent.mkdir(parents=True, exist_ok=True)
        told.write_text(now.isoformat(), encoding="ascii")
    return outcome


def _told_lately(told: Path, now: datetime) -> bool:
    try:
        then = datetime.fromisoformat(told.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return False
    return abs(now - then) < NOT_AGAIN_FOR


def _build(identity: str, subject: str, text: str, now: datetime, people: tuple[Mailbox, Mailbox]) -> Message:
    author, reader = people
    date = now.replace(microsecond=0)
    head = (
        ("From", str(author)),
        ("To", str(reader)),
        ("Subject", encode_text(clean(subject))),
        ("Date", format_datetime(date)),
        ("Message-ID", f"<{identity}.{int(date.timestamp())}@{author.domain}>"),
        ("MIME-Version", "1.0"),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "quoted-printable"),
    )
    body = binascii.b2a_qp(f"{text}\n".replace("\n", "\r\n").encode(), istext=True)
    return Message(identity, date, b"".join((*(header(*pair) for pair in head), b"\r\n", body)))
