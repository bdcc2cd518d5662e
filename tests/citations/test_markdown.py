"""Markdown that shows what the hub said and does nothing else."""

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from broadsheet.citations.formats import CitationFormat, cite
from broadsheet.citations.markdown import line
from broadsheet.citations.reference import reference_of
from citations.references import BARE, GROWTH, references


def test_a_line_is_linked_and_says_who_when_and_where_the_code_is():
    assert line(GROWTH) == (
        "- [On Growth](https://arxiv.org/abs/2611.00001). Ada Lovelace, Wu, Jr. and Salt and Pepper Team. "
        "Analytical Society, arXiv:2611.00001, 3 Nov 2026. [Code](<https://github.com/ada/growth>)\n"
    )


def test_many_authors_are_counted():
    many = replace(GROWTH, authors=("A", "B", "C", "D", "E"))
    four = replace(GROWTH, authors=("A", "B", "C", "D"))
    assert ". A, B, C and 2 others." in line(many)
    assert ". A, B, C and D." in line(four)


def test_a_paper_known_by_its_title_only_has_no_link():
    assert line(reference_of(BARE | {"title": "On Growth"}, None)) == "- “On Growth”. title:0123.\n"


def tokens(text: str):
    for block in MarkdownIt("commonmark").parse(text):
        yield block
        yield from block.children or ()


@settings(deadline=None)
@given(st.lists(references, min_size=1, max_size=4), st.sampled_from(["", "Papers of *today*"]))
def test_each_paper_is_one_item_and_nothing_runs_links_or_shows_otherwise(papers, title):
    found = list(tokens(cite(papers, CitationFormat.MARKDOWN, title)))
    kinds = [token.type for token in found]
    assert kinds.count("list_item_open") == len(papers)
    assert kinds.count("heading_open") == (1 if title else 0)
    others = {"html_inline", "html_block", "image", "code_inline", "fence", "em_open", "strong_open"}
    assert not others & set(kinds)
    links = [token.attrs["href"] for token in found if token.type == "link_open"]
    assert links == [paper.url for paper in papers if paper.url]
    shown = "".join(token.content for token in found if token.type == "text")
    assert all(paper.title in shown for paper in papers)
