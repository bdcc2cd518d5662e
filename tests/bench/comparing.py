"""Comparing a snapshot with the one before it: two boards looked up, against windows over the whole history."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb
import msgspec
from harness.contest import contest
from harness.measurement import Measurement, faster
from past import Past, text

from broadsheet.warehouse.board import Board, Sighting
from broadsheet.warehouse.chain import read_cells
from broadsheet.warehouse.compare import compare
from broadsheet.warehouse.rows import fetch

POLLS, TIMED = 1_000, 20
ROUNDS, LEAST_TIMES, AT = 7, 800, 17_500_000
"""The goal is for ten years of polls every quarter of an hour."""
LATER = datetime(9999, 1, 1, tzinfo=UTC)

Step = tuple[int, int]
"""The numbers of a snapshot and of the one after it."""
Row = tuple[Any, ...]


def two_boards(con: duckdb.DuckDBPyConnection, step: Step) -> list[Row]:
    """Ours: the two boards, and of what is new whether the list ever showed it."""
    old, new = (_board(con, number) for number in step)
    arrived = {each.paper_id for each in new.sightings} - {each.paper_id for each in old.sightings}
    seen = set()
    if arrived:
        rows = fetch(
            con,
            "read/seen_before",
            kind="trending",
            key="",
            captured_at=datetime.fromtimestamp(step[1] >> 20, UTC).replace(tzinfo=None),
            capture_id=step[1],
            papers=sorted(arrived),
        )
        seen = {paper for (paper,) in rows}
    found = compare(old, new, seen=seen, before={}, after={})
    return sorted(
        (
            (step[1], c.paper_id, str(c.change), c.rank, c.previous_rank, c.upvotes, c.previous_upvotes)
            for c in found
        ),
        key=str,
    )


def _board(con: duckdb.DuckDBPyConnection, number: int) -> Board:
    cells = read_cells(con, number)
    return Board(
        capture_id=number, captured_at=LATER, sightings=tuple(Sighting._make((*each, 0)) for each in cells)
    )


def windows(con: duckdb.DuckDBPyConnection, steps: Sequence[Step]) -> list[Row]:
    """The usual way, for as many snapshots as one likes: the windows go over everything anyway."""
    asked = msgspec.json.encode([{"old": old, "new": new} for old, new in steps]).decode()
    sql = text("windows").format()
    return sorted(con.execute(sql, {"steps": asked}).fetchall(), key=str)


def measure(con: duckdb.DuckDBPyConnection, past: Past) -> Measurement:
    """Number 5: the answers of many polls at random are equal, then some of them are timed. Every second one brings a
    new paper: whether the list ever showed it is what takes longest."""
    chosen = random.Random(5).sample(range(1, past.polls), POLLS)
    steps = [(past.snapshot_id(poll - 1), past.snapshot_id(poll)) for poll in chosen]
    expected: dict[int, list[Row]] = {new: [] for _, new in steps}
    for row in windows(con, steps):
        expected[row[0]].append(row)
    for step in steps:
        assert two_boards(con, step) == expected[step[1]], f"snapshot {step[1]}"
    timed = steps[:TIMED]
    observations = past.polls * 50
    usual = "lag() over the history"
    ours, theirs = contest(
        {
            "two boards": lambda: sorted((row for step in timed for row in two_boards(con, step)), key=str),
            # For all of them at once: for one it takes as long.
            usual: lambda: windows(con, timed),
        },
        rounds=ROUNDS,
    )
    return Measurement(
        number=5,
        title=f"One snapshot, {observations:,} observations; equal in {POLLS:,} random polls",
        contenders=[ours.times(1 / TIMED), theirs],
        goals=[faster(LEAST_TIMES * min(1.0, observations / AT), usual)],
        note=(
            f"The windows grow with the history: {LEAST_TIMES} times are to be reached with {AT:,} observations, "
            "with fewer as many fewer."
        ),
    )
