"""How many streams may be open at once, in this process."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping

from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

MOST = 200
MOST_OF_ONE_VISITOR = 12
"""A browser opens six at most; several people may share an address."""
RETRY_AFTER = {"Retry-After": "60"}


class Seats:
    """Counts who listens."""

    def __init__(self, most: int = MOST, most_of_one: int = MOST_OF_ONE_VISITOR) -> None:
        self._most = most
        self.most_of_one = most_of_one
        self._taken: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many streams are open."""
        return self._taken.total()

    def take(self, visitor: str) -> None:
        """Raises HTTPException: 503 where all are taken, 429 where the visitor has enough of them."""
        if self.taken >= self._most:
            raise HTTPException(
                503, "Too many streams are open now: please try again in a minute.", RETRY_AFTER
            )
        if self._taken[visitor] >= self.most_of_one:
            detail = f"More than {self.most_of_one} streams from one address: please close one."
            raise HTTPException(429, detail, RETRY_AFTER)
        self._taken[visitor] += 1

    def leave(self, visitor: str) -> None:
        """Give one of the visitor's seats back."""
        self._taken[visitor] -= 1
        # Drops whoever has none left.
        self._taken = +self._taken


class SeatedStream(StreamingResponse):
    """An answer made as it is sent, which holds a seat as long as it lasts: for ever, if nobody reads on.

    Raises:
        HTTPException: no seat is free.
    """

    def __init__(
        self,
        content: AsyncIterator[bytes] | Iterator[bytes],
        seats: Seats,
        visitor: str,
        *,
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(content, media_type=media_type, headers=headers)
        seats.take(visitor)
        self._seats, self._visitor = seats, visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._seats.leave(self._visitor)


class EventStream(SeatedStream):
    """Server-sent events without end. Raises HTTPException: no seat is free."""

    def __init__(self, content: AsyncIterator[bytes], seats: Seats, visitor: str) -> None:
        # Proxies keep answers back until they are whole, unless told not to (nginx: X-Accel-Buffering).
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(content, seats, visitor, media_type="text/event-stream", headers=headers)
