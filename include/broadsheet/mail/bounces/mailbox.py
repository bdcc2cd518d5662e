"""Where bounces wait to be collected."""

from collections.abc import Iterator
from typing import Protocol

import msgspec


class Waiting(msgspec.Struct, frozen=True):
    """A mail that waits. ``data`` is its beginning, `reading.MOST_BYTES` at most; ``name`` finds it again."""

    name: str
    data: bytes


class Mailbox(Protocol):
    """Mails stay until they are said to be dealt with. All raise MailError."""

    def waiting(self) -> Iterator[Waiting]:
        """The mails that wait, one in memory at a time."""

    def done(self, mail: Waiting) -> None:
        """It has been dealt with for good."""

    def quarantine(self, mail: Waiting) -> None:
        """No sense could be made of it: let a person look."""
