"""The bytes on loopback: HTTP/1.1 with keep-alive, one thread a connection."""

import socket
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

from broadsheet.sample.answers import Answer
from broadsheet.sample.faults import AnyFault

GZIP_FROM_BYTES = 1000
POLL_SECONDS = 0.02
"""How often the accepting thread looks whether it shall stop."""


class Message(msgspec.Struct, frozen=True):
    """A request as it came; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What goes back: a finished answer, the time it carries as its Date, and a fault that may spoil it."""

    answer: Answer
    date: datetime
    fault: AnyFault | None = None


def finished(answer: Answer, message: Message) -> Answer:
    """Add validators to a 200, make it a 304 where the client's hold, and gzip it where the client accepts."""
    if answer.status != 200:
        return answer
    validators = [("ETag", answer.etag), ("Vary", "Accept-Encoding")]
    if answer.changed_at is not None:
        validators.append(("Last-Modified", format_datetime(answer.changed_at, usegmt=True)))
    answer = answer.with_headers(*validators)
    if _holds(answer, message):
        return Answer(status=304, headers=answer.headers)
    encoded = any(name == "Content-Encoding" for name, _ in answer.headers)
    accepted = "gzip" in message.headers.get("accept-encoding", "")
    if encoded or not accepted or len(answer.body) < GZIP_FROM_BYTES:
        return answer
    return msgspec.structs.replace(
        answer, body=answer.packed, headers=(*answer.headers, ("Content-Encoding", "gzip"))
    )


def _holds(answer: Answer, message: Message) -> bool:
    """Whether the client's copy is still good (RFC 9110 section 13.2.2: If-None-Match goes first)."""
    tags = message.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or answer.etag in (tag.strip() for tag in tags.split(","))
    since = message.headers.get("if-modified-since")
    if since is None or answer.changed_at is None:
        return False
    try:
        return answer.changed_at <= parsedate_to_datetime(since)
    except ValueError:
        return False


class Server(ThreadingHTTPServer):
    """Hands every request to ``handle`` and puts the reply on the wire."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handle: Callable[[Message], Reply]) -> None:
        self.handle = handle
        self.closing = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, args=(POLL_SECONDS,), daemon=True)
        super().__init__(address, _Handler)

    def start(self) -> None:
        """Begin to accept connections."""
        self._thread.start()

    def close(self) -> None:
        """Stop accepting and end every open connection."""
        self.closing.set()
        if self._thread.is_alive():
            self.shutdown()
        self.server_close()
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            self.shutdown_request(connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that it can be ended, and answer it in a thread of its own."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in mid-answer is no error; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Wire:
    """One answer's way to the client; what a fault may spoil."""

    def __init__(self, handler: "_Handler", answer: Answer) -> None:
        self._handler = handler
        self.answer = answer

    def head(self, length: int | None) -> None:
        handler, answer = self._handler, self.answer
        handler.send_response(answer.status)
        if answer.status != 304:
            handler.send_header("Content-Type", answer.content_type)
            if length is None:
                handler.send_header("Connection", "close")
            else:
                handler.send_header("Content-Length", str(length))
        for name, value in answer.headers:
            handler.send_header(name, value)
        handler.end_headers()

    def write(self, data: bytes) -> bool:
        try:
            self._handler.wfile.write(data)
        except OSError:
            return False
        return True

    def wait(self, seconds: float) -> bool:
        return not self._handler.server.closing.wait(seconds)

    def hang_up(self) -> None:
        self._handler.close_connection = True


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.handle(Message(self.command, self.path, headers, body))
        self._date = reply.date
        wire = _Wire(self, reply.answer)
        if reply.fault is not None and reply.fault.send(wire):
            return
        wire.head(len(reply.answer.body))
        if self.command != "HEAD":
            wire.write(reply.answer.body)

    do_HEAD = do_POST = do_GET  # noqa: N815 - the base class finds methods by these names

    def version_string(self) -> str:
        return "SampleHub"

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - the hub's clock, not the machine's
        return format_datetime(self._date, usegmt=True)

    def log_message(self, format: str, *args: object) -> None:
        """The hub keeps its own log."""
