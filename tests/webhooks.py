"""A chat service on loopback that answers as told: by a status, late, or by closing the connection."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

DROP = "drop"
"""Take the whole request, then close the connection."""
SILENCE = "silence"
"""Take the whole request, then say nothing until the test is over."""


class Webhook:
    """``answers`` are used up in order, then it is 200. ``taken`` are the bodies of all requests."""

    def __init__(self, *answers: int | str) -> None:
        self.answers = list(answers)
        self.taken: list[bytes] = []
        self.over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def said(self) -> list[dict[str, Any]]:
        """The bodies as JSON."""
        return [json.loads(body) for body in self.taken]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                webhook.taken.append(self.rfile.read(int(self.headers["Content-Length"])))
                answer = webhook.answers.pop(0) if webhook.answers else 200
                if isinstance(answer, int):
                    body = f"{self.path} is where you asked".encode()
                    self.send_response(answer)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                    return
                if answer == SILENCE:
                    webhook.over.wait()
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        return Handler


def closed_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
