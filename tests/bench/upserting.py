"""The usual design, to race against: keys, one upsert a row, the whole page with html.parser, differences in SQL."""

import json
from pathlib import Path
from typing import Any

import duckdb
from bs4 import BeautifulSoup

TABLES = """
CREATE TABLE papers (
    paper_id VARCHAR PRIMARY KEY, title VARCHAR, abstract VARCHAR, authors VARCHAR[], upvotes INTEGER,
    last_seen_at BIGINT
);
CREATE TABLE observations (
    snapshot_id BIGINT, paper_id VARCHAR, rank INTEGER, upvotes INTEGER, PRIMARY KEY (snapshot_id, paper_id)
);
"""
UPSERT = """
INSERT INTO papers VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET title = excluded.title, abstract = excluded.abstract, authors = excluded.authors,
    upvotes = excluded.upvotes, last_seen_at = excluded.last_seen_at
"""
OBSERVE = "INSERT INTO observations VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
CHANGES = """
SELECT coalesce(n.paper_id, o.paper_id), n.rank, o.rank, n.upvotes, o.upvotes
FROM (FROM observations WHERE snapshot_id = $new) AS n
FULL JOIN (FROM observations WHERE snapshot_id = $old) AS o USING (paper_id)
WHERE (n.rank, n.upvotes) IS DISTINCT FROM (o.rank, o.upvotes)
"""


def copy_past(warehouse: Path, path: Path) -> None:
    """A file of the usual design with the past that the warehouse has."""
    with duckdb.connect(str(path)) as con:
        con.execute(TABLES)
        con.execute(f"ATTACH '{warehouse}' AS warehouse (READ_ONLY)")
        con.execute("USE warehouse")
        con.execute(
            f"INSERT INTO {path.stem}.papers SELECT paper_id, title, abstract, authors, 0, 0 FROM warehouse.papers"
        )
        con.execute(
            f"INSERT INTO {path.stem}.observations"
            " SELECT snapshot_id, paper_id, rank, upvotes FROM warehouse.observations"
        )


def poll(path: Path, body: bytes, snapshot_id: int, previous: int) -> int:
    """Read a trending page into the file; gives how many papers changed."""
    tag: Any = BeautifulSoup(body, "html.parser").find(attrs={"data-target": "DailyPapers"})
    papers = [item["paper"] for item in json.loads(tag["data-props"])["dailyPapers"]]
    with duckdb.connect(str(path)) as con:
        for rank, paper in enumerate(papers, 1):
            names = [author["name"] for author in paper["authors"]]
            con.execute(
                UPSERT,
                [paper["id"], paper["title"], paper.get("summary"), names, paper["upvotes"], snapshot_id],
            )
            con.execute(OBSERVE, [snapshot_id, paper["id"], rank, paper["upvotes"]])
        return len(con.execute(CHANGES, {"new": snapshot_id, "old": previous}).fetchall())
