"""Opens a run and kills its own process at one statement.

``python killed_opening.py HOME DATABASE_URL NOW STATEMENT``: statements that write count from 1; the commits count,
too. 0 kills nowhere, and then what came out is printed.
"""

import os
import signal
import sys
from datetime import datetime
from itertools import count

import msgspec
import sqlalchemy as sa

from broadsheet.mail.opening import open_run
from broadsheet.settings import Settings

READS = ("SELECT", "PRAGMA", "SHOW", "BEGIN")


def die_at(number: int) -> None:
    """End this process just before its ``number``-th write or commit, or just after the last commit."""
    seen = count(1)

    def step() -> None:
        if next(seen) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def _before(con, cursor, statement, *rest) -> None:
        if not statement.lstrip().upper().startswith(READS):
            step()

    @sa.event.listens_for(sa.Engine, "commit")
    def _commit(con) -> None:
        step()


if __name__ == "__main__":
    home, database_url, now, statement = sys.argv[1:]
    settings = Settings(
        home=home, database_url=database_url, secret_key="test", hub_url="https://hub.example"
    )
    die_at(int(statement))
    opened = open_run(settings, datetime.fromisoformat(now))
    sys.stdout.buffer.write(msgspec.json.encode(opened))
