"""Answers that are the same for everybody: made once a publication, kept, compressed, revalidated (RFC 9110 13)."""

import gzip
import hashlib
import threading
from collections.abc import Callable, Mapping
from email.utils import format_datetime
from typing import NamedTuple
from weakref import WeakValueDictionary

from cachetools import LRUCache
from fastapi import Request, Response

from broadsheet.times import http_date
from broadsheet.web.published import Published, Reading

MOST_BYTES = 64_000_000
"""How much of what was made is kept."""
WORTH_COMPRESSING = 1000
_FRESH = "no-cache"
"""Kept by whoever asked, and asked for again with If-None-Match each time."""


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
        return len(self.plain) + len(self.packed)


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
        key = f"{self._published.tag} {self._build} {request.base_url} {request.url.path}?{request.url.query}"
        validators = {
            "ETag": f'W/"{hashlib.sha256(key.encode()).hexdigest()[:24]}"',
            "Last-Modified": format_datetime(self._published.published_at, usegmt=True),
            "Cache-Control": _FRESH,
            "Vary": "Accept-Encoding",
        }
        every = validators | dict(headers or {})
        if self._has_it(request, validators["ETag"]):
            return Response(status_code=304, headers=every)
        made = self._made(key, make)
        every |= made.headers
        if made.packed and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(made.packed, media_type=media_type, headers=every | {"Content-Encoding": "gzip"})
        return Response(made.plain, media_type=media_type, headers=every)

    def _has_it(self, request: Request, etag: str) -> bool:
        """RFC 9110 13.2.2: where tags are given, the time does not count."""
        if (tags := request.headers.get("if-none-match")) is not None:
            opaque = etag.removeprefix("W/")
            return any(tag.strip().removeprefix("W/") in {opaque, "*"} for tag in tags.split(","))
        since = http_date(request.headers.get("if-modified-since", ""))
        return since is not None and self._published.published_at <= since

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


class _Turn:
    """Whoever holds its lock makes an answer; the others wait for it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
