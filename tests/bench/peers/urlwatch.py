"""urlwatch on the plain page: a mail with a unified difference of its titles."""

import re
import time
from pathlib import Path

from bench.peers.script import Day, Kind
from bench.peers.watching import Notice, Place, Report, claims_of, message, text
from broadsheet.sample.maildrop import Received

READER = "reader@example.org"
LOOKED_EVERY = 0.05
JOB = """name: Trending papers
url: {url}/list.html
filter:
  - css: "ol.papers h3"
  - html2text
"""
SORTED = "  - sort\n"
CONFIGURATION = """report:
  stdout:
    enabled: false
  email:
    enabled: true
    from: watch@example.org
    to: {reader}
    method: smtp
    smtp:
      host: 127.0.0.1
      port: {port}
      starttls: false
      auth: false
"""
SIGNS = {"+": Kind.CAME, "-": Kind.LEFT}
ERROR = re.compile(r"^ERROR: .*?\n-+\n(.*?)\n-{20,}", re.MULTILINE | re.DOTALL)


class UrlWatch:
    """Filtered to the titles, with or without its filter that sorts lines."""

    readers = (READER,)

    def __init__(self, place: Place, programs: Path, *, is_sorted: bool) -> None:
        self.name = "urlwatch, lines sorted" if is_sorted else "urlwatch"
        self.setup = "the plain page, filters css (the titles) and html2text" + (
            " and sort" if is_sorted else ""
        )
        self._place = place
        self._programs = programs
        self._job = JOB + (SORTED if is_sorted else "")
        self._ran_at = 0

    def prepare(self) -> None:
        """Write its two files."""
        place = self._place
        (place.home / "urls.yaml").write_text(self._job.format(url=place.press.url))
        (place.home / "urlwatch.yaml").write_text(
            CONFIGURATION.format(reader=READER, port=place.postbox.port)
        )

    def run(self, day: Day) -> Report:
        """``urlwatch`` with those files; its first report says that the page is new, which claims nothing."""
        home = self._place.home
        self._wait_for_the_next_second()
        self._place.command(
            self._programs / "urlwatch",
            *("--urls", home / "urls.yaml"),
            *("--config", home / "urlwatch.yaml"),
            *("--cache", home / "cache.db"),
            *("--hooks", home / "hooks.py"),
        )
        self._ran_at = int(time.time())
        received = self._place.postbox.take()
        errors = [found[1] for each in received if (found := ERROR.search(text(message(each))))]
        return Report(
            notices=tuple(_notice(each) for each in received),
            complaint=errors[0].strip().splitlines()[-1] if errors else None,
        )

    def _wait_for_the_next_second(self) -> None:
        """It tells its snapshots apart by whole seconds; days follow each other faster here than anywhere else."""
        while int(time.time()) == self._ran_at:
            time.sleep(LOOKED_EVERY)

    def close(self) -> None:
        """Nothing runs on."""


def _notice(received: Received) -> Notice:
    mail = message(received)
    lines = [line for line in text(mail).splitlines() if line[:1] in SIGNS and line[:3] not in {"+++", "---"}]
    claims = claims_of([(SIGNS[line[0]], line[1:]) for line in lines])
    return Notice(reader=READER, heading=str(mail["Subject"]), claims=claims)
