"""What all programs in the table have in common: they watch one list, run once a day, report in their own way."""

import email
import email.message
import email.policy
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec

from bench.peers.postbox import Postbox
from bench.peers.press import Press
from bench.peers.script import Day, Kind, News, papers
from broadsheet.sample.maildrop import Received

SECONDS = 60.0
"""The longest that one run of a program may take."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a program told somebody: a mail, or rows in its database; ``heading`` is its subject."""

    reader: str
    heading: str
    claims: tuple[News, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that one run told. ``complaint``: how it said that something is broken, None if it did not."""

    notices: tuple[Notice, ...] = ()
    complaint: str | None = None


class Ended(NamedTuple):
    """How a command ended, and what it printed. A negative ``code`` is the signal that ended it."""

    code: int
    out: str
    err: str


class Watcher(Protocol):
    """A program that watches the list, set up in a folder of its own."""

    name: str
    setup: str
    """In words: how it is configured."""
    readers: tuple[str, ...]
    """Whom it tells; each is to be told everything."""

    def prepare(self) -> None:
        """Set it up. The first run after that is its first sight of the list."""

    def run(self, day: Day) -> Report:
        """One whole run, as cron would make it."""

    def close(self) -> None:
        """End what runs on."""


class Place(NamedTuple):
    """What a watcher has to itself: a folder, a press that shows the list, an inbox."""

    home: Path
    press: Press
    postbox: Postbox

    def command(self, *arguments: str | Path, **variables: str) -> Ended:
        """Run a program to its end in that folder, in a process group that the inbox may kill.

        Raises:
            subprocess.TimeoutExpired: it took longer than `SECONDS`; it is ended.
        """
        with self.start(*arguments, **variables) as process:
            try:
                out, err = process.communicate(timeout=SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Ended(process.returncode, out, err)

    def start(
        self, *arguments: str | Path, is_quiet: bool = False, **variables: str
    ) -> subprocess.Popen[str]:
        """Start a program in that folder, with nothing of this process's environment but the path.

        ``is_quiet``: nobody reads what it prints.
        """
        output = subprocess.DEVNULL if is_quiet else subprocess.PIPE
        process = subprocess.Popen(
            [*map(str, arguments)],
            cwd=self.home,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "TZ": "UTC"}
            | variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            start_new_session=True,
        )
        self.postbox.sender = process.pid
        return process


def message(received: Received) -> email.message.EmailMessage:
    """A mail, parsed."""
    return email.message_from_bytes(received.content, policy=email.policy.default)


def text(mail: email.message.EmailMessage) -> str:
    """A mail's text, with plain line ends; "" if it has none."""
    body = mail.get_body(("plain",))
    return body.get_content().replace("\r\n", "\n") if body is not None else ""


def paper_of(title: str) -> str | None:
    """The id of the paper with that title, whatever its white space; None for other text."""
    return _by_title().get(" ".join(title.split()))


def claims_of(lines: list[tuple[Kind, str]]) -> tuple[News, ...]:
    """What lines of a difference claim, those that are no titles left out."""
    found = ((kind, paper_of(line)) for kind, line in lines)
    return tuple(News(kind, paper) for kind, paper in found if paper is not None)


def last_line(printed: str) -> str | None:
    """The last line of what a program printed, None if it printed nothing."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    return lines[-1] if lines else None


@cache
def _by_title() -> dict[str, str]:
    return {paper.title: paper.id for paper in papers().values()}
