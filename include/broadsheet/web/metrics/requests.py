"""What is asked of the site and how fast it answers, counted as it happens."""

import time
from http import HTTPMethod
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_ROUTE = "(none)"
"""What was refused before anybody looked where it leads, or leads nowhere."""
OTHER_METHOD = "(other)"
STREAM = b"text/event-stream"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset(HTTPMethod)


class RequestNumbers:
    """The counters of one site in this process, or its share of them where several processes serve it.

    A label has as many values as the site has routes, HTTP methods and statuses: never what a visitor wrote.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.answers = Counter(
            "broadsheet_http_requests_total",
            "Requests answered; status 429: refused for asking too much",
            ["method", "route", "status"],
            registry=registry,
        )
        self.seconds = Histogram(
            "broadsheet_http_request_duration_seconds",
            "Time until the answer began",
            ["route"],
            buckets=BUCKETS,
            registry=registry,
        )
        self.listeners = Gauge(
            "broadsheet_http_listeners",
            "Event streams that are open",
            multiprocess_mode="livesum",
            registry=registry,
        )
        # Finding a counter by its labels costs ten times as much as counting.
        self._counters: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One answer that began after so many seconds."""
        labels = (method, route, status)
        if labels not in self._counters:
            self._counters[labels] = self.answers.labels(*labels), self.seconds.labels(route)
        answered, took = self._counters[labels]
        answered.inc()
        took.observe(seconds)


class Counting:
    """Counts every request once its answer begins, and who listens to a stream as long as it lasts."""

    def __init__(self, app: ASGIApp, numbers: RequestNumbers) -> None:
        self._app = app
        self._numbers = numbers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        listens = False

        async def watched(message: Message) -> None:
            nonlocal listens
            if message["type"] == "http.response.start":
                self._count(scope, message["status"], time.perf_counter() - began)
                if _is_stream(message.get("headers", ())) and scope["method"] != "HEAD":
                    listens = True
                    self._numbers.listeners.inc()
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            if listens:
                self._numbers.listeners.dec()

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path_format", NO_ROUTE)
        method = scope["method"] if scope["method"] in _METHODS else OTHER_METHOD
        self._numbers.count(method, route, status, seconds)


def _is_stream(headers: "Iterable[tuple[bytes, bytes]]") -> bool:
    return any(name == b"content-type" and value.startswith(STREAM) for name, value in headers)
