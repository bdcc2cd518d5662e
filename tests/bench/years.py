"""Years of polls of one list every quarter of an hour, put straight into a warehouse's tables.

Per poll half a paper enters, a quarter of the papers gain votes, and 15 of 50 stand elsewhere than before.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa

from broadsheet.settings import Settings
from broadsheet.warehouse.store import open_writer

PLACES = 50
A_QUARTER = 900
POLLS_A_YEAR = 35_040
SALT = 1 << 20
CHANGES = (Path(__file__).parent / "years_changes.sql").read_text(encoding="utf-8")


def fill(settings: Settings, until: datetime, polls: int) -> None:
    """Put so many polls up to ``until`` (aware) into the writer's file, with what loading would have made of them."""
    rng = np.random.default_rng(20261127)
    first = int(until.timestamp()) - polls * A_QUARTER
    with open_writer(settings) as con:
        con.execute(
            "CREATE TEMP TABLE seen (poll INTEGER, snapshot_id BIGINT, paper INTEGER, rank INTEGER,"
            " upvotes INTEGER, num_comments INTEGER, github_stars INTEGER)"
        )
        for start, boards in _boards(rng, polls):
            number = np.repeat(np.arange(start, start + len(boards["paper"]) // PLACES), PLACES)
            moment = first + number * A_QUARTER
            salt = np.repeat(rng.integers(0, SALT, len(number) // PLACES), PLACES)
            table = pa.table({"poll": number.astype(np.int32), "snapshot_id": moment * SALT + salt, **boards})
            con.register("boards", table)
            con.execute("INSERT INTO seen BY NAME FROM boards")
            con.unregister("boards")
        for statement in con.extract_statements(CHANGES):
            con.execute(statement)


def _boards(rng: np.random.Generator, polls: int) -> Iterator[tuple[int, dict[str, np.ndarray]]]:
    """The boards of some thousand polls at a time: the number of the first, and columns with a row for each place."""
    papers, newest = np.arange(PLACES), PLACES
    votes, comments = rng.integers(1, 200, PLACES), rng.integers(0, 8, PLACES)
    stars = rng.integers(0, 2000, PLACES)
    for start in range(0, polls, 5_000):
        many = min(5_000, polls - start)
        columns = {
            name: np.empty((many, PLACES), np.int32)
            for name in ("paper", "upvotes", "num_comments", "github_stars")
        }
        enters, places = rng.random(many) < 0.5, rng.integers(0, PLACES, many)
        swaps, swapped = rng.integers(0, PLACES - 1, (many, 2)), rng.random((many, 2)) < 0.8
        gains = rng.random((3, many, PLACES)) < np.array([0.258, 0.01, 0.04])[:, None, None]
        for poll in range(many):
            if enters[poll]:
                place = places[poll]
                for column, value in ((papers, newest), (votes, 1), (comments, 0), (stars, place * 7)):
                    column[place + 1 :] = column[place:-1].copy()
                    column[place] = value
                newest += 1
            for place in swaps[poll][swapped[poll]]:
                for column in (papers, votes, comments, stars):
                    column[place], column[place + 1] = column[place + 1], column[place]
            votes, comments, stars = (
                column + gained[poll] for column, gained in zip((votes, comments, stars), gains, strict=True)
            )
            for name, column in zip(columns, (papers, votes, comments, stars), strict=True):
                columns[name][poll] = column
        ranks = np.tile(np.arange(1, PLACES + 1, dtype=np.int32), many)
        yield start, {"rank": ranks, **{name: column.ravel() for name, column in columns.items()}}
