"""A connection to the relay: what is still to go out over it, and what came in and was not read yet."""

import smtplib
import socket
import ssl

from broadsheet.mail.relay import connected_socket
from broadsheet.mail.replies import Reply, take_reply

_AT_ONCE = 65_536
_MOST_UNREAD = 1_048_576
"""Bytes: who says more than that unasked is not listened to."""

_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Wire:
    """For one thread. How long a call may block is set at its socket; with a limit of 0 none does.

    Attributes:
        failure: why nothing more can go over it.
    """

    def __init__(self, client: smtplib.SMTP) -> None:
        self.socket: socket.socket = connected_socket(client)
        self.failure: OSError | None = None
        self._client = client
        self._unsent = memoryview(b"")
        self._unread = bytearray()

    def say(self, data: bytes) -> bool:
        """Send it; whether all of it is sent. Raises OSError."""
        self._unsent = memoryview(data)
        return self.push()

    def push(self) -> bool:
        """Go on sending; whether all is sent. Raises OSError."""
        if self.failure is not None:
            raise self.failure
        try:
            while self._unsent:
                self._unsent = self._unsent[self.socket.send(self._unsent) :]
        except _NOT_NOW:
            return False
        except OSError as error:
            self.failure = error
            raise
        return True

    def pull(self) -> None:
        """Take in what came, or why nothing more will."""
        try:
            came = self.socket.recv(_AT_ONCE)
            self._unread += came
            # What TLS has decrypted already, no selector tells of.
            while came and isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
                came = self.socket.recv(_AT_ONCE)
                self._unread += came
        except _NOT_NOW:
            return
        except OSError as error:
            self.failure = error
            return
        if not came or len(self._unread) > _MOST_UNREAD:
            self.failure = ConnectionError("Connection unexpectedly closed")

    def reply(self) -> Reply | None:
        """The next whole reply; None if more must come first. Raises OSError if no more will."""
        reply = take_reply(self._unread)
        if reply is None and self.failure is not None:
            raise self.failure
        return reply

    def close(self) -> None:
        """Close it at once."""
        self._client.close()
