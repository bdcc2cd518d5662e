"""The index of words: what loading keeps of papers, and that sorting and migrating it change no answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from broadsheet.digest.folding import folded_words
from broadsheet.model import Capture
from broadsheet.warehouse import indexing
from broadsheet.warehouse.load import Arrival, load
from broadsheet.warehouse.search import search
from broadsheet.warehouse.segments import POLL_ORDER
from broadsheet.warehouse.store import connect, migrate

DAILY = "https://huggingface.co/api/daily_papers?date=2026-11-02"


def test_a_paper_is_found_by_what_is_told_of_it_later_and_no_more_by_what_was_reworded(
    con: duckdb.DuckDBPyConnection,
    api_answer: Callable[..., Capture],
    api_item: Callable[..., dict[str, Any]],
) -> None:
    first = api_item("2611.00001", title="Quiet nets", summary="Of silence.")
    load(con, [Arrival(capture=api_answer([first], 0, DAILY))])
    assert search(con, "nets silence").total == 1
    second = api_item("2611.00001", title="Loud nets", ai_summary="Of noise.")
    load(con, [Arrival(capture=api_answer([second], 2, DAILY))])
    assert search(con, "nets silence noise loud").total == 1
    assert search(con, "quiet").total == 0
    assert search(con, "nets").total == 1


def test_a_poll_that_tells_no_new_words_writes_none(
    con: duckdb.DuckDBPyConnection,
    api_answer: Callable[..., Capture],
    board: Callable[..., list[dict[str, Any]]],
) -> None:
    def kept() -> list[Any]:
        counts = "SELECT (SELECT count(*) FROM postings), next_document FROM warehouse_info"
        return con.execute(counts).fetchall() + con.execute("FROM search_documents").fetchall()

    load(con, [Arrival(capture=api_answer(board("2611.00001", votes=1), 0))])
    before = kept()
    load(con, [Arrival(capture=api_answer(board("2611.00001", votes=9), 2))])
    assert kept() == before
    load(con, [Arrival(capture=api_answer(board("2611.00002", "2611.00001", votes=9), 4))])
    assert len(kept()) == len(before) + 1


def test_sorting_the_postings_changes_no_answer(
    papers: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = ["world model", "robot*", "author:li -author:wei", "list:trending"]
    before = [search(papers, question) for question in questions]
    monkeypatch.setattr(indexing, "UNSORTED", 0)
    papers.execute("BEGIN")
    indexing.index_papers(papers, [])
    sorted_rows = papers.execute("SELECT sorted_postings FROM warehouse_info").fetchall()
    assert sorted_rows == papers.execute("SELECT count(*) FROM postings").fetchall() != [(0,)]
    assert [search(papers, question) for question in questions] == before
    papers.execute("ROLLBACK")


def test_a_file_of_version_2_is_searchable_once_it_is_opened(tmp_path: Path, daily_papers: Capture) -> None:
    file = tmp_path / "old.duckdb"
    with connect(file) as con:
        migrate(con, file)
        load(con, [Arrival(capture=daily_papers)])
        for table in ("search_documents", "postings", "search_terms", "segments"):
            con.execute(f"DROP TABLE {table}")
        for table in POLL_ORDER:
            con.execute(f"DROP VIEW {table}; ALTER TABLE open_{table} RENAME TO {table}")
        for column in ("next_document", "sorted_postings"):
            con.execute(f"ALTER TABLE warehouse_info DROP {column}")
        con.execute("UPDATE warehouse_info SET schema_version = 2")
    with connect(file) as con:
        migrate(con, file)
        assert [hit.paper_id for hit in search(con, '"world model"').hits] == ["2611.00001"]


def test_words_are_those_that_topics_are_matched_by(con: duckdb.DuckDBPyConnection) -> None:
    text = "Self-supervised Müller's C++, C# a#b GPT-4o 扩散模型 ﬁne ＡＢＣ１ Straße ÆØ ΛΟΓΟΣ x_y 3.5 l² “q” — ŁÓDŹ"
    assert con.execute("SELECT search_folded(?)", [text]).fetchall() == [(list(folded_words(text)),)]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("models", "model"),
        ("studies", "study"),
        ("LLMs", "llm"),
        ("class", "class"),
        ("corpus", "corpus"),
        ("gas", "gas"),
        ("axes", "axe"),
    ],
)
def test_a_plural_is_found_by_its_singular(
    con: duckdb.DuckDBPyConnection, plural: str, singular: str
) -> None:
    assert con.execute("SELECT search_words(?)", [plural]).fetchall() == [([singular],)]
