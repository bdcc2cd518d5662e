"""What a form asks, in the language of the search."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.warehouse.search import search
from broadsheet.web.search_form import MOST_FIELD, Question

VALUES = st.text(max_size=MOST_FIELD)


def test_fields_join_the_words():
    question = Question(q=" world models ", author="Fei-Fei Li", since="2026-11", list="daily:2026-11-10")
    assert question.text == 'world models author:"Fei-Fei Li" list:daily:2026-11-10 since:2026-11'
    assert question.query() == {
        "q": "world models", "author": "Fei-Fei Li", "since": "2026-11", "list": "daily:2026-11-10"
    }  # fmt: skip


def test_a_quotation_mark_in_a_field_ends_nothing():
    assert Question(org='a" -b').text == 'org:"a  -b"'


def test_blank_fields_ask_nothing():
    assert Question(author="  ", org="").text == ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(author=VALUES, org=VALUES, keyword=VALUES)
def test_whatever_a_field_holds_the_search_looks_for_it_there_and_nowhere_else(reader, author, org, keyword):
    question = Question(author=author, org=org, keyword=keyword)
    with reader.app.state.site.published.reading() as reading:
        items = search(reading.con, question.text, limit=0).items
        has_words = {
            name
            for name, value in question.fields.items()
            if reading.con.execute("SELECT len(search_words(?)) > 0", [value]).fetchone() == (True,)
        }
    assert {item.field for item in items} == set(question.fields)
    assert {item.field for item in items if item.ignored is None} == has_words
    assert not any(item.excluded for item in items)
