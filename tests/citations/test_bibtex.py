"""BibTeX that BibTeX reads."""

import re

import bibtexparser
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.citations.bibtex import entry
from broadsheet.citations.formats import CitationFormat, cite
from broadsheet.citations.reference import reference_of
from citations.references import BARE, GROWTH, references


def test_an_entry_names_the_eprint():
    assert entry(GROWTH) == (
        "@misc{arXiv:2611.00001,\n"
        "  title = {{On Growth}},\n"
        "  author = {Ada Lovelace and {Wu, Jr.} and {Salt and Pepper Team}},\n"
        "  year = {2026},\n"
        "  month = nov,\n"
        "  eprint = {2611.00001},\n"
        "  archiveprefix = {arXiv},\n"
        "  url = {https://arxiv.org/abs/2611.00001},\n"
        "}\n"
    )


def test_what_is_not_known_is_left_out():
    bare = reference_of(BARE | {"title": "On Growth"}, None)
    assert entry(bare) == "@misc{title:0123,\n  title = {{On Growth}},\n}\n"


def unescaped(value: str) -> str:
    """What LaTeX sets for a value of `broadsheet.citations.tex` that holds no formula."""
    named = {
        "textbackslash{}": "\\", "textbraceleft{}": "{", "textbraceright{}": "}",
        "textasciitilde{}": "~", "textasciicircum{}": "^",
    }  # fmt: skip
    return re.sub(
        r"\\(text\w+\{\}|.)",
        lambda found: named.get(found[1], found[1]),
        value.removeprefix("{").removesuffix("}"),
    )


@settings(deadline=None)
@given(st.lists(references, max_size=4, unique_by=lambda paper: entry(paper).splitlines()[0]))
def test_a_parser_reads_each_paper_and_nothing_else(papers):
    library = bibtexparser.parse_string(cite(papers, CitationFormat.BIBTEX), parse_stack=[])
    assert not library.failed_blocks
    assert len(library.entries) == len(papers)
    assert len(library.blocks) == len(papers)
    assert not library.comments
    assert not library.strings
    assert not library.preambles


@settings(deadline=None)
@given(references)
def test_a_title_comes_back_as_it_was(paper):
    (found,) = bibtexparser.parse_string(entry(paper)).entries
    assert set(found.fields_dict) <= {
        "title", "author", "year", "month", "eprint", "archiveprefix", "url",
    }  # fmt: skip
    if paper.title.count("$") < 2:
        assert unescaped(found["title"]) == paper.title


def test_names_come_apart_where_they_should():
    names = bibtexparser.middlewares.SeparateCoAuthors()
    (found,) = bibtexparser.parse_string(entry(GROWTH), append_middleware=[names]).entries
    assert found["author"] == ["Ada Lovelace", "{Wu, Jr.}", "{Salt and Pepper Team}"]
