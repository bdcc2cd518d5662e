"""Text that is cleaned, cut and wrapped without harm."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digest.text import clean, clip, columns, opening, wrap

FAMILY = "👩‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (" two\n\twords ", "two words"),
        ("a\u202eb\u2066c\u200f", "abc"),
        ("nul\x00 bell\x07", "nul bell"),
        ("line\u2028paragraph\u2029end", "line paragraph end"),
        ("no\u00a0break", "no break"),
        (FAMILY, FAMILY),
    ],
)
def test_what_could_mislead_is_taken_out(text, cleaned):
    assert clean(text) == cleaned


@given(st.text())
def test_clean_text_is_one_printable_line(text):
    cleaned = clean(text)
    assert cleaned == clean(cleaned)
    assert cleaned.splitlines() in ([], [cleaned])
    assert not any(unicodedata.category(c) == "Cc" for c in cleaned)


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("short", 5, "short"),
        ("a few words more", 12, "a few words…"),
        ("a few words, more", 14, "a few words…"),
        ("unbreakable", 6, "unbre…"),
        (f"ab{FAMILY}", 5, "ab…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
    ],
)
def test_a_cut_keeps_words_and_characters_whole(text, most, cut):
    assert clip(text, most) == cut


def test_an_opening_ends_with_a_sentence_if_one_ends_in_time():
    text = "One sentence here. Another, which is longer, follows it."
    assert opening(text, 24) == "One sentence here. …"
    assert opening(text, 40) == "One sentence here. Another, which is…"
    assert opening(text, 100) == text


@given(st.text(), st.integers(1, 60))
def test_a_cut_is_never_longer_than_asked(text, most):
    assert len(clip(text, most)) <= most
    assert len(opening(text, most)) <= most


@given(
    st.lists(st.text(st.characters(categories=["L", "N", "P", "M", "So"]), min_size=1)), st.integers(10, 78)
)
def test_wrapping_loses_nothing_and_stays_within_the_width(words, width):
    text = " ".join(words)
    lines = wrap(text, width, "    ").split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert columns(line) <= width


def test_addresses_are_never_broken():
    url = "https://hub.example/" + "x" * 100
    assert wrap(f"See {url} now", 30, "  ").split("\n") == ["  See", f"  {url}", "  now"]


def test_wide_letters_take_two_columns():
    assert wrap("潮" * 6, 8).split("\n") == ["潮潮潮潮", "潮潮"]


def test_the_first_line_may_begin_otherwise():
    assert wrap("a title of words", 12, "     ", "  1  ").split("\n") == [
        "  1  a title",
        "     of",
        "     words",
    ]
