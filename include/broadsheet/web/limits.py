"""How much one visitor may ask for: requests a minute, and the size of what is sent along."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadsheet.web.errors import tell

MOST_BODY_BYTES = 65_536
"""A form with a hundred topics is far below this."""

Next = Callable[[Request], Awaitable[Response]]


def visitor(request: Request) -> str:
    """Who asks: the address of the connection, or what a trusted proxy says it is."""
    return request.client.host if request.client else "unknown"


class RequestRate:
    """At most ``per_minute`` requests a minute from one visitor; 0: no bound. Counted in this process."""

    def __init__(self, per_minute: int) -> None:
        self._limit = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, request: Request, call_next: Next) -> Response:
        """As a middleware of FastAPI: 429 with Retry-After (RFC 6585 section 4) to who asks for too much."""
        if self._limit is not None and not self._limiter.hit(self._limit, visitor(request)):
            detail = f"More than {self._limit.amount} requests in a minute: please go slower."
            return tell(request, 429, detail, {"Retry-After": "60"})
        return await call_next(request)


class BodySize:
    """Refuses a request whose body is larger than ``MOST_BODY_BYTES``, whatever its headers say of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > MOST_BODY_BYTES:
                raise HTTPException(413, f"More than {MOST_BODY_BYTES:,} bytes were sent.")
            return message

        await self._app(scope, bounded, send)
