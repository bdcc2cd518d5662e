"""How much one visitor may ask for, and in what form: requests a minute, addresses, bodies and their pace."""

import re
import time
from collections import Counter
from collections.abc import Callable

import anyio
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadsheet.hosts import household
from broadsheet.web.errors import tell

MOST_BODY_BYTES = 65_536
"""A form with a hundred topics is far below this."""
LONGEST_BODY_SECONDS = 20.0
"""How long a body may take to come: who sends a byte now and then would hold a connection for ever."""
MOST_ADDRESS_BYTES = 8_000
"""The longest path and query: RFC 9110 4.1 asks for that much at least."""
_STEERING = re.compile(rb"%(?:0[0-8bcef]|1[0-9a-f]|7f)", re.IGNORECASE)
"""Control characters as they stand in an address, but tabs and line ends, which come from text fields."""


def visitor(request: Request) -> str:
    """Who asks: the address of the connection, or what a trusted proxy says it is; of IPv6 the network."""
    return household(request.client.host if request.client else "unknown")


class Rate:
    """Counts what each visitor asks for by a sliding window: the running minute, and of the one before it the share
    that is less than a minute ago. Who asks in bursts around the turn of a minute gains nothing by it.

    Of its own, for it must not hold up the loop that calls it: keeping counts in threads does.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._minute = 0
        self._running: Counter[str] = Counter()
        self._before: Counter[str] = Counter()

    def allows(self, visitor: str) -> bool:
        """Whether the visitor may ask once more; if so it is counted."""
        minute, into = divmod(self._clock(), 60.0)
        if minute != self._minute:
            self._before = self._running if minute == self._minute + 1 else Counter()
            self._minute, self._running = int(minute), Counter()
        asked = self._running[visitor] + self._before[visitor] * (1 - into / 60)
        if asked >= self._per_minute:
            return False
        self._running[visitor] += 1
        return True


class RequestRate:
    """At most ``per_minute`` requests a minute from one visitor; 0: no bound. Counted in this process.

    Who asks for more is told 429 with Retry-After (RFC 6585 section 4).
    """

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self._app = app
        self._per_minute = per_minute
        self._rate = Rate(per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] == "http" and self._per_minute:
            request = Request(scope)
            if not self._rate.allows(visitor(request)):
                detail = f"More than {self._per_minute:,} requests in a minute: please go slower."
                app = tell(request, 429, detail, {"Retry-After": "60"})
        await app(scope, receive, send)


class RequestForm:
    """Refuses an address that is too long or holds control characters, and a body that is too large or too slow,
    whatever its headers say.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        written = scope["raw_path"] + b"?" + scope["query_string"]
        if len(written) > MOST_ADDRESS_BYTES:
            app = tell(Request(scope), 414, f"The address is longer than {MOST_ADDRESS_BYTES:,} bytes.")
        elif _STEERING.search(written):
            app = tell(Request(scope), 400, "The address holds control characters.")
        await app(scope, _Body(receive).receive, send)


class _Body:
    """A request's body as it comes in."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._deadline = time.monotonic() + LONGEST_BODY_SECONDS
        self._taken = 0
        self._is_whole = False

    async def receive(self) -> Message:
        """The next message. Raises HTTPException for a body beyond the bounds."""
        if self._is_whole:
            # What comes now is only that the visitor went away.
            return await self._receive()
        try:
            with anyio.fail_after(self._deadline - time.monotonic()):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "The request took too long to come.") from None
        self._is_whole = not message.get("more_body", False)
        self._taken += len(message.get("body", b""))
        if self._taken > MOST_BODY_BYTES:
            raise HTTPException(413, f"More than {MOST_BODY_BYTES:,} bytes were sent.")
        return message
