"""Delivers a digest and kills its own process at one point: ``python killed.py HOME NOW SMTP_URL POINT``."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from broadsheet.mail.deliver import deliver
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.transport import Evidence, Outcome, Transport, choose_transport
from broadsheet.settings import Settings

POINTS = ("prepared", "before the note", "after the note", "accepted")


class Killed:
    """A transport, and its own session, that ends the process where it is told to."""

    def __init__(self, inner: Transport, point: str) -> None:
        self._inner = inner
        self._point = point

    @contextmanager
    def open(self) -> Iterator["Killed"]:
        with self._inner.open() as self._session:
            yield self

    def send(self, message: Message, envelope: Envelope, before_dot: Callable[[], None]) -> Outcome:
        def noting() -> None:
            self._die("before the note")
            before_dot()
            self._die("after the note")

        self._die("prepared")
        outcome = self._session.send(message, envelope, noting)
        self._die("accepted")
        return outcome

    def lookup(self, message_id: str, since: datetime) -> Evidence:
        return self._inner.lookup(message_id, since)

    def _die(self, point: str) -> None:
        if point == self._point:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    home, now, smtp_url, point = sys.argv[1:]
    settings = Settings(
        home=home,
        digest_to="Reader <reader@example.org>",
        secret_key="test",
        hub_url="https://hub.example",
        smtp_url=smtp_url,
    )
    deliver(settings, datetime.fromisoformat(now), Killed(choose_transport(settings), point))
