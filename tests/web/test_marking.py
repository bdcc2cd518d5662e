"""Words found, marked as the search compares them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.warehouse.search import search
from broadsheet.web.marking import Marker


@pytest.fixture(scope="module")
def con(reader):
    with reader.app.state.site.published.reading() as reading:
        yield reading.con


def marked(con, question, text, *fields):
    """``text`` with brackets around what is marked."""
    marker = Marker(con, search(con, question, limit=0).items, [text])
    return "".join(f"[{part}]" if found else part for part, found in marker.parts(text, *fields))


@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        ("model", "A Model of models, remodelled", "A [Model] of [models], remodelled"),
        ("cafe", "The Café", "The [Café]"),
        ('"world model"', "A world model; the model world", "A [world] [model]; the model world"),
        ("robot*", "Robotics and probots", "[Robotics] and probots"),
        ('"large lang*"', "A large language, large and lang", "A [large] [language], large and lang"),
        ("c++", "C++ and C and c++!", "[C++] and C and [c++]!"),
        ("world -model", "world model", "[world] model"),
        ("世界", "新世界", "[新世界]"),
        ("author:model", "A model", "A model"),
        ("-world", "world", "world"),
        ("<b>", "a <b> c", "a <[b]> c"),
    ],
)
def test_what_was_looked_for_is_marked(con, question, text, wanted):
    assert marked(con, question, text) == wanted


def test_names_are_marked_word_by_word_where_authors_are_looked_for(con):
    assert marked(con, 'author:"Fei Li" org:li', "Fei-Fei Li", "author") == "[Fei]-[Fei] [Li]"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=20), text=st.text(max_size=60), most=st.integers(20, 40))
def test_marking_changes_no_letter(con, question, text, most):
    marker = Marker(con, search(con, question, limit=0).items, [text])
    parts = marker.parts(text)
    assert "".join(part.text for part in parts) == text
    assert all(part.text for part in parts)
    assert len("".join(part.text for part in marker.excerpt(text, most))) <= most + 2


def test_an_excerpt_begins_near_what_was_found(con):
    text = "First sentence. " * 40 + "Here is the transducer that was sought. " + "After it. " * 40
    marker = Marker(con, search(con, "transducer", limit=0).items, [text])
    excerpt = "".join(part.text for part in marker.excerpt(text, 120))
    assert excerpt.startswith("… Here is the transducer")
    assert len(excerpt) <= 122
