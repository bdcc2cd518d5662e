"""Words read in Python: they are the macro's, whatever the letters around them."""

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.warehouse.rows import fetch
from broadsheet.warehouse.spelling import folded_words, plain_words, stem

WESTERN = st.characters(max_codepoint=0x17F)
SIGNS = st.sampled_from(
    [*"\u200b\u200d\u2013\u2014\u2019\u201c\u2026\u2032\u2190\u2260\u2264\u2295", "++", "#"]
)
ANY = st.characters(exclude_categories=["Cs"])
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def by_macro(con: duckdb.DuckDBPyConnection, texts: list[str]) -> dict[str, list[str]]:
    return dict(fetch(con, "search/folded", texts=texts))


def test_every_letter_reads_as_the_macro_reads_it(papers: duckdb.DuckDBPyConnection) -> None:
    letters = [chr(code) for code in range(0x3000) if chr(code).isprintable() or code < 0x100]
    texts = [
        f"{before}{letter}{after}" for letter in letters for before, after in (("Ab", "Cd"), ("c#", "s"))
    ]
    said = by_macro(papers, texts)
    assert {text: plain_words(text) or said[text] for text in texts} == said


@slow
@given(st.lists(st.lists(WESTERN | SIGNS | ANY, max_size=12).map("".join), min_size=1, max_size=20))
def test_texts_read_as_the_macro_reads_them(papers: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    assert folded_words(papers, texts) == by_macro(papers, texts)


@slow
@given(st.lists(st.text("seiauxy1\u00e9\u4e2d", min_size=1, max_size=6), min_size=1))
def test_plurals_lose_their_ending_as_in_the_macro(
    papers: duckdb.DuckDBPyConnection, words: list[str]
) -> None:
    told = papers.execute("SELECT list_transform(?::VARCHAR[], lambda word: search_stem(word))", [words])
    assert told.fetchall() == [([stem(word) for word in words],)]


@pytest.mark.parametrize(
    "text",
    ["Müller\u2019s \u201ccafé\u201d \u2014 Straße, Łódź \u2026", "f: A \u2192 B, n \u2265 3, 5 × 10²"],
)
def test_western_texts_need_no_macro(text: str) -> None:
    assert plain_words(text) is not None


def test_a_text_of_other_letters_is_left_to_the_macro(papers: duckdb.DuckDBPyConnection) -> None:
    text = "\u6269\u6563 \u03a3igma"
    assert plain_words(text) is None
    assert folded_words(papers, [text]) == {text: ["\u6269", "\u6563", "\u03c3igma"]}
