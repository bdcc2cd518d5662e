"""What a mail in the bounce mailbox is, and what it says; who says so is another question (`proof`)."""

import re
from email.message import Message

from broadsheet.mail.bounces.arf import feedback_parts, read_feedback
from broadsheet.mail.bounces.dsn import read_status, status_parts
from broadsheet.mail.bounces.kinds import Kind, Told
from broadsheet.mail.bounces.odd import read_odd
from broadsheet.mail.bounces.reading import UnreadableError, addresses, header

_REPLY_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Mail-Autoreply")
_REPLY_SUBJECT = re.compile(
    r"\s*\W*(?:re:\s*)?(?:auto(?:matic|mated|matische)?[ -]?(?:reply|response|antwort)|automatische antwort"
    r"|out of (?:the )?office|abwesen|réponse automatique|respuesta automática|on vacation|vacation reply)",
    re.IGNORECASE,
)
_MACHINES = frozenset({
    "mailer-daemon", "maildaemon", "mail-daemon", "mdaemon", "postmaster", "mailer_daemon", "mail", "mmdf", "uucp",
    "mailadmin", "mail delivery subsystem",
})  # fmt: skip


def understand(mail: Message, data: bytes) -> list[Told]:
    """What ``mail`` says, recipient by recipient; never nothing. ``data`` is the mail as it came.

    Raises:
        UnreadableError: it is a report, but there is no making sense of it.
    """
    if parts := feedback_parts(mail):
        return _from(read_feedback(parts[0]), "a complaint without its type")
    if parts := status_parts(mail):
        return _from(read_status(parts[0]), "a delivery status without a recipient")
    if _is_receipt(mail):
        return [Told(Kind.IGNORED, "a read receipt")]
    if _is_automatic_reply(mail):
        return [Told(Kind.IGNORED, "an automatic reply")]
    if _is_from_a_machine(mail):
        return _from(read_odd(mail, data), "a bounce in a form that is not known")
    return [Told(Kind.IGNORED, "no report")]


def _from(told: list[Told], otherwise: str) -> list[Told]:
    if not told:
        raise UnreadableError(otherwise)
    return told


def _is_receipt(mail: Message) -> bool:
    return any(part.get_content_type() == "message/disposition-notification" for part in mail.walk())


def _is_automatic_reply(mail: Message) -> bool:
    """RFC 3834, and what was in use before. Exim's bounces say ``auto-replied`` too, but name who failed."""
    if "X-Failed-Recipients" in mail:
        return False
    return (
        header(mail, "Auto-Submitted").casefold().startswith(("auto-replied", "auto-notified"))
        or header(mail, "Precedence").casefold() in {"auto_reply", "auto-reply"}
        or any(name in mail for name in _REPLY_HEADERS)
        or _REPLY_SUBJECT.match(header(mail, "Subject")) is not None
    )


def _is_from_a_machine(mail: Message) -> bool:
    if "X-Failed-Recipients" in mail or header(mail, "Return-Path") == "<>":
        return True
    sender = next(iter(addresses(header(mail, "From"))), header(mail, "From"))
    return sender.partition("@")[0].strip().casefold() in _MACHINES
