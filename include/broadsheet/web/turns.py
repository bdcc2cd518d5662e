"""How many requests of one visitor are worked on at once: there are not many threads, and all visitors need them."""

import asyncio
from weakref import WeakValueDictionary

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from broadsheet.web.limits import visitor

MOST_AT_ONCE = 8
"""Of one visitor: a fifth of the threads there are (anyio has 40). A browser opens six connections at most."""


class Turns:
    """Lets whoever asks for more at once than ``most`` wait for their own earlier answers to begin.

    Nobody is refused. What an answer costs once it has begun is bounded otherwise: see `seats`.
    """

    def __init__(self, app: ASGIApp, most: int = MOST_AT_ONCE) -> None:
        self._app = app
        self._most = most
        # As long as anybody holds or waits for them.
        self._places: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        places = self._places.setdefault(visitor(Request(scope)), asyncio.Semaphore(self._most))
        await places.acquire()
        is_working = True

        def make_room() -> None:
            nonlocal is_working
            if is_working:
                is_working = False
                places.release()

        async def watched(message: Message) -> None:
            make_room()
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            make_room()
