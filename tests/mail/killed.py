"""Sends a run and kills its own process at one point: ``python killed.py RUN NOW POINT``."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime

from broadsheet.mail import sender
from broadsheet.mail.crew import Crew
from broadsheet.mail.journal import Journal
from broadsheet.mail.sending import send_shard
from broadsheet.mail.transport import choose_transport
from broadsheet.settings import load_settings

POINTS = {
    "claimed": "the rows are taken in hand, nothing was said to the relay",
    "offered": "everything but the dot is over, nothing is noted",
    "noted": "the dot is noted and not sent",
    "taken": "the relay has said that it has the mail, nothing of that is noted",
    "answered": "the answer is noted and not written down",
    "writing": "the answer is being written down",
    "written": "the answer is written down",
}


def die() -> None:
    """End as nothing can be done about."""
    os.kill(os.getpid(), signal.SIGKILL)


def before(what: Callable) -> Callable:
    return lambda *arguments: (die(), what(*arguments))


def after(what: Callable) -> Callable:
    return lambda *arguments: (what(*arguments), die())


class Way:
    """A transport that ends the process where it is told to."""

    def __init__(self, inner, point: str) -> None:
        self._inner = inner
        self._point = point
        self.lookup = inner.lookup

    def open(self):
        self._session = self._inner.open()
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def send(self, message, envelope, before_dot):
        dot = {"offered": before, "noted": after}.get(self._point, lambda what: what)(before_dot)
        outcome = self._session.send(message, envelope, dot)
        if self._point == "taken":
            die()
        return outcome


def set_trap(point: str) -> None:
    """Put the deadly end to where the point is."""
    match point:
        case "claimed":
            Crew.begin = before(Crew.begin)
        case "answered":
            Journal.reply = after(Journal.reply)
        case "writing":
            sender.keep_pace = before(sender.keep_pace)
        case "written":
            sender.Sender._release = before(sender.Sender._release)


if __name__ == "__main__":
    run_key, now, point = sys.argv[1:]
    settings = load_settings()
    moment = datetime.fromisoformat(now)
    set_trap(point)
    send_shard(settings, run_key, 0, lambda: moment, Way(choose_transport(settings), point))
