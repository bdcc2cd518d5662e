"""Files of citations."""

import pytest

from broadsheet.citations.formats import SUFFIXES, CitationFormat, cite, media_type, pieces, suffix
from citations.references import GROWTH


@pytest.mark.parametrize("form", CitationFormat)
def test_every_format_has_its_name_and_type(form):
    assert SUFFIXES[suffix(form)] is form
    assert "/" in media_type(form)


@pytest.mark.parametrize("form", CitationFormat)
def test_papers_are_taken_one_by_one(form):
    taken = []

    def papers():
        for number in range(3):
            taken.append(number)
            yield GROWTH

    made = pieces(papers(), form)
    assert taken == []
    text = next(made)
    while "On Growth" not in text:
        text = next(made)
    assert taken == [0]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (CitationFormat.BIBTEX, ""),
        (CitationFormat.RIS, ""),
        (CitationFormat.CSL_JSON, "[]\n"),
        (CitationFormat.MARKDOWN, ""),
    ],
)
def test_no_papers_are_a_whole_file_too(form, text):
    assert cite([], form) == text
