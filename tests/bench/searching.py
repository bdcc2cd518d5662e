"""Searching papers by their words, beside SQLite's FTS5, bm25s and a scan; and making new papers searchable."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import duckdb
from harness.contest import contest
from harness.measurement import Contender, Measurement, below, faster
from searched import (
    Document,
    InMemory,
    by_hand,
    documents,
    full_text,
    store,
    telling_words,
    title_words,
)

from broadsheet.warehouse.indexing import index_anew, index_papers
from broadsheet.warehouse.queries import query
from broadsheet.warehouse.question import read_question
from broadsheet.warehouse.search import search
from broadsheet.warehouse.store import migrate
from broadsheet.warehouse.weighing import Best, Weigher
from broadsheet.warehouse.words import Words

DOCUMENTS, MORE_DOCUMENTS = 5_000, 100_000
NEW = 50
QUESTIONS, SCANNED, CHECKED = 20, 1, 3
ROUNDS = 7
FTS5 = "SQLite FTS5"
BY_MACRO = "SELECT paper_id, score FROM search_papers($question) LIMIT 10"
BY_FTS5 = "SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY bm25(papers, 0, 3, 1) LIMIT 10"
SCAN, HOLDS = "SELECT paper_id FROM revisions WHERE ", "title || ' ' || abstract ILIKE ?"


class Searched:
    """The same papers, as each contender keeps them."""

    def __init__(self, con: duckdb.DuckDBPyConnection, db: sqlite3.Connection, found: list[Document]) -> None:
        self._con = con
        self._db = db
        self._found = found
        self._in_memory = InMemory(found)
        self._words = Words()

    def ours(self, question: str, words: Words | None = None) -> Best:
        """The ten best, as the site finds them."""
        items = read_question(question)
        assert items is not None
        return Weigher(self._con, words or self._words, items).best(10, 0)

    def page(self, question: str) -> object:
        """The ten best with all that a page of results shows of them."""
        return search(self._con, question, limit=10, words=self._words)

    def by_macro(self, question: str) -> list[tuple[str, float]]:
        """The ten best, in SQL."""
        return self._con.execute(BY_MACRO, {"question": question}).fetchall()

    def by_fts5(self, question: str) -> list[tuple[int]]:
        """The ten best of SQLite's."""
        return self._db.execute(BY_FTS5, [_quoted(question)]).fetchall()

    def scan(self, question: str) -> object:
        """All papers with the words, without an index and in no order."""
        words = [f"%{word}%" for word in question.split()]
        return self._con.execute(SCAN + " AND ".join([HOLDS] * len(words)), words).fetchall()

    def check(self, questions: Sequence[str]) -> None:
        """Hold that all find the same papers and score them as bm25s does; where they are few, as counted by hand."""
        for question in questions:
            best = self.ours(question)
            assert [score for _, score in self.by_macro(question)] == best.scores
            theirs = self._db.execute("SELECT rowid FROM papers WHERE papers MATCH ?", [_quoted(question)])
            papers = {row[0] for row in theirs}
            assert set(best.documents) <= papers
            assert best.total == len(papers)
            scores = self._in_memory.scores(question)
            _near(best.scores, sorted((scores[paper - 1] for paper in papers), reverse=True)[:10])
        if len(self._found) <= DOCUMENTS:
            by_formula = by_hand(self._found)
            for question in questions[:CHECKED]:
                _near(self.ours(question).scores, by_formula(question)[::-1])

    def measure(self, title: str, questions: Sequence[str]) -> Measurement:
        """The time of all questions."""
        self.check(questions)

        def all_of(ask: Callable[[str], object], some: Sequence[str] = questions) -> Callable[[], None]:
            def run() -> None:
                for question in some:
                    ask(question)

            return run

        def at_first() -> None:
            words = Words()
            all_of(lambda question: self.ours(question, words))()

        found = contest(
            {
                "Broadsheet, words in memory": all_of(self.ours),
                "Broadsheet, of a new publication": at_first,
                "Broadsheet, pages of hits": all_of(self.page),
                "Broadsheet, search_papers in SQL": all_of(self.by_macro),
                FTS5: all_of(self.by_fts5),
                "bm25s in RAM, any of the words": all_of(self._in_memory.ten),
                "DuckDB, ILIKE scan": all_of(self.scan, questions[:SCANNED]),
            },
            rounds=ROUNDS,
        )
        return Measurement(
            number=11,
            title=f"{len(questions)} searches for {title}, {len(self._found):,} papers",
            contenders=[*found[:-1], found[-1].times(len(questions) / SCANNED)],
            goals=[faster(3, FTS5)] if len(self._found) >= MORE_DOCUMENTS else [],
        )


def _quoted(question: str) -> str:
    return " ".join(f'"{word}"' for word in question.split())


def _near(ours: Sequence[float], theirs: Sequence[float]) -> None:
    assert all(abs(a - b) < 1e-3 for a, b in zip(ours, theirs, strict=True)), (ours, theirs)


def arriving(con: duckdb.DuckDBPyConnection, found: Sequence[Document], rounds: int = ROUNDS) -> Measurement:
    """How long the words of new papers take within the transaction that loads them, by one thread as in a poll."""
    seconds = []
    con.execute(query("write/one_thread"))
    for turn in range(rounds):
        new = [d._replace(paper_id=f"2699.{turn * NEW + n:05}") for n, d in enumerate(found[:NEW])]
        con.execute("BEGIN")
        store(con, new, first=10**9 + turn * NEW)
        began = time.perf_counter()
        index_papers(con, [document.paper_id for document in new])
        seconds.append(time.perf_counter() - began)
        con.execute("COMMIT")
        assert search(con, "list:trending since:2026", limit=0).total == len(found) + (turn + 1) * NEW
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
    rng = random.Random(7)
    with duckdb.connect(str(path)) as con:
        migrate(con, path)
        store(con, found)
        began = time.perf_counter()
        con.execute("BEGIN")
        index_anew(con)
        con.execute("COMMIT")
        built = Contender("Broadsheet", (time.perf_counter() - began,))
        yield Measurement(number=11, title=f"{len(found):,} papers indexed from nothing", contenders=[built])
        searched = Searched(con, full_text(home / "fts5.sqlite", found), found)
        for title, asked in (
            ("one telling word", telling_words(rng, found, 1)),
            ("two telling words", telling_words(rng, found, 2)),
            ("three words of a title", title_words(rng, found, 3)),
        ):
            yield searched.measure(title, list(islice(asked, QUESTIONS)))
        yield arriving(con, found)
