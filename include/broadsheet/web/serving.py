"""The site under uvicorn: as a process of its own, as several, or in a thread."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from types import FrameType

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from broadsheet.errors import BroadsheetError
from broadsheet.logs import write_to_stderr
from broadsheet.settings import Settings
from broadsheet.web import logs
from broadsheet.web.app import create_app
from broadsheet.web.metrics import door
from broadsheet.web.metrics.processes import counting_together
from broadsheet.web.protocol import BoundedProtocol

GRACE_SECONDS = 5
"""How long answers that are under way may take once the server is told to stop."""
IDLE_SECONDS = 75
"""How long a connection may lie idle: longer than browsers and proxies keep theirs (nginx: 60 s), for who asks on one
that is being closed gets an error instead of an answer.
"""
BEGIN_SECONDS = 60
"""How long one of several processes may be silent before it is begun anew; at first it imports all it needs."""
_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - they are compared with, not listened on


class ServingError(BroadsheetError):
    """The site cannot listen where it is told to; the message names the address and why."""


def listen(settings: Settings) -> socket.socket:
    """A socket that takes connections at ``web_host`` and ``web_port``; whoever connects waits until it is served.

    Raises:
        ServingError: the port is taken, or the host is none of this machine's.
    """
    host, port = settings.web_host, settings.web_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ServingError(
            f"the web pages cannot listen on {host}, port {port} ({error.strerror or error}): "
            "choose another web_port (0: a free one) or web_host"
        ) from None


def address_of(listener: socket.socket) -> str:
    """Where this machine reaches what listens: ``http://127.0.0.1:8000``."""
    host, port = listener.getsockname()[:2]
    host = _ANY_ADDRESS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    settings: Settings, listener: socket.socket, *, workers: int = 1, log_requests: bool = False
) -> None:
    """Serve the site from this process, or from ``workers`` of them, until SIGINT or SIGTERM.

    To be called in the main thread. At the end streams end at once and answers under way first; then the signal goes
    on to whom it belonged before.
    """
    config = _config(partial(application, settings, log_requests=log_requests), settings, workers)
    if workers == 1:
        uvicorn.Server(config).run([listener])
    else:
        with counting_together() if door.is_open(settings) else nullcontext():
            Multiprocess(config, [listener]).run()


@contextmanager
def serving(
    settings: Settings, clock: Callable[[], datetime] | None = None, *, app: FastAPI | None = None
) -> Iterator[str]:
    """The site's address, served from a thread of this process while the block runs; nothing is logged but errors.

    Args:
        app: the site, if it has more pages than the public has.

    Raises:
        ServingError: as `listen`.
    """
    app = app or create_app(settings, clock)
    with listen(settings) as listener:
        server = uvicorn.Server(_config(lambda: app, settings))
        thread = threading.Thread(target=server.run, args=([listener],), name="web")
        thread.start()
        try:
            yield address_of(listener)
        finally:
            app.state.site.stopping.set()
            server.should_exit = True
            thread.join()


def application(settings: Settings, *, log_requests: bool = False) -> FastAPI:
    """The site for a process of its own, made in its main thread once uvicorn listens to signals."""
    write_to_stderr(settings.log_format, "broadsheet.web")
    app = create_app(settings)
    if log_requests:
        app.add_middleware(logs.Requests)
    for number in (signal.SIGINT, signal.SIGTERM):
        _before(number, app.state.site.stopping.set)
    return app


def _before(number: signal.Signals, act: Callable[[], None]) -> None:
    """Let ``act`` be done when the signal comes, before what is done now."""
    then = signal.getsignal(number)

    def handle(signum: int, frame: FrameType | None) -> None:
        act()
        if callable(then):
            then(signum, frame)

    signal.signal(number, handle)


def _config(app: Callable[[], FastAPI], settings: Settings, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=True,
        http=BoundedProtocol,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.web_trusted_proxies),
        forwarded_allow_ips=list(settings.web_trusted_proxies),
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=BEGIN_SECONDS,
    )
