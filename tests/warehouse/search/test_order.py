"""The order of what is found: Okapi BM25, counted here in plain Python."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.model import Capture
from broadsheet.warehouse.load import Arrival, load
from broadsheet.warehouse.search import search
from broadsheet.warehouse.store import migrate
from broadsheet.warehouse.words import Words

DAILY = "https://huggingface.co/api/daily_papers?date=2026-11-02"
WORDS = ["alpha", "betas", "beta", "class", "queries", "query", "delta"]
STEMS = {"betas": "beta", "queries": "query"}
K1, B = 1.2, 0.75
WEIGHTS = {"title": 3, "summary": 1, "ai_summary": 1, "ai_keywords": 2}

some_words = st.lists(st.sampled_from(WORDS), max_size=6)
corpora = st.lists(st.fixed_dictionaries(dict.fromkeys(WEIGHTS, some_words)), min_size=1, max_size=8)


def stem(word: str) -> str:
    return STEMS.get(word, word)


def bm25(corpus: Sequence[dict[str, list[str]]], wanted: set[str]) -> dict[int, float]:
    """Okapi BM25 of every document that holds all the words, each word counted with the weight of its field."""
    counts = [
        Counter(
            {
                word: sum(WEIGHTS[f] * [stem(w) for w in words].count(word) for f, words in doc.items())
                for word in map(stem, WORDS)
            }
        )
        for doc in corpus
    ]
    mean = sum(c.total() for c in counts) / len(counts)
    scores = {}
    for number, tf in enumerate(counts):
        if all(tf[word] for word in wanted):
            scores[number] = 0.0
            for word in wanted:
                df = sum(1 for c in counts if c[word])
                idf = math.log(1 + (len(counts) - df + 0.5) / (df + 0.5))
                norm = K1 * (1 - B + B * tf.total() / mean)
                scores[number] += idf * tf[word] * (K1 + 1) / (tf[word] + norm)
    return scores


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(corpora, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
def test_the_order_is_bm25s(
    api_answer: Callable[..., Capture], corpus: list[dict[str, list[str]]], question: list[str]
) -> None:
    items = [
        {
            "paper": {
                "id": f"2611.{number:05d}",
                **{field: " ".join(words) for field, words in doc.items() if field != "ai_keywords"},
                "ai_keywords": doc["ai_keywords"],
            }
        }
        for number, doc in enumerate(corpus)
    ]
    with duckdb.connect() as con:
        migrate(con, Path(":memory:"))
        load(con, [Arrival(capture=api_answer(items, 0, DAILY))])
        hits = search(con, " ".join(question)).hits
        assert search(con, " ".join(question), words=Words()).hits == hits
    expected = bm25(corpus, {stem(word) for word in question})
    assert {int(hit.paper_id[5:]): hit.score for hit in hits} == pytest.approx(expected, abs=1e-4)
    assert [hit.paper_id for hit in hits] == [
        hit.paper_id for hit in sorted(hits, key=lambda hit: (-hit.score, hit.paper_id))
    ]
