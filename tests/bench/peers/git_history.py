"""git-history over a repository to which the list is committed every day."""

import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from bench.peers.script import Day, Kind, News
from bench.peers.watching import Ended, Notice, Place, Report, last_line

FILE = "papers.json"
DATABASE = "history.db"
TABLE = "item"
LOOKED_EVERY = 0.0005
SCRAPE = f"""set -e
curl --silent "$URL" | jq . > {FILE}
git add --all
git commit --quiet --message "Latest data" || exit 0
"""
"""The scraper of its author's article on the method, run as GitHub's runners run it: bash -e."""


class GitHistory:
    """It mails nothing: its reports are the rows that it adds to its database."""

    name = "git-history"
    readers = (TABLE,)
    setup = "the JSON file, fetched by curl and jq and committed daily; git-history file --id id"

    def __init__(self, place: Place, programs: Path) -> None:
        self._place = place
        self._programs = programs
        self._known = 0
        self._unreadable: list[str] = []

    def prepare(self) -> None:
        """Make the repository."""
        git = self._place
        git.command("git", "init", "--quiet", "--initial-branch", "main")
        git.command("git", "config", "user.name", "scraper")
        git.command("git", "config", "user.email", "scraper@example.org")

    def run(self, day: Day) -> Report:
        """Fetch, commit, and add what is new in the repository to the database.

        A commit that it cannot read stops it for good; whoever runs it then names that commit with --skip, as its
        manual says, and so does this.
        """
        at = day.at.isoformat()
        scraped = self._place.command(
            "bash",
            "-c",
            SCRAPE,
            URL=f"{self._place.press.url}/list.json",
            GIT_AUTHOR_DATE=at,
            GIT_COMMITTER_DATE=at,
        )
        ended = self._read() if scraped.code == 0 else scraped
        if scraped.code == 0 and ended.code > 0:
            head = self._place.command("git", "rev-parse", "HEAD").out.strip()
            self._unreadable.append(head)
        complaint = last_line(ended.err) or f"ended with {ended.code}" if ended.code > 0 else None
        return Report(notices=tuple(self._notices()), complaint=complaint)

    def close(self) -> None:
        """Nothing runs on."""

    def _read(self) -> Ended:
        skipped = [part for commit in self._unreadable for part in ("--skip", commit)]
        command = (self._programs / "git-history", "file", DATABASE, FILE, "--id", "id", "--silent", *skipped)
        if not self._place.postbox.is_set:
            return self._place.command(*command)
        with self._place.start(*command) as process:
            self._kill_as_it_writes(process)
            out, err = process.communicate()
        return Ended(process.returncode, out, err)

    def _kill_as_it_writes(self, process: subprocess.Popen[str]) -> None:
        """Its mails would be the place to kill it; as it sends none, it is killed within a transaction."""
        journal = self._place.home / f"{DATABASE}-journal"
        while process.poll() is None:
            if journal.exists():
                self._place.postbox.kill()
                return
            time.sleep(LOOKED_EVERY)

    def _notices(self) -> list[Notice]:
        database = self._place.home / DATABASE
        if not database.exists():
            return []
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute("SELECT id FROM item ORDER BY _id").fetchall()
        new, self._known = rows[self._known :], len(rows)
        claims = tuple(News(Kind.CAME, paper) for (paper,) in new)
        return [Notice(reader=TABLE, heading=f"{len(new)} new rows in item", claims=claims)] if claims else []
