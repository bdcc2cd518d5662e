"""A log of acceptances as evidence: one line per mail and recipient that a relay took, there before its answer is.

A line is ``<time> <recipient> <Message-ID> <bytes> <sha256>``. The sample relay writes it, so that a test can count
copies and losses after it has killed whom it likes; any relay can that runs a program at acceptance.
"""

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from broadsheet.mail.transport import Evidence

SETTLED_AFTER = timedelta(seconds=2)
"""A relay works through its input at once: what reached it before the sender died is in the log by then."""

_log = logging.getLogger(__name__)


class Acceptance(msgspec.Struct, frozen=True):
    """One mail to one recipient. ``message_id`` has its angle brackets; ``sha256`` is of the mail's bytes."""

    at: datetime
    recipient: str
    message_id: str
    size: int
    sha256: str


class AcceptanceLog:
    """The file; appended to by one relay, read by anybody."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = path
        self._now = now
        self._descriptor: int | None = None

    def make(self) -> None:
        """Make the file, so that it says that nothing was taken yet. Raises OSError if it cannot be made."""
        self._opened()

    def append(self, recipient: str, message_id: str, size: int, sha256: str) -> None:
        """Write a line; it outlives this process at once. Raises OSError if it cannot be written."""
        line = f"{self._now().isoformat()} {recipient} {message_id} {size} {sha256}\n".encode()
        if os.write(self._opened(), line) < len(line):
            raise OSError(f"{self.path} is full")

    def close(self) -> None:
        """Append no more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def read(self) -> tuple[Acceptance, ...]:
        """Everything in it, oldest first; a line that is being written is left out."""
        try:
            lines = self.path.read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return ()
        return tuple(_read(line.decode()) for line in lines)

    def lookup(self, message_id: str, since: datetime) -> Evidence:
        """See `broadsheet.mail.evidence.Source`."""
        wanted = message_id.encode()
        try:
            lines = self.path.read_bytes().split(b"\n")[:-1]
        except OSError as error:
            _log.warning("no evidence can be had from %s: %s", self.path, error.strerror)
            return Evidence.UNKNOWN
        if any(wanted in line.split(b" ")[2:3] for line in lines):
            return Evidence.ACCEPTED
        return Evidence.ABSENT if self._now() - since >= SETTLED_AFTER else Evidence.LATER

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(
                self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        return self._descriptor


def _read(line: str) -> Acceptance:
    at, recipient, message_id, size, sha256 = line.split(" ")
    return Acceptance(datetime.fromisoformat(at), recipient, message_id, int(size), sha256)
