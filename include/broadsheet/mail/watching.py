"""What becomes of the HTTP requests that a library makes for us: one that says only yes or no afterwards.

Within ``watching(watch)`` each request of this thread through ``requests`` is told to the watch; everybody else's
go on as before. The library's and urllib3's own words on them, which name addresses with secrets in them, are not
logged.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, SSLError

LOGGERS = ("apprise", "urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")


class Watch:
    """Follows the requests of one attempt to hand something over.

    ``begun``: one was made. ``codes`` are the answers' statuses in order. ``last_error`` is why the last request has
    no answer. ``stopped`` is what ``before_first`` raised instead of letting the first request through.
    """

    def __init__(self, before_first: Callable[[], None]) -> None:
        self._before_first = before_first
        self.begun = False
        self.codes: list[int] = []
        self.last_error: requests.RequestException | None = None
        self.stopped: BaseException | None = None

    def begin(self) -> None:
        """The next thing that happens may already hand it over."""
        if self.stopped is not None:
            raise self.stopped
        if not self.begun:
            try:
                self._before_first()
            except BaseException as error:
                self.stopped = error
                raise
            self.begun = True

    def follow(self, ask: Callable[[], requests.Response]) -> requests.Response:
        """Make a request."""
        self.begin()
        self.last_error = None
        try:
            answer = ask()
        except requests.RequestException as error:
            self.last_error = error
            raise
        self.codes.append(answer.status_code)
        return answer


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching(watch: Watch | None) -> Iterator[None]:
    """Tell ``watch`` of this thread's requests; with None only keep the loggers silent."""
    _install()
    token = _watch.set(watch if watch is not None else Watch(lambda: None))
    try:
        yield
    finally:
        _watch.reset(token)


def never_connected(error: requests.RequestException) -> bool:
    """Whether a request certainly did not leave: no connection, or a certificate that was not accepted."""
    cause: object = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    if isinstance(cause, SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(cause)
    return isinstance(cause, NewConnectionError | ConnectTimeoutError)


@cache
def _install() -> None:
    """Once a process. `HTTPAdapter.send` is where every request of ``requests`` passes, redirects included."""
    send = HTTPAdapter.send

    @wraps(send)
    def followed(adapter: HTTPAdapter, *arguments: Any, **options: Any) -> requests.Response:
        watch = _watch.get()
        if watch is None:
            return send(adapter, *arguments, **options)
        return watch.follow(lambda: send(adapter, *arguments, **options))

    HTTPAdapter.send = followed  # type: ignore[method-assign, assignment]
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_is_not_watched)


def _is_not_watched(record: logging.LogRecord) -> bool:  # noqa: ARG001
    return _watch.get() is None
