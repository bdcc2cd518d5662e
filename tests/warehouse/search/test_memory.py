"""Answers from the words in memory: the same papers, scores and reasons as the macro gives, whatever is asked."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.model import Capture
from broadsheet.warehouse import search as module_of_search
from broadsheet.warehouse import words as module_of_words
from broadsheet.warehouse.load import Arrival, load
from broadsheet.warehouse.search import Found, search
from broadsheet.warehouse.words import Words

DAILY = "https://huggingface.co/api/daily_papers?date=2026-11-02"
PIECES = [
    *("world", "model", "models", "a", "filler", "diffusion", "nothing", "扩散", "robot*", "mod*", "zz*"),
    *('"world model"', '"a model"', '"of the world"', '"diffusion pol*"', "state-of-the-art"),
    *(
        "author:li",
        'author:"fei li"',
        'author:"li fei*"',
        'author:"fei-fei"',
        "org:nvidia",
        'org:"acme labs"',
    ),
    *('keyword:"world model"', "keyword:polic*", "list:daily", "list:trending", "list:daily:2026-11*"),
    *("since:2026-11", "until:2026-10-31", "since:2026-11-01", "since:9999", "since:2026/11/01"),
]
known = st.lists(
    st.tuples(st.sampled_from(["", "", "", "-"]), st.sampled_from(PIECES)).map("".join), max_size=4
).map(" ".join)
anything = st.text(st.sampled_from('ab :"-*,\0\n') | st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known | anything)
def test_it_answers_as_the_macro_does(papers: duckdb.DuckDBPyConnection, question: str) -> None:
    answer = search(papers, question, limit=8, offset=1, words=Words())
    assert answer == search(papers, question, limit=8, offset=1)


def test_what_was_reworded_is_no_more_counted(
    con: duckdb.DuckDBPyConnection,
    api_answer: Callable[..., Capture],
    api_item: Callable[..., dict[str, Any]],
) -> None:
    papers = [api_item(f"2611.0000{n}", title="Quiet nets") for n in range(3)]
    load(con, [Arrival(capture=api_answer(papers, 0, DAILY))])
    papers[1] = api_item("2611.00001", title="Loud nets")
    load(con, [Arrival(capture=api_answer(papers, 2, DAILY))])
    for question in ("quiet", "nets", '"quiet nets"', "net*"):
        assert search(con, question, words=Words()) == search(con, question)


def test_a_word_is_read_once(papers: duckdb.DuckDBPyConnection) -> None:
    words = Words()
    first = search(papers, '"world model" robot*', words=words)
    with duckdb.connect() as empty:
        # No table is there to be read.
        standing = words.standing(empty, ("text", "world"))
        positions = words.positions(empty, ("text", "model"))
    assert (len(standing.papers), len(positions)) == (2, 8)
    assert search(papers, '"world model" robot*', words=words) == first


def test_memory_is_bounded(papers: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module_of_words, "MOST_BYTES", 100)
    words = Words()
    for question in ("world model", "filler", '"world model"', "list:trending"):
        assert search(papers, question, words=words) == search(papers, question)
        assert words.nbytes <= 100


def test_what_means_a_great_many_words_is_left_to_the_macro(
    papers: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module_of_search, "MOST_TERMS", 3)
    for question, read in (("m*", False), ("robot* for -cells", False), ("world robot*", True)):
        words = Words()
        assert search(papers, question, words=words) == search(papers, question)
        assert (words.nbytes > 0) == read


def test_many_threads_ask_at_once(papers: duckdb.DuckDBPyConnection) -> None:
    words = Words()
    expected = search(papers, '"world model" -medical')
    answers: list[Found] = []

    def ask(con: duckdb.DuckDBPyConnection) -> None:
        answers.append(search(con, '"world model" -medical', words=words))

    threads = [Thread(target=ask, args=(papers.cursor(),)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 8
