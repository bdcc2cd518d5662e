"""The language of the search read in Python: it says what the macro says, or leaves it to the macro."""

import duckdb
import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from broadsheet.warehouse.question import Item, read_question
from broadsheet.warehouse.reading import records

PARTS = [
    *("author:", "org:", "ORGANISATION:", "keyword:", "list:", "since:", "until: ", "other:", ":"),
    *('"', "-", "*", " ", ",", ";", "\t", "\v", "\n", "\0", "_", "++", "#", "%", "'"),
    *("models", "Studies", "class", "bus", "a", "is", "c++", "c#d", "state-of-the-art", "daily"),
    *("2026", "2026-11", "2026-11-20", "2026-02-30", "0000", "9999", "12"),
]
questions = st.lists(st.sampled_from(PARTS), max_size=14).map("".join) | st.text(
    st.characters(max_codepoint=127), max_size=60
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions)
@example("a " * 59 + '"b c" d')
@example("x" * 999 + " yz")
@example('-author:"Fei-Fei Li"* keyword:policies* list:""')
def test_it_understands_what_the_macro_understands(papers: duckdb.DuckDBPyConnection, question: str) -> None:
    read = read_question(question)
    if read is not None:
        said = records(papers, "search/items", question=question)
        assert read == tuple(msgspec.convert(row, Item) for row in said)


@pytest.mark.parametrize(
    "question", ["since:2026/11/20", "world until:soon", "M\u00fcller", "\u201cworld model\u201d"]
)
def test_it_leaves_to_the_macro_what_only_that_can_tell(question: str) -> None:
    assert read_question(question) is None


@pytest.mark.parametrize(
    "question",
    ['"world model" robot* -medical', "author:li since:2026-11", "since:2026-13", "x until:tomorrow", ""],
)
def test_it_reads_what_people_write(question: str) -> None:
    assert read_question(question) is not None
