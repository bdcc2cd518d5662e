"""Broadsheet on the hub's own page, by its commands: poll, then send."""

import json
import re
import sys
from collections.abc import Callable
from datetime import timedelta

from bench.peers.script import FIRST, Day, Kind, News
from bench.peers.watching import Ended, Notice, Place, Report, last_line, message, text
from broadsheet.model import Verdict
from broadsheet.sample.maildrop import Received

READERS = ("ada@example.org", "lin@example.org", "sam@example.org")
SECTION = re.compile(
    r"^(NEW|BACK|LEFT)\n-{20,}\n(.*?)(?=^[A-Z][A-Z ]+\n-{20,}\n|^--$)", re.MULTILINE | re.DOTALL
)
PAPER = re.compile(r"/papers/(\d{4}\.\d{5})$", re.MULTILINE)
KINDS = {"NEW": Kind.CAME, "BACK": Kind.CAME, "LEFT": Kind.LEFT}
SEND_AFTER = timedelta(hours=1)
COMMAND = (sys.executable, "-m", "broadsheet")
BELIEVED = {Verdict.OK, Verdict.UNCHANGED}

Runner = Callable[..., Ended]


class Broadsheet:
    """Three subscribers, one connection to the mail server, everything else by default.

    ``command`` runs a command with settings in its environment: in a process of its own, unless a test hands in a
    shorter way. What is to be killed is a process always.
    """

    name = "Broadsheet"
    readers = READERS
    setup = "the hub's page, `broadsheet poll trending` and then `broadsheet send`; three subscribers"

    def __init__(self, place: Place, command: Runner | None = None) -> None:
        self._place = place
        self._command = command or place.command

    def prepare(self) -> None:
        """Subscribe the readers."""
        for reader in READERS:
            wishes = ("--cadence", "daily", "--hour", str((FIRST + SEND_AFTER).hour))
            self._run("subscribers", "add", reader, *wishes, at=(FIRST - timedelta(days=1)).isoformat())

    def run(self, day: Day) -> Report:
        """``broadsheet poll trending; broadsheet send``."""
        polled = self._run("poll", "trending", "--json", at=day.at.isoformat())
        sent = self._run("send", at=(day.at + SEND_AFTER).isoformat(), alone=self._place.postbox.is_set)
        return Report(
            notices=tuple(_notice(each) for each in self._place.postbox.take()),
            complaint=_doubt(polled) or _failure(sent),
        )

    def close(self) -> None:
        """Nothing runs on."""

    def _run(self, *arguments: str, at: str, alone: bool = False) -> Ended:
        place = self._place
        command = place.command if alone else self._command
        return command(
            *COMMAND,
            *arguments,
            BROADSHEET_HOME=str(place.home / "home"),
            BROADSHEET_CLOCK=at,
            BROADSHEET_HUB_URL=place.press.url,
            BROADSHEET_SMTP_URL=place.postbox.url,
            BROADSHEET_CONNECTIONS="1",
            BROADSHEET_BACKOFF_SECONDS="0.01",
        )


def _doubt(polled: Ended) -> str | None:
    """The verdict on an answer that is not believed, or why there is none."""
    answers = json.loads(polled.out) if polled.out.startswith("[") else []
    doubted = [each for each in answers if each["verdict"] not in BELIEVED]
    return f"{doubted[-1]['verdict']}: {doubted[-1]['reason']}" if doubted else _failure(polled)


def _failure(ended: Ended) -> str | None:
    return last_line(ended.err) or f"ended with {ended.code}" if ended.code > 0 else None


def _notice(received: Received) -> Notice:
    mail = message(received)
    claims = tuple(
        News(KINDS[name], paper)
        for name, body in SECTION.findall(text(mail))
        for paper in dict.fromkeys(PAPER.findall(body))
    )
    return Notice(reader=received.recipients[0], heading=str(mail["Subject"]), claims=claims)
