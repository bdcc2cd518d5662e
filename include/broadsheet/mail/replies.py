"""A mail server's replies: where each ends (RFC 5321 4.2), its enhanced status, the name it gave the mail."""

import re
from typing import NamedTuple

from broadsheet.model import squash

MOST_CHARACTERS = 500
MOST_BYTES_A_LINE = 8192
"""RFC 5321 4.5.3.1.5 says 512; some servers say more."""
NO_CODE = -1

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?!\S)")
_QUEUED = re.compile(
    r"queued as (?P<postfix>[\w.-]+)|\bid=(?P<exim>[\w.-]+)|(?P<sendmail>\w+) Message accepted for delivery"
)
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>]+>?")


class Reply(NamedTuple):
    """A whole reply: its code, `NO_CODE` if it has none, and the text of all its lines."""

    code: int
    text: bytes


def take_reply(unread: bytearray) -> Reply | None:
    """Take the next reply off what came in; None, and nothing taken, while its end is missing.

    Raises:
        ConnectionError: a line that is no reply's: nothing that follows can be trusted.
    """
    texts, start = [], 0
    while (end := unread.find(b"\n", start)) >= 0:
        line = unread[start:end]
        start = end + 1
        texts.append(line[4:].strip())
        code = int(line[:3]) if line[:3].isdigit() else NO_CODE
        if line[3:4] != b"-" or code == NO_CODE:
            del unread[:start]
            return Reply(code, b"\n".join(texts))
    if len(unread) - start > MOST_BYTES_A_LINE:
        raise ConnectionError("a line without an end")
    return None


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
