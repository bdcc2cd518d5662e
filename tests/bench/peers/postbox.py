"""The inbox that programs mail to, which can also end them in the middle of it."""

import os
import signal
from pathlib import Path

from broadsheet.sample.inbox import Inbox, Stage
from broadsheet.sample.maildrop import Received


class Postbox(Inbox):
    """An inbox that gives each message once, and kills on demand.

    Attributes:
        sender: the process group that mails now.
        killed: whether a trap has sprung since it was set.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sender: int | None = None
        self.killed = False
        self._trap: int | None = None
        self._taken = 0

    def set_trap(self, message: int | None) -> None:
        """SIGKILL the sender when it begins its ``message``-th mail from now on, before it is answered."""
        self._trap, self.killed = message, False

    @property
    def is_set(self) -> bool:
        """Whether a trap waits."""
        return self._trap is not None

    @property
    def waiting(self) -> int:
        """How many messages have not been taken."""
        return len(list(self.folder.glob("*.eml"))) - self._taken

    def take(self) -> tuple[Received, ...]:
        """What came since the last time."""
        messages = self.messages()[self._taken :]
        self._taken += len(messages)
        return messages

    def refusal(self, stage: Stage, addresses: list[str]) -> str | None:
        """As an inbox; and spring the trap."""
        if stage == "mail" and self._trap is not None:
            self._trap -= 1
            if self._trap == 0:
                self.kill()
        return super().refusal(stage, addresses)

    def kill(self) -> None:
        """SIGKILL the sender; the trap has sprung."""
        if self.sender is not None:
            os.killpg(self.sender, signal.SIGKILL)
        self.killed, self._trap = True, None
