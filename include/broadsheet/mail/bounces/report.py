"""A mail of the bounce mailbox, read whole: what it says, and which delivery it claims to be about."""

import hashlib

import msgspec

from broadsheet.mail.bounces.kinds import Kind, Told
from broadsheet.mail.bounces.proof import Claim, find_claim, unsubscribing
from broadsheet.mail.bounces.reading import PARSER_ERRORS, UnreadableError, header, read_mail
from broadsheet.mail.bounces.understanding import understand


class Report(msgspec.Struct, frozen=True):
    """``name`` is the report's Message-ID, or a hash of the whole where it has none.

    ``told`` is never empty. ``unsubscribing`` is the (subscriber, generation) that the mail was addressed to.
    """

    name: str
    told: tuple[Told, ...]
    claim: Claim | None = None
    unsubscribing: tuple[int, int] | None = None


def read_report(data: bytes, secret: bytes) -> Report:
    """Read a mail, of which ``data`` may be the beginning only.

    Raises:
        UnreadableError: no sense can be made of it.
    """
    try:
        return _read(data, secret)
    except PARSER_ERRORS as error:
        raise UnreadableError(f"not to be understood ({type(error).__name__})") from None


def name_of(data: bytes) -> str:
    """What a mail without a Message-ID is known by."""
    return hashlib.sha256(data).hexdigest()


def _read(data: bytes, secret: bytes) -> Report:
    mail = read_mail(data)
    name = header(mail, "Message-ID") or name_of(data)
    if named := unsubscribing(mail, secret):
        asked = Told(Kind.UNSUBSCRIBE, "the reader asked for it by mail")
        return Report(name, (asked,), unsubscribing=named)
    claim = find_claim(mail, secret)
    if claim is None:
        return Report(name, (Told(Kind.IGNORED, "it names no delivery"),))
    return Report(name, tuple(understand(mail, data)), claim)
