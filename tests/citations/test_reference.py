"""What a citation says of a paper."""

import unicodedata

import pytest
from hypothesis import given, settings

from broadsheet.citations.reference import one_line, reference_of
from citations.references import BARE, GROWTH, texts


def test_a_paper_of_arxiv_has_its_addresses():
    assert GROWTH.label == "arXiv:2611.00001"
    assert GROWTH.url == "https://arxiv.org/abs/2611.00001"
    assert GROWTH.doi == "10.48550/arXiv.2611.00001"
    assert GROWTH.abstract == "It grows. And grows."


def test_of_a_paper_known_by_its_title_only_nothing_is_invented():
    bare = reference_of(BARE, None)
    assert (bare.label, bare.title, bare.url, bare.doi) == ("title:0123", "title:0123", None, None)
    assert (bare.authors, bare.keywords, bare.abstract, bare.organization) == ((), (), None, None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n b\t\u2028c", "a b c"),
        ("\x00a\x1b[2J", "a[2J"),
        ("a\u202eb", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\u202e \u202d", ""),
    ],
)
def test_texts_stand_on_one_line_without_what_cannot_be_seen(text, line):
    assert one_line(text) == line


@settings(deadline=None)
@given(texts)
def test_no_text_has_a_line_end_or_a_control_character(text):
    line = one_line(text)
    assert line.splitlines() in ([], [line])
    assert not any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in line)
    assert one_line(line) == line
