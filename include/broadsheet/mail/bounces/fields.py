"""The fields of machine-readable parts, such as message/delivery-status, however they are encoded or broken."""

import base64
import quopri
import re
from collections.abc import Iterator
from email.message import Message

from broadsheet.mail.bounces.reading import header

_MOST_CHARACTERS = 200_000
_FIELD = re.compile(r"^(?P<name>[A-Za-z][A-Za-z-]*)[ \t]*:(?P<value>.*(?:\r?\n[ \t].*)*)", re.MULTILINE)
_BLANK_LINES = re.compile(r"\r?\n[ \t]*\r?\n")


def read_fields(part: Message) -> Iterator[dict[str, str]]:
    """The fields of each block of ``part``, names in lower case; lines that are no field are passed over.

    Blocks are parted by blank lines; a second Final-Recipient begins a new one without.
    """
    for block in _BLANK_LINES.split(_decoded(part)[:_MOST_CHARACTERS]):
        fields: dict[str, str] = {}
        for match in _FIELD.finditer(block):
            name = match["name"].lower()
            if name == "final-recipient" and name in fields:
                yield fields
                fields = {}
            fields[name] = " ".join(match["value"].split())
        yield fields


def _decoded(part: Message) -> str:
    """The part's text. The stdlib's parser makes mails of these parts' content, encoded or not."""
    payload = part.get_payload()
    written = (
        "\n\n".join(_as_written(block, part) for block in payload if isinstance(block, Message))
        if isinstance(payload, list)
        else str(payload)
    )
    raw = written.encode("utf-8", errors="replace")
    match header(part, "Content-Transfer-Encoding").casefold():
        case "base64":
            raw = _from_base64(raw)
        case "quoted-printable":
            raw = quopri.decodestring(raw)
    return raw.decode("utf-8", errors="replace")


def _as_written(block: Message, part: Message) -> str:
    fields = "".join(f"{name}: {value}\n" for name, value in block.items())
    # In a delivery-status the parser takes a line that is no field for the end of the block's header.
    between = "" if part.get_content_type() == "message/delivery-status" else "\n"
    payload = block.get_payload()
    return fields + between + (payload if isinstance(payload, str) else "")


def _from_base64(raw: bytes) -> bytes:
    """What can be decoded: other characters are left out, an end that is cut off too."""
    digits = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    return base64.b64decode(digits[: len(digits) // 4 * 4] + _padded(digits[len(digits) // 4 * 4 :]))


def _padded(rest: bytes) -> bytes:
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
