"""How many requests of one visitor are worked on at once."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from broadsheet.web.serving import serving
from broadsheet.web.turns import MOST_AT_ONCE, Turns

BEGINS = {"type": "http.response.start", "status": 200, "headers": []}
THREADS = 40
"""How many anyio has."""


class Desk:
    """An application that works on each request until it is told what to do: by paths."""

    def __init__(self) -> None:
        self.working: list[str] = []
        self.told: dict[str, asyncio.Event] = {}
        self.site = Turns(self._work, most=2)
        self._tasks: list[asyncio.Task[None]] = []

    async def ask(self, path: str, host: str = "203.0.113.1") -> None:
        scope = {"type": "http", "path": path, "client": (host, 1)}
        self.told[path] = asyncio.Event()
        self._tasks.append(asyncio.create_task(self.site(scope, _nothing, _nothing)))
        await self.settle()

    async def tell(self, path: str) -> None:
        self.told[path].set()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    async def close(self) -> None:
        for event in self.told.values():
            event.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, scope, receive, send) -> None:
        path = scope["path"]
        self.working.append(path)
        await self.told[path].wait()
        if path == "/broken":
            raise OSError("broken")
        await send(BEGINS)
        if path == "/stream":
            await self.told["/end"].wait()


async def _nothing(*_: object) -> dict[str, object]:
    return {"type": "http.disconnect"}


def at_a_desk(act: Callable[[Desk], Awaitable[None]]) -> None:
    async def run() -> None:
        desk = Desk()
        try:
            await act(desk)
        finally:
            await desk.close()

    asyncio.run(run())


@pytest.mark.parametrize("first", ["/page", "/broken"])
def test_whoever_asks_for_more_waits_for_their_own_answers_only(first):
    async def act(desk: Desk) -> None:
        for path in (first, "/second", "/third"):
            await desk.ask(path)
        await desk.ask("/other", host="203.0.113.2")
        assert desk.working == [first, "/second", "/other"]
        await desk.tell(first)
        assert desk.working == [first, "/second", "/other", "/third"]

    at_a_desk(act)


def test_a_stream_makes_room_when_it_begins():
    async def act(desk: Desk) -> None:
        desk.told["/end"] = asyncio.Event()
        for path in ("/stream", "/second", "/third"):
            await desk.ask(path)
        await desk.tell("/stream")
        assert desk.working == ["/stream", "/second", "/third"]

    at_a_desk(act)


def test_one_visitor_cannot_take_all_threads(tmp_path, monkeypatch):
    done, begun = threading.Event(), threading.Semaphore(0)

    def slow_site(*given):
        app = create_app(*given)

        @app.get("/slow")
        def slow() -> None:
            begun.release()
            done.wait(30)

        return app

    monkeypatch.setattr("broadsheet.web.serving.create_app", slow_site)
    settings = Settings(home=str(tmp_path), web_port=0, web_trusted_proxies=("127.0.0.1",))
    with serving(settings) as address, ThreadPoolExecutor(THREADS + 5) as pool:

        def ask(path: str, visitor: str) -> int:
            return httpx.get(address + path, headers={"X-Forwarded-For": visitor}, timeout=60).status_code

        try:
            asked = [pool.submit(ask, "/slow", "203.0.113.1") for _ in range(THREADS + 5)]
            for _ in range(MOST_AT_ONCE):
                assert begun.acquire(timeout=20)
            assert ask("/subscribe", "203.0.113.2") == 200
            assert not begun.acquire(blocking=False)
        finally:
            done.set()
        assert {each.result() for each in asked} == {200}
