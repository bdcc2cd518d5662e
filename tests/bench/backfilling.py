"""Papers from long ago, half of them known already: stored as the loader does, and upserted as others do."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import sqlite_utils
from harness.measurement import Contender, Measurement, faster
from matching import made_up_words, text

from broadsheet.model import Author, Details, Entry, ListId, Listing, ListKind
from broadsheet.settings import Settings
from broadsheet.warehouse.resolve import resolve
from broadsheet.warehouse.store import open_writer

PAPERS, MORE_PAPERS = 40_000, 1_000_000
BATCH = 10_000
"""Papers a transaction, and papers made at once: bounds the memory."""
SAMPLE = 200
"""Papers that are upserted row by row."""
PAGE = 100
ROUNDS = 2
FIRST_DAY = datetime(2016, 1, 1, tzinfo=UTC)
COLUMNS = ("paper_id", "title", "abstract", "authors", "published_at", "upvotes")
TABLE = """
CREATE TABLE papers (
    paper_id VARCHAR PRIMARY KEY, title VARCHAR, abstract VARCHAR, authors VARCHAR[], published_at TIMESTAMP,
    upvotes INTEGER
)"""
UPSERT = """
INSERT INTO papers VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET title = excluded.title, abstract = excluded.abstract, authors = excluded.authors,
    published_at = excluded.published_at, upvotes = excluded.upvotes"""

Row = tuple[str, str, str, list[str], datetime, int]


class Papers:
    """Made-up papers, any number of them."""

    def __init__(self) -> None:
        rng = random.Random(20261127)
        words = made_up_words(rng, 20_000)
        self._abstracts = [text(rng, words, 120) for _ in range(997)]
        self._names = [text(rng, words, 2).title() for _ in range(499)]

    def rows(self, since: int, before: int) -> list[Row]:
        """Papers by number, as rows."""
        return [
            (
                f"{1000 + n // 100_000}.{n % 100_000:05}",
                f"{n}: {self._abstracts[n % 991][:70]}",
                self._abstracts[n % 997],
                [self._names[(n + k) % 499] for k in range(4)],
                FIRST_DAY + timedelta(minutes=n),
                n % 90,
            )
            for n in range(since, before)
        ]


def listings(rows: Sequence[Row]) -> list[Listing]:
    """The same as daily lists, parsed."""
    entries = [
        Entry(
            rank=1 + place % PAGE,
            paper_id=paper_id,
            upvotes=upvotes,
            details=Details(
                title=title,
                abstract=abstract,
                authors=tuple(Author(name=name) for name in authors),
                published_at=published_at,
            ),
        )
        for place, (paper_id, title, abstract, authors, published_at, upvotes) in enumerate(rows)
    ]
    day = ListId(ListKind.DAILY, "2016-01-01")
    return [
        Listing(list_id=day, parser="api", entries=tuple(entries[start : start + PAGE]))
        for start in range(0, len(entries), PAGE)
    ]


def batches(count: int) -> Iterator[tuple[int, int]]:
    """As many papers, the first half of them again at the end of it: (since, before)."""
    for since in [*range(0, count // 2, BATCH), *range(0, count, BATCH)]:
        yield since, min(since + BATCH, count)


def ours(home: Path, papers: Papers, count: int) -> float:
    """Seconds a paper, until all of them stand in the file itself and none in its log alone."""
    took = 0.0
    with open_writer(Settings(home=str(home))) as con:
        for turn, (since, before) in enumerate(batches(count)):
            if turn * BATCH == count // 2:
                con.execute("CHECKPOINT")
            arrived = listings(papers.rows(since, before))
            began = time.perf_counter()
            con.execute("BEGIN")
            resolve(con, arrived)
            con.execute("COMMIT")
            took += time.perf_counter() - began if turn * BATCH >= count // 2 else 0.0
        took += timed(lambda: con.execute("CHECKPOINT"))
        assert con.execute("SELECT count(DISTINCT paper_id) FROM revisions").fetchall() == [(count,)]
    return took / count


def executemany(home: Path, papers: Papers) -> float:
    """Seconds a paper, DuckDB with a primary key, one upsert a row."""
    home.mkdir()
    with duckdb.connect(str(home / "papers.duckdb")) as con:
        con.execute(TABLE)
        con.executemany(UPSERT, papers.rows(0, SAMPLE // 2))
        return timed(lambda: con.executemany(UPSERT, papers.rows(0, SAMPLE))) / SAMPLE


def upsert_all(home: Path, papers: Papers, count: int) -> float:
    """Seconds a paper, sqlite-utils."""
    home.mkdir()
    db = sqlite_utils.Database(sqlite3.connect(home / "papers.sqlite"))
    took = 0.0
    for turn, (since, before) in enumerate(batches(count)):
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in papers.rows(since, before)]
        seconds = timed(lambda rows=rows: db["papers"].upsert_all(rows, pk="paper_id"))
        took += seconds if turn * BATCH >= count // 2 else 0.0
    assert db["papers"].count == count
    db.close()
    return took / count


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """Number 7, a paper: what it takes from a parsed listing into the file."""
    count = MORE_PAPERS if full else PAPERS
    papers = Papers()
    slow, other = f"DuckDB, executemany ON CONFLICT ({SAMPLE})", "sqlite-utils, upsert_all"
    found: dict[str, list[float]] = {"Broadsheet, each distinct text once": [], other: [], slow: []}
    for turn in range(1 if full else ROUNDS):
        (mine, theirs, rows) = found.values()
        mine.append(ours(home / f"ours{turn}", papers, count))
        theirs.append(upsert_all(home / f"theirs{turn}", papers, count))
        rows.append(executemany(home / f"rows{turn}", papers))
    yield Measurement(
        number=7,
        title=f"One of {count:,} papers, half of them known",
        contenders=[Contender(name, tuple(seconds)) for name, seconds in found.items()],
        goals=[faster(300, slow), faster(3, other)],
        note="Ours keeps every text that a paper ever had, known by its hash; the others write over it.",
    )
