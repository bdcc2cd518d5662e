"""Header lines as bytes on the wire: ASCII, folded, without a way to smuggle in another header (RFC 5322, 2047).

Written by hand because ``email.message`` turns long tokens of list headers into encoded words, and because a
second copy must be byte-identical whatever the Python version.
"""

import base64
import re
from collections.abc import Iterable

MOST_COLUMNS = 76
MOST_LINE = 100
"""Longer lines are only those that one URI fills."""
_URI = re.compile(r"[a-z]+:[!#-;=?-~]{1,900}")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ENCODED_BYTES = 39
"""Bytes of UTF-8 in one encoded word: with a header's name before it, the line stays within RFC 2047's 76."""


def header(name: str, value: str) -> bytes:
    """One header whose value is ASCII already, folded at spaces.

    Raises:
        ValueError: a control or non-ASCII character in it.
    """
    if not value.isascii() or not value.isprintable():
        raise ValueError(f"header {name} holds a control or non-ASCII character")
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > MOST_COLUMNS and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines).encode("ascii") + b"\r\n"


def uri_list(name: str, uris: Iterable[str]) -> bytes:
    """A list header of RFC 2369: each URI in angle brackets, folded only between them and never encoded.

    Raises:
        ValueError: a URI with a bracket, a space, a control or non-ASCII character in it, or one too long.
    """
    lines = [f"{name}:"]
    for number, uri in enumerate(uris):
        if not _URI.fullmatch(uri):
            raise ValueError(f"header {name} holds what is no URI")
        if number:
            lines[-1] += ","
        if len(lines[-1]) + len(uri) + 4 > MOST_LINE:  # a space, two brackets, and a comma
            lines.append("")
        lines[-1] += f" <{uri}>"
    return "\r\n".join(lines).encode("ascii") + b"\r\n"


def encode_text(text: str) -> str:
    """Unstructured text, such as a subject: as it is if it is plain ASCII, else as encoded words."""
    plain = (
        text.isascii() and "=?" not in text and all(len(word) < MOST_COLUMNS - 1 for word in text.split(" "))
    )
    return text if plain else " ".join(_encoded_words(text))


def encode_phrase(text: str) -> str:
    """A display name: atoms, a quoted string, or encoded words."""
    if not text.isascii() or "=?" in text:
        return " ".join(_encoded_words(text))
    if _ATOMS.fullmatch(text):
        return text
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _encoded_words(text: str) -> list[str]:
    chunks = [b""]
    for character in text:
        encoded = character.encode()
        if len(chunks[-1]) + len(encoded) > _ENCODED_BYTES:
            chunks.append(b"")
        chunks[-1] += encoded
    return [f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?=" for chunk in chunks]
