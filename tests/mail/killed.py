"""Sends a run and kills its own process at one point: ``python killed.py RUN NOW POINT CREW``.

CREW is ``switchboard`` or ``hands``.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime

from broadsheet.mail import sender
from broadsheet.mail.clerk import Clerk
from broadsheet.mail.crew import Hands
from broadsheet.mail.journal import Journal
from broadsheet.mail.sending import send_shard
from broadsheet.mail.smtp import SmtpTransport
from broadsheet.mail.switchboard import Switchboard
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


class Plain:
    """A transport of which nobody knows that it speaks SMTP: its crew are threads."""

    def __init__(self, inner: SmtpTransport) -> None:
        self.open = inner.open
        self.lookup = inner.lookup


def set_trap(point: str) -> None:
    """Put the deadly end to where the point is."""
    match point:
        case "claimed":
            Hands.begin, Switchboard.begin = before(Hands.begin), before(Switchboard.begin)
        case "offered":
            Clerk.intend = before(Clerk.intend)
        case "noted":
            Clerk.intend = after(Clerk.intend)
        case "taken":
            Clerk.conclude = before(Clerk.conclude)
        case "answered":
            Journal.reply = after(Journal.reply)
        case "writing":
            sender.keep_pace = before(sender.keep_pace)
        case "written":
            sender.Sender._release = before(sender.Sender._release)


if __name__ == "__main__":
    run_key, now, point, crew = sys.argv[1:]
    settings = load_settings()
    moment = datetime.fromisoformat(now)
    set_trap(point)
    transport = choose_transport(settings)
    send_shard(settings, run_key, 0, lambda: moment, transport if crew == "switchboard" else Plain(transport))
