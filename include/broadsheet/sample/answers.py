"""What the sample hub is asked and what it answers, before any byte is sent."""

import gzip
import hashlib
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal, Protocol
from urllib.parse import parse_qsl, urlsplit

import msgspec

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


class Ask(msgspec.Struct, frozen=True):
    """A request's address: path, query (the last value of each name), and the hub's own address as seen."""

    path: str
    query: dict[str, str]
    base: str

    @classmethod
    def read(cls, target: str, base: str) -> "Ask":
        """From a request target such as ``/papers?q=speech``."""
        parts = urlsplit(target)
        return cls(parts.path.rstrip("/") or "/", dict(parse_qsl(parts.query, keep_blank_values=True)), base)


class Look(msgspec.Struct, frozen=True):
    """How an answer differs from a sound one: the part of a fault that changes contents.

    ``listed`` False leaves the page's frame without its list; ``share`` is the part of the list that is kept;
    ``age`` shows the hub as it was that long ago.
    """

    listed: bool = True
    hydration: Literal["whole", "broken", "absent"] = "whole"
    cards: bool = True
    share: float = 1.0
    age: timedelta = timedelta()


SOUND = Look()


class Answer(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A whole answer. ``changed_at`` becomes Last-Modified."""

    status: int = 200
    content_type: str = JSON
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    changed_at: datetime | None = None

    @cached_property
    def etag(self) -> str:
        """A weak entity tag of body and type, as the hub's front gives."""
        digest = hashlib.sha256(self.content_type.encode() + b"\n" + self.body).hexdigest()
        return f'W/"{len(self.body):x}-{digest[:27]}"'

    @cached_property
    def packed(self) -> bytes:
        """The body, gzipped; the same bytes every time."""
        return gzip.compress(self.body, compresslevel=4, mtime=0)

    def with_headers(self, *headers: tuple[str, str]) -> "Answer":
        """The same answer with more headers."""
        return msgspec.structs.replace(self, headers=(*self.headers, *headers))


class Source(Protocol):
    """What a sample hub plays: a made-up world or a tape."""

    def answer(self, ask: Ask, moment: datetime, look: Look = SOUND) -> Answer:
        """The hub's answer at ``moment``; 404 for what it does not know."""


def problem(status: int, message: str) -> Answer:
    """An error as the hub's API words it."""
    return Answer(status=status, body=msgspec.json.encode({"error": message}))


def redirect(location: str) -> Answer:
    """A 302 to another page."""
    return Answer(
        status=302,
        content_type=TEXT,
        body=f"Found. Redirecting to {location}".encode(),
        headers=(("Location", location),),
    )
