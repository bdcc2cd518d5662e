"""Mails by strangers, read so that none of them can crash or stall the reader."""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

MOST_BYTES = 2_000_000
"""Of a longer mail only so much is read: what a report says stands before the mail that it returns."""

PARSER_ERRORS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip
"""What the parsers of email and flufl.bounce are known to raise over input that nobody thought of."""

_LIMITS = (
    (
        re.compile(rb"^[ \t>]*content-type:\s*[\"']?(?:multipart|message)/", re.I | re.M),
        60,
        "parts within parts",
    ),
    (re.compile(rb"^--", re.M), 2_000, "lines that may part it"),
    (re.compile(rb"^[!-9;-~]+:", re.M), 2_000, "header lines"),
)
"""What makes parsing slow, or too deep to be done, and how often a mail may have it."""
_LONGEST_FIELD = 10_000
_FIELDS_WITH_PARAMETERS = re.compile(rb"^content-[a-z-]+:[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)
_LONGEST_ADDRESSES = 50_000
_ADDRESS = re.compile(r"""[^\s<>,;:"()\[\]]{1,128}@[^\s<>,;:"()\[\]]{1,255}""")


class UnreadableError(Exception):
    """A mail that no sense can be made of; the message says why, without any of its words."""


def read_mail(data: bytes) -> Message:
    """Parse a mail, of which ``data`` may be the beginning only.

    Raises:
        UnreadableError: it is empty, nested too deeply, or not to be parsed.
    """
    for what, most, called in _LIMITS:
        if sum(1 for _ in what.finditer(data)) > most:
            raise UnreadableError(f"too many {called}")
    if any(len(field[0]) > _LONGEST_FIELD for field in _FIELDS_WITH_PARAMETERS.finditer(data)):
        raise UnreadableError("a header field that is too long")
    try:
        mail = BytesParser(policy=compat32).parsebytes(data)
    except PARSER_ERRORS as error:
        raise UnreadableError(f"not to be parsed ({type(error).__name__})") from None
    if not mail.keys():
        raise UnreadableError("no mail: it has no header")
    return mail


def header(mail: Message, name: str) -> str:
    """A header's value as one line, empty if there is none; bytes outside ASCII become replacement signs."""
    return " ".join(str(mail.get(name, "")).split())


def headers(mail: Message, *names: str) -> Iterator[str]:
    """The values of all headers of those names, name by name."""
    for name in names:
        for value in mail.get_all(name, []):
            yield str(value)


def text_of(part: Message) -> str:
    """The text of a part that holds no parts, decoded; of an unknown or false charset what can be read of it."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return payload.decode("utf-8", errors="replace")


def texts(mail: Message) -> Iterator[str]:
    """The texts of all parts that are text, in order."""
    for part in mail.walk():
        if part.get_content_maintype() == "text" and not part.is_multipart():
            yield text_of(part)


def addresses(value: str) -> list[str]:
    """Whatever looks like an address in a header's value."""
    return _ADDRESS.findall(value[:_LONGEST_ADDRESSES])
