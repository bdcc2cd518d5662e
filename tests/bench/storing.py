"""Bytes an observation: as the warehouse keeps them, and with the usual keys."""

import sqlite3
from pathlib import Path

import duckdb
from harness.measurement import Contender, Measurement, Unit, below

from broadsheet.warehouse.store import connect

SAMPLE = 1_000_000
"""Observations with keys: more would take minutes to index."""
COLUMNS = "snapshot_id, paper_id, rank, upvotes, num_comments, github_stars"
KEYED = """
CREATE TABLE observations (
    snapshot_id BIGINT, paper_id VARCHAR, rank INTEGER, upvotes INTEGER, num_comments INTEGER, github_stars INTEGER,
    PRIMARY KEY (snapshot_id, paper_id)
)"""


def measure(warehouse: Path, home: Path, observations: int) -> Measurement:
    """Number 6, of open months: the table alone in a file, everything in the warehouse, and keyed tables."""
    alone, keyed, lite = home / "alone.duckdb", home / "keyed.duckdb", home / "keyed.sqlite"
    with connect(alone) as con:
        con.execute(f"ATTACH '{warehouse}' AS warehouse (READ_ONLY)")
        con.execute(f"CREATE TABLE observations AS SELECT {COLUMNS} FROM warehouse.observations")
    sample = min(SAMPLE, observations)
    with duckdb.connect(str(keyed)) as con:
        con.execute(KEYED)
        con.execute(f"ATTACH '{alone}' AS alone (READ_ONLY)")
        con.execute(f"INSERT INTO observations FROM alone.observations LIMIT {sample}")
        rows = con.execute("FROM observations").fetchall()
    with sqlite3.connect(lite) as db:
        db.execute(f"{KEYED} WITHOUT ROWID")
        db.executemany("INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.close()

    def each(name: str, path: Path, count: int) -> Contender:
        return Contender(name, (path.stat().st_size / count,))

    return Measurement(
        number=6,
        title=f"Live: {observations:,} observations of open months",
        contenders=[
            each("Broadsheet's observations", alone, observations),
            each("Broadsheet with captures, changes, papers and their texts", warehouse, observations),
            each(f"DuckDB with a primary key, {sample:,}", keyed, sample),
            each(f"SQLite WITHOUT ROWID, {sample:,}", lite, sample),
        ],
        goals=[below(4.5)],
        unit=Unit.BYTES,
    )
