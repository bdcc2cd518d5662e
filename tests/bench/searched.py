"""Made-up papers to search: in the warehouse, in SQLite's index, in bm25s', and counted by hand."""

import math
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import bm25s
import duckdb
from matching import made_up_words, text

from broadsheet.warehouse.rows import insert

TITLE_WEIGHT = 3
K1, B = 1.2, 0.75
RAREST, MOST_COMMON = 0.0005, 0.35
"""The share of all papers that a telling word stands in."""


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
    listed = {"snapshot_id": first, "list_kind": "trending", "list_key": "", "captured_at": seen}
    insert(con, "revisions", told)
    insert(con, "showings", [row | listed for row in papers])
    insert(con, "snapshots", [listed | {"entries": len(found), "truncated": False, "parser": "api"}])
    insert(con, "observations", [{"snapshot_id": first, "paper_id": d.paper_id, "upvotes": 1} for d in found])


def title_words(rng: random.Random, found: Sequence[Document], count: int) -> Iterator[str]:
    """Words of titles as they come, function words too: what somebody pastes."""
    for document in rng.sample(found, len(found)):
        words = sorted(set(document.title.split()))
        if len(words) >= count:
            yield " ".join(rng.sample(words, count))


def telling_words(rng: random.Random, found: Sequence[Document], count: int) -> Iterator[str]:
    """Words of titles without the most common ones: what somebody looks for who chooses words.

    They are as common as the words of the hub's own titles are that are no function words: half of those stand in
    more than one paper of twenty, a quarter in more than one of six.
    """
    holding = Counter(word for d in found for word in {*d.title.split(), *d.abstract.split()})
    for document in rng.sample(found, len(found)):
        shares = {word: holding[word] / len(found) for word in sorted(set(document.title.split()))}
        words = [word for word, share in shares.items() if RAREST <= share <= MOST_COMMON]
        if len(words) >= count:
            yield " ".join(rng.sample(words, count))


def by_hand(found: Sequence[Document]) -> Callable[[str], list[float]]:
    """The scores of the ten best, ascending, by the formula of docs/search.md."""
    counts = [_counted(document) for document in found]
    mean = sum(tf.total() for tf in counts) / len(counts)

    def ten(question: str) -> list[float]:
        rarity = {}
        for word in set(question.split()):
            df = sum(1 for tf in counts if word in tf)
            rarity[word] = math.log(1 + (len(counts) - df + 0.5) / (df + 0.5))
        scores = [
            sum(
                idf * tf[word] * (K1 + 1) / (tf[word] + K1 * (1 - B + B * tf.total() / mean))
                for word, idf in rarity.items()
            )
            for tf in counts
            if all(word in tf for word in rarity)
        ]
        return sorted(scores)[-10:]

    return ten


def _counted(document: Document) -> Counter[str]:
    tf = Counter(document.abstract.split())
    for word in document.title.split():
        tf[word] += TITLE_WEIGHT
    return tf


def full_text(path: Path, found: Sequence[Document]) -> sqlite3.Connection:
    """The same papers in SQLite's own index, each under the number that the warehouse gives it."""
    db = sqlite3.connect(path)
    db.execute("CREATE VIRTUAL TABLE papers USING fts5(paper_id UNINDEXED, title, abstract)")
    db.executemany("INSERT INTO papers VALUES (?, ?, ?)", sorted(found))
    db.commit()
    return db


class InMemory:
    """bm25s, whose index is all in memory. It finds papers with any of the words."""

    def __init__(self, found: Sequence[Document]) -> None:
        vocabulary: dict[str, int] = {}
        ids = [
            [
                vocabulary.setdefault(word, len(vocabulary))
                for word in [*document.title.split() * TITLE_WEIGHT, *document.abstract.split()]
            ]
            for document in sorted(found)
        ]
        self._index = bm25s.BM25(k1=K1, b=B, method="lucene")
        self._index.index(bm25s.tokenization.Tokenized(ids=ids, vocab=vocabulary), show_progress=False)

    def ten(self, question: str) -> object:
        """The ten best of the papers with any of the words."""
        return self._index.retrieve([question.split()], k=10, show_progress=False)

    def scores(self, question: str) -> list[float]:
        """The score of each paper, in order of number. Lucene's form leaves out the factor that all scores share."""
        return [float(score) * (K1 + 1) for score in self._index.get_scores(question.split())]
