"""What a web process writes down: errors, and if asked a line for each request, without what is nobody's business.

No addresses of visitors, no queries, and of personal links only which kind they are: who can read a log must not be
able to act for a subscriber.
"""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadsheet.model import ListKind

MASK = "***"
_PERSONAL = frozenset({"confirm", "preferences", "unsubscribe"})
"""First segments of the addresses that end in a token."""
_PUBLIC_EDITIONS = frozenset(map(str, ListKind))
"""What follows ``/editions/`` where everybody may look; else it is a run's, and the page a mail as it was sent."""

_log = logging.getLogger("broadsheet.web.requests")


def shown(path: str) -> str:
    """A path as it may be logged: ``/papers/2611.00001``, but ``/confirm/***``; printable, at most 200 characters."""
    first, *rest = path.lstrip("/").split("/")
    if first in _PERSONAL and rest:
        return f"/{first}/{MASK}"
    if first == "editions" and rest and rest[0] not in _PUBLIC_EDITIONS:
        return f"/{first}/{MASK}"
    safe = "/".join(MASK if "@" in segment else segment for segment in (first, *rest))
    return "/" + "".join(letter if letter.isprintable() else "?" for letter in safe[:200])


class Requests:
    """Logs a line for each request: method, path, status, bytes and milliseconds."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, sent = time.perf_counter(), 0, 0

        async def counted(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            spent = (time.perf_counter() - began) * 1000
            asked = {"method": scope["method"], "path": shown(scope["path"])}
            told = {"status": status, "bytes": sent, "milliseconds": round(spent, 1)}
            _log.info("%s %s %d %d bytes %.1f ms", *asked.values(), status, sent, spent, extra=asked | told)
