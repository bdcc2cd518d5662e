"""The index of words: what loading keeps of papers, and that sorting and migrating it change no answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from broadsheet.digest.folding import folded_words
from broadsheet.model import Capture
from broadsheet.warehouse import indexing, periods
from broadsheet.warehouse.load import Arrival, load
from broadsheet.warehouse.periods import fold_postings
from broadsheet.warehouse.rows import transaction
from broadsheet.warehouse.search import Found, search
from broadsheet.warehouse.segments import POLL_ORDER, WORDS, look_in, read_segments, unfold_periods
from broadsheet.warehouse.store import connect, migrate
from broadsheet.warehouse.words import Words

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


def test_folding_the_postings_changes_no_answer(
    con: duckdb.DuckDBPyConnection,
    daily_papers: Capture,
    api_answer: Callable[..., Capture],
    api_item: Callable[..., dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answers() -> list[Found]:
        questions = ("world model", '"world model"', "robot*", "author:li -wei", "noise")
        by_macro, by_words = (
            [search(con, question, words=words) for question in questions] for words in (None, Words())
        )
        assert by_macro == by_words
        return by_macro

    def postings() -> tuple[int, int]:
        held = con.execute(
            "SELECT (SELECT count(*) FROM open_postings), (SELECT count(*) FROM postings)"
        ).fetchall()
        return held[0]

    look_in(con, tmp_path)
    load(con, [Arrival(capture=daily_papers)])
    before, (few, _) = answers(), postings()
    assert fold_postings(con, tmp_path, most_open=few) is None
    folded = fold_postings(con, tmp_path, most_open=few - 1)
    assert folded is not None
    assert folded.rows == few
    assert postings() == (0, few)
    assert answers() == before
    reworded = [
        api_item("2611.00001", title="Quiet worlds", summary="Of noise."),
        api_item("2611.00002", title="Quiet"),
    ]
    load(con, [Arrival(capture=api_answer(reworded, 2, DAILY))])
    after, (more, _) = answers(), postings()
    assert after != before
    assert more < few
    with monkeypatch.context() as patched:
        patched.setattr(periods, "SHARE_OPEN", 1)
        assert fold_postings(con, tmp_path, most_open=0) is None, (
            "few beside many that would be written again"
        )
    again = fold_postings(con, tmp_path, most_open=0)
    assert again is not None
    assert again.rows < few + more, "words of documents that are no more are left behind"
    assert read_segments(con) == [again]
    assert answers() == after
    with transaction(con):
        assert unfold_periods(con, [WORDS]) == [again]
    assert postings() == (again.rows, again.rows)
    assert answers() == after


def test_an_index_made_anew_leaves_the_segment(
    con: duckdb.DuckDBPyConnection, daily_papers: Capture, tmp_path: Path
) -> None:
    look_in(con, tmp_path)
    load(con, [Arrival(capture=daily_papers)])
    before = search(con, "world model list:daily")
    assert fold_postings(con, tmp_path, most_open=0)
    indexing.index_anew(con)
    assert read_segments(con) == []
    assert search(con, "world model list:daily") == before
    assert con.execute(
        "SELECT count(*) - count(DISTINCT (field, term, document)) FROM postings"
    ).fetchall() == [(0,)]


def test_a_file_of_version_4_is_searchable_once_it_is_opened(tmp_path: Path, daily_papers: Capture) -> None:
    file = tmp_path / "old.duckdb"
    with connect(file) as con:
        migrate(con, file)
        load(con, [Arrival(capture=daily_papers)])
        con.execute("DROP VIEW postings; ALTER TABLE open_postings RENAME TO postings")
        con.execute("UPDATE warehouse_info SET schema_version = 4")
    with connect(file) as con:
        migrate(con, file)
        assert [hit.paper_id for hit in search(con, '"world model"').hits] == ["2611.00001"]


def test_a_file_of_version_2_is_searchable_once_it_is_opened(tmp_path: Path, daily_papers: Capture) -> None:
    file = tmp_path / "old.duckdb"
    with connect(file) as con:
        migrate(con, file)
        load(con, [Arrival(capture=daily_papers)])
        for table in ("search_documents", "open_postings", "search_terms", "segments"):
            con.execute(f"DROP TABLE {table}")
        con.execute("DROP VIEW postings")
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
