"""A long past for a warehouse: years of polls of the trending list, made by SQL within seconds."""

import random
from datetime import datetime
from pathlib import Path

import duckdb
from matching import made_up_words

from broadsheet.warehouse.rows import to_db

BOARD = 50
"""Papers on each poll's board."""
AT_ONCE = 100_000
"""Polls a statement: bounds the memory."""
WORDS = 20_000
FOLDER = Path(__file__).parent / "history"


class Past:
    """The last so many ``polls`` before ``until``. A paper comes with every second of them."""

    def __init__(self, con: duckdb.DuckDBPyConnection, polls: int, until: datetime) -> None:
        self._con = con
        self.polls = polls
        con.execute("SET VARIABLE polls = ?", [polls])
        con.execute("SET VARIABLE until = ?", [to_db(until)])
        con.execute("SET VARIABLE words = ?", [made_up_words(random.Random(20261127), WORDS)])
        con.execute(text("macros"))

    @property
    def papers(self) -> int:
        """How many came in all, with those on the first board."""
        return (self.polls - 1) // 2 + BOARD

    def write(self) -> None:
        """Put all of it into the warehouse."""
        self._run("papers", 0, self.papers)
        for since in range(0, self.polls, AT_ONCE):
            before = min(since + AT_ONCE, self.polls)
            self._run("polls", since, before)
            self._run("observations", since, before)

    def snapshot_id(self, poll: int) -> int:
        """The number of a poll's snapshot."""
        return int(self._con.execute("SELECT number_of(?)", [poll]).fetchall()[0][0])

    def _run(self, name: str, since: int, before: int) -> None:
        for statement in self._con.extract_statements(text(name).format_map(tables(self._con))):
            self._con.execute(statement, {"since": since, "before": before})


def write_past(con: duckdb.DuckDBPyConnection, observations: int, until: datetime) -> Past:
    """Give the warehouse of a writer's connection a past of so many observations."""
    past = Past(con, observations // BOARD, until)
    past.write()
    return past


def text(name: str) -> str:
    """One of the SQL files beside this."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def tables(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Where rows of open months are appended, by the name under which everybody reads them."""
    found = con.execute("SELECT table_name FROM duckdb_tables() WHERE NOT internal").fetchall()
    return {name.removeprefix("open_"): name for (name,) in found}
