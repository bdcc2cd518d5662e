"""HTTP/1.1 as uvicorn speaks it, with bounds on the head of a request and on how long an answer may lie unread: a
reverse proxy has them, uvicorn has none.
"""

import asyncio
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from asyncio import TimerHandle, Transport

MOST_HEAD_BYTES = 131_072
"""The request line and all headers, and what of the body comes in the same piece: more than anybody needs."""
LONGEST_HEAD_SECONDS = 20.0
"""From the opening of a connection, or the first byte of a further request, to the end of its head."""
LONGEST_UNREAD_SECONDS = 30.0
"""How long whoever asked may take nothing of what waits for them: it waits in memory."""


class BoundedProtocol(HttpToolsProtocol):
    """Ends a connection whose request does not come to the point, in too many bytes or too slowly, or whose answer is
    not read.
    """

    _taken = 0
    _patience: "TimerHandle | None" = None
    _unread = 0
    _reading: "TimerHandle | None" = None

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
        self._stop_waiting_for_reader()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Called by the transport when much waits to be read."""
        super().pause_writing()
        self._wait_for_reader()

    def resume_writing(self) -> None:
        """Called by the transport when most of that was read."""
        self._stop_waiting_for_reader()
        super().resume_writing()

    def _wait(self) -> None:
        if self._patience is None:
            self._taken = 0
            self._patience = asyncio.get_running_loop().call_later(LONGEST_HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _wait_for_reader(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._reading = asyncio.get_running_loop().call_later(LONGEST_UNREAD_SECONDS, self._look_at_reader)

    def _look_at_reader(self) -> None:
        if self.transport.get_write_buffer_size() < self._unread:
            self._wait_for_reader()
        else:
            self.transport.abort()

    def _stop_waiting_for_reader(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
