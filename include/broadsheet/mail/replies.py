"""What a mail server's reply says beyond its code: the enhanced status and the name it gave the mail."""

import re

from broadsheet.model import squash

MOST_CHARACTERS = 500

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)")
_QUEUED = re.compile(
    r"queued as (?P<postfix>[\w.-]+)|\bid=(?P<exim>[\w.-]+)|(?P<sendmail>\w+) Message accepted for delivery"
)
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>]+>?")


def words(reply: bytes | str) -> str:
    """A reply as one line that may be stored and shown: addresses taken out, cut to `MOST_CHARACTERS`."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return _ADDRESS.sub("(address)", squash(text))[:MOST_CHARACTERS]


def enhanced_status(text: str) -> str | None:
    """The status that a reply begins with, such as ``5.1.1`` (RFC 2034); None if it has none."""
    match = _ENHANCED.match(text)
    return match[0] if match else None


def queue_id(text: str) -> str | None:
    """What Postfix, Exim or Sendmail says it calls the mail it took; None if the reply says nothing of it."""
    match = _QUEUED.search(text)
    return match[match.lastgroup] if match and match.lastgroup else None
