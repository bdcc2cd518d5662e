"""Answers that are the same for everybody: made once a publication, kept, compressed, revalidated (RFC 9110 13)."""

import gzip
import hashlib
import re
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import NamedTuple
from weakref import WeakValueDictionary

from cachetools import LRUCache
from fastapi import Request, Response

from broadsheet.times import http_date
from broadsheet.web.published import Published, Reading

MOST_BYTES = 64_000_000
"""How much of what was made is kept."""
KEEPING_BYTES = 1000
"""What keeping an answer takes besides its bytes: else empty ones would be kept without end."""
WORTH_COMPRESSING = 1000
_FRESH = "no-cache"
"""Kept by whoever asked, and asked for again with If-None-Match each time."""
_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:,|$|;\s*q=(?!0(?:\.0*)?\s*(?:,|$)))", re.IGNORECASE)
"""An Accept-Encoding that takes gzip, with a weight above 0 where it gives one (RFC 9110 12.5.3)."""


class Headed(NamedTuple):
    """Content, and headers that depend on what was read."""

    content: str | bytes
    headers: Mapping[str, str]


class _Made(NamedTuple):
    plain: bytes
    packed: bytes
    headers: Mapping[str, str]

    @classmethod
    def of(cls, made: str | bytes | Headed) -> "_Made":
        content, headers = made if isinstance(made, Headed) else (made, {})
        plain = content.encode() if isinstance(content, str) else content
        packed = gzip.compress(plain, 6, mtime=0) if len(plain) >= WORTH_COMPRESSING else b""
        return cls(plain, packed, headers)

    @property
    def size(self) -> int:
        return KEEPING_BYTES + len(self.plain) + len(self.packed) + sum(map(len, self.headers.values()))


class Answers:
    """Gives answers that depend on nothing but the publication and the address asked for.

    ``build`` differs between releases, so that nobody keeps pages of an older one.
    """

    def __init__(self, published: Published, build: str, most_bytes: int = MOST_BYTES) -> None:
        self._published = published
        self._build = build
        self._kept: LRUCache[str, _Made] = LRUCache(most_bytes, getsizeof=lambda made: made.size)
        self._lock = threading.Lock()
        self._making: WeakValueDictionary[str, _Turn] = WeakValueDictionary()

    def give(
        self,
        request: Request,
        media_type: str,
        make: Callable[[Reading], str | bytes | Headed],
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer to a GET or HEAD: 304 where the asker has it, else what ``make`` makes of the publication.

        Errors that ``make`` raises are the caller's and nothing is kept of them.

        Raises:
            WarehouseError: nothing is published yet.
        """
        tag, published_at = self._published.newest()
        asked = f"{tag} {self._build} {request.base_url} {request.url.path}?{request.url.query}"
        key = hashlib.sha256(asked.encode()).hexdigest()
        opaque = f'"{key[:24]}"'
        every = {
            "ETag": f"W/{opaque}",
            "Last-Modified": format_datetime(published_at, usegmt=True),
            "Cache-Control": _FRESH,
            "Vary": "Accept-Encoding",
            **(headers or {}),
        }
        if opaque in _tags(request):
            return Response(status_code=304, headers=every)
        made = self._made(key, make)
        # Only now it is known that there is anything at this address.
        if _has_any(request, published_at):
            return Response(status_code=304, headers=every)
        every |= made.headers
        if made.packed and _GZIP.search(request.headers.get("accept-encoding", "")):
            return Response(made.packed, media_type=media_type, headers=every | {"Content-Encoding": "gzip"})
        return Response(made.plain, media_type=media_type, headers=every)

    def _made(self, key: str, make: Callable[[Reading], str | bytes | Headed]) -> _Made:
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                return kept
            turn = self._making.setdefault(key, _Turn())
        # Of many who ask for the same at once, one makes it.
        with turn.lock:
            with self._lock:
                if (kept := self._kept.get(key)) is not None:
                    return kept
            with self._published.reading() as reading:
                made = _Made.of(make(reading))
            with self._lock:
                if made.size <= self._kept.maxsize:
                    self._kept[key] = made
            return made


def _tags(request: Request) -> set[str]:
    """The tags of what the asker has, compared weakly (RFC 9110 13.1.2)."""
    given = request.headers.get("if-none-match", "")
    return {tag.strip().removeprefix("W/") for tag in given.split(",")}


def _has_any(request: Request, published_at: datetime) -> bool:
    """Whether the asker has this answer by another sign than its tag: where tags are given, the time does not count
    (RFC 9110 13.2.2).
    """
    if "if-none-match" in request.headers:
        return "*" in _tags(request)
    since = http_date(request.headers.get("if-modified-since", ""))
    return since is not None and published_at <= since


class _Turn:
    """Whoever holds its lock makes an answer; the others wait for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
