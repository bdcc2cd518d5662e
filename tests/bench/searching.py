"""Searching papers by their words, beside SQLite's FTS5 and a scan; and making new papers searchable."""

import math
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
from harness.contest import contest
from harness.measurement import Contender, Measurement, below, faster
from matching import made_up_words, text

from broadsheet.warehouse.indexing import index_anew, index_papers
from broadsheet.warehouse.rows import insert
from broadsheet.warehouse.store import migrate

DOCUMENTS, MORE_DOCUMENTS = 5_000, 100_000
NEW = 50
QUERIES = 20
TEN = "SELECT paper_id, score FROM search_papers($question) LIMIT 10"
SCAN = "SELECT paper_id FROM revisions WHERE " + " AND ".join(
    f"(title ILIKE '%' || ${word} || '%' OR abstract ILIKE '%' || ${word} || '%')" for word in ("one", "two")
)


class Document(NamedTuple):
    """A made-up paper."""

    paper_id: str
    title: str
    abstract: str


def documents(count: int) -> list[Document]:
    """Papers with an abstract of about 180 words each, the words as common and as rare as English has them."""
    rng = random.Random(20261127)
    words = made_up_words(rng, 20_000)
    return [
        Document(
            f"{2001 + number // 10_000}.{number % 10_000:05}", text(rng, words, 9), text(rng, words, 180)
        )
        for number in range(count)
    ]


def store(con: duckdb.DuckDBPyConnection, found: Sequence[Document], first: int = 0) -> None:
    """Put the papers on a list, without their words."""
    seen = datetime(2026, 11, 1) + timedelta(seconds=first)  # noqa: DTZ001 - as the tables hold it
    papers = [{"paper_id": d.paper_id, "revision_id": first + n} for n, d in enumerate(found)]
    told = [
        row | {"title": d.title, "abstract": d.abstract, "details": {}}
        for row, d in zip(papers, found, strict=True)
    ]
    shown = {"snapshot_id": first, "list_kind": "trending", "list_key": "", "captured_at": seen}
    insert(con, "revisions", told)
    insert(con, "showings", [row | shown for row in papers])


def bm25(found: Sequence[Document], question: str) -> list[float]:
    """The scores of the ten best, counted by hand: the formula of docs/search.md."""
    counts = []
    for document in found:
        tf = Counter(document.abstract.split())
        for word in document.title.split():
            tf[word] += 3
        counts.append(tf)
    mean = sum(tf.total() for tf in counts) / len(counts)
    rarity = {}
    for word in set(question.split()):
        df = sum(1 for tf in counts if word in tf)
        rarity[word] = math.log(1 + (len(counts) - df + 0.5) / (df + 0.5))
    scores = [
        sum(
            idf * tf[word] * 2.2 / (tf[word] + 1.2 * (0.25 + 0.75 * tf.total() / mean))
            for word, idf in rarity.items()
        )
        for tf in counts
        if all(word in tf for word in rarity)
    ]
    return sorted(scores, reverse=True)[:10]


def full_text(path: Path, found: Sequence[Document]) -> sqlite3.Connection:
    """The same papers in SQLite's own index."""
    db = sqlite3.connect(path)
    db.execute("CREATE VIRTUAL TABLE papers USING fts5(paper_id UNINDEXED, title, abstract)")
    db.executemany("INSERT INTO papers VALUES (?, ?, ?)", found)
    db.commit()
    return db


def _questions(rng: random.Random, found: Sequence[Document]) -> Iterator[str]:
    """Two words of each title, none of them in more than one paper of twenty: what a person would look for."""
    holding = Counter(word for d in found for word in {*d.title.split(), *d.abstract.split()})
    for document in found:
        telling = sorted({word for word in document.title.split() if holding[word] * 20 <= len(found)})
        if len(telling) >= 2:
            yield " ".join(rng.sample(telling, 2))


def compare(con: duckdb.DuckDBPyConnection, db: sqlite3.Connection, found: Sequence[Document]) -> Measurement:
    """The time of all questions, two words of a title each: the ten best of what holds both."""
    rng = random.Random(7)
    questions = rng.sample(list(_questions(rng, found)), QUERIES)

    def matched(question: str) -> str:
        return " ".join(f'"{word}"' for word in question.split())

    for question in questions:
        ours = con.execute("SELECT paper_id FROM search_papers(?)", [question]).fetchall()
        theirs = db.execute(
            "SELECT paper_id FROM papers WHERE papers MATCH ?", [matched(question)]
        ).fetchall()
        assert sorted(ours) == sorted(theirs), question
    for question in questions[:3]:
        scores = [row[1] for row in con.execute(TEN, {"question": question}).fetchall()]
        expected = bm25(found, question)
        assert all(abs(a - b) < 1e-3 for a, b in zip(scores, expected, strict=True)), question

    def ours() -> None:
        for question in questions:
            con.execute(TEN, {"question": question}).fetchall()

    def fts5(join: str) -> None:
        ask = "SELECT paper_id FROM papers WHERE papers MATCH ? ORDER BY bm25(papers, 0, 3, 1) LIMIT 10"
        for question in questions:
            db.execute(ask, [matched(question).replace(" ", join)]).fetchall()

    def scan() -> None:
        for question in questions:
            one, two = question.split()
            con.execute(SCAN, {"one": one, "two": two}).fetchall()

    contenders = contest(
        {
            "search_papers": ours,
            "SQLite FTS5, both words": lambda: fts5(" "),
            "SQLite FTS5, any of the words": lambda: fts5(" OR "),
            "DuckDB, ILIKE scan": scan,
        },
        rounds=5,
    )
    return Measurement(
        number=11,
        title=f"{QUERIES} searches for two words of a title, {len(found):,} papers",
        contenders=contenders,
        goals=[faster(3, "SQLite FTS5, both words")],
    )


def arriving(con: duckdb.DuckDBPyConnection, found: Sequence[Document], rounds: int = 7) -> Measurement:
    """How long the words of new papers take within the transaction that loads them."""
    seconds = []
    for turn in range(rounds):
        new = [d._replace(paper_id=f"2699.{turn * NEW + n:05}") for n, d in enumerate(found[:NEW])]
        con.execute("BEGIN")
        store(con, new, first=10**9 + turn * NEW)
        began = time.perf_counter()
        index_papers(con, [document.paper_id for document in new])
        seconds.append(time.perf_counter() - began)
        con.execute("COMMIT")
        assert con.execute("SELECT count(*) FROM search_papers('list:trending since:2026')").fetchone() == (
            len(found) + (turn + 1) * NEW,
        )
    return Measurement(
        number=11,
        title=f"{NEW} new papers made searchable, {len(found):,} papers",
        contenders=[Contender("Broadsheet", tuple(seconds))],
        goals=[below(0.015)],
    )


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """How long searching takes, and how long new papers take to be found."""
    found = documents(MORE_DOCUMENTS if full else DOCUMENTS)
    path = home / "search.duckdb"
    with duckdb.connect(str(path)) as con:
        migrate(con, path)
        store(con, found)
        began = time.perf_counter()
        con.execute("BEGIN")
        index_anew(con)
        con.execute("COMMIT")
        built = Contender("Broadsheet", (time.perf_counter() - began,))
        yield compare(con, full_text(home / "fts5.sqlite", found), found)
        yield Measurement(number=11, title=f"{len(found):,} papers indexed from nothing", contenders=[built])
        yield arriving(con, found)
