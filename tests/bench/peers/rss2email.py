"""rss2email on a feed of the list: a mail for each entry that it has not seen."""

import re
from pathlib import Path

from bench.peers.script import Day, Kind, News
from bench.peers.watching import Ended, Notice, Place, Report, last_line, message, paper_of
from broadsheet.sample.maildrop import Received

TROUBLE = re.compile(r"\[(?:WARNING|ERROR)\] ")
READER = "reader@example.org"
CONFIGURATION = """[DEFAULT]
from = feeds@example.org
to = {reader}
email-protocol = smtp
smtp-server = 127.0.0.1
smtp-port = {port}
"""


class Rss2Email:
    """Its seen-state is what it is made for; what leaves a feed is no news to it."""

    name = "rss2email"
    readers = (READER,)
    setup = "an Atom feed of the list, mail by SMTP, else its defaults; the first run with --no-send"

    def __init__(self, place: Place, programs: Path) -> None:
        self._place = place
        self._programs = programs
        self._first = True

    def prepare(self) -> None:
        """Write its configuration and add the feed."""
        place = self._place
        configuration = place.home / ".config" / "rss2email.cfg"
        configuration.parent.mkdir()
        configuration.write_text(CONFIGURATION.format(reader=READER, port=place.postbox.port))
        place.command(self._programs / "r2e", "add", "trending", f"{place.press.url}/list.atom")

    def run(self, day: Day) -> Report:
        """``r2e run``."""
        flags = ["--no-send"] if self._first else []
        self._first = False
        ended = self._place.command(self._programs / "r2e", "run", *flags)
        return Report(
            notices=tuple(_notice(each) for each in self._place.postbox.take()),
            complaint=_complaint(ended),
        )

    def close(self) -> None:
        """Nothing runs on."""


def _complaint(ended: Ended) -> str | None:
    """Its log at the level of warnings and above; at the level below it tells what it does."""
    troubles = [line for line in ended.err.splitlines() if TROUBLE.search(line)]
    if troubles:
        return TROUBLE.split(troubles[-1], maxsplit=1)[1]
    return last_line(ended.err) if ended.code > 0 else None


def _notice(received: Received) -> Notice:
    subject = str(message(received)["Subject"])
    paper = paper_of(subject)
    claims = (News(Kind.CAME, paper),) if paper is not None else ()
    return Notice(reader=READER, heading=subject, claims=claims)
