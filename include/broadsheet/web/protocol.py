"""HTTP/1.1 as uvicorn speaks it, with bounds on the head of a request: a reverse proxy has them, uvicorn has none."""

import asyncio
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from asyncio import TimerHandle, Transport

MOST_HEAD_BYTES = 131_072
"""The request line and all headers, and what of the body comes in the same piece: more than anybody needs."""
LONGEST_HEAD_SECONDS = 20.0
"""From the opening of a connection, or the first byte of a further request, to the end of its head."""


class BoundedProtocol(HttpToolsProtocol):
    """Ends a connection whose request does not come to the point: in too many bytes, or too slowly."""

    _taken = 0
    _patience: "TimerHandle | None" = None

    def connection_made(self, transport: "Transport") -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        """Called by the parser at the first byte of a request."""
        super().on_message_begin()
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Count what comes while a head is under way."""
        if self._patience is not None:
            self._taken += len(data)
            if self._taken > MOST_HEAD_BYTES:
                self.send_400_response("The request's head is too long.")
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """Called by the parser at the end of the head."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._patience is None:
            self._taken = 0
            self._patience = asyncio.get_running_loop().call_later(LONGEST_HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
