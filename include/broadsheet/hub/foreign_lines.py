"""JSON lines of captures, in two forms: with a ``body`` as it came, or with the decoded ``response``."""

import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

import msgspec
from msgspec import UNSET, UnsetType

from broadsheet.hub.urls import list_from_url
from broadsheet.model import Capture, ListId
from broadsheet.times import as_utc

_JSON = "application/json; charset=utf-8"


class _Line(msgspec.Struct):
    """One line; it has a ``body`` or a ``response``. A time without a zone is UTC."""

    captured_at: datetime
    url: str
    status: int = 200
    content_type: str | None = None
    body: str | UnsetType = UNSET
    response: msgspec.Raw | UnsetType = UNSET


def is_capture_line(line: bytes) -> bool:
    """Whether a line, be it whole or cut off, is meant as a capture: no answer of the hub has this word."""
    return b'"captured_at"' in line


def line_captures(lines: BinaryIO, list_id: ListId | None) -> Iterator[Capture]:
    """The captures, a line each; empty lines are passed over.

    Raises:
        ValueError: a line that is cut off or lacks something, with its number.
    """
    number = 0
    try:
        for line in lines:
            number += 1
            if line.strip():
                yield _numbered(number, line, list_id)
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"after line {number}: {error}") from error


def _numbered(number: int, line: bytes, list_id: ListId | None) -> Capture:
    try:
        return _capture(line, list_id)
    except ValueError as error:
        raise ValueError(f"line {number}: {error}") from None


def _capture(line: bytes, list_id: ListId | None) -> Capture:
    read = msgspec.json.decode(line, type=_Line)
    if read.body is not UNSET:
        body, content_type = read.body.encode("utf-8", "surrogatepass"), read.content_type
    elif read.response is not UNSET:
        body, content_type = bytes(read.response), read.content_type or _JSON
    else:
        raise ValueError("the capture has neither a body nor a response")
    return Capture(
        captured_at=as_utc(read.captured_at),
        url=checked_address(read.url),
        status=read.status,
        headers=(("Content-Type", content_type),) if content_type is not None else (),
        body=body,
        asked=list_id or list_from_url(read.url),
    )


def is_address(url: str) -> bool:
    """Whether a capture can have this address: it is a web address, and holds no blanks."""
    return url.startswith(("http://", "https://")) and not any(c.isspace() for c in url)


def checked_address(url: str) -> str:
    """``url`` itself. Raises ValueError unless it is an address that a capture can have."""
    if not is_address(url):
        raise ValueError(f"{url!r} is no http address")
    return url
