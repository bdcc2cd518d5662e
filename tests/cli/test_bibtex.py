"""BibTeX that BibTeX reads."""

from datetime import UTC, datetime

import pytest

from broadsheet.commands.bibtex import entry, escape


def test_an_entry_names_the_eprint():
    authors = ["Ada Lovelace", "Wu, Jr.", "Salt and Pepper Team"]
    text = entry("2611.00001", "On Growth", authors, datetime(2026, 11, 3, tzinfo=UTC))
    assert text == (
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
    assert entry("title:0123", "On Growth", None, None) == "@misc{title:0123,\n  title = {{On Growth}},\n}\n"
    assert "title =" not in entry("2611.00001", None, None, None)


@pytest.mark.parametrize(
    ("title", "escaped"),
    [
        ("100% & #1_a", r"100\% \& \#1\_a"),
        ("a{b", r"a\{b"),
        ("~^\\", r"\textasciitilde{}\textasciicircum{}\textbackslash{}"),
        (r"$\mathcal{O}(n)$ time", r"$\mathcal{O}(n)$ time"),
        (r"costs $5", r"costs \$5"),
        (r"$a{b$", r"\$a\{b\$"),
        ("$a}{b$", r"\$a\}\{b\$"),
        ("$a%b$", r"\$a\%b\$"),
        ("two\n lines", "two lines"),
        ("Gödel 量子", "Gödel 量子"),
    ],
)
def test_escaping(title, escaped):
    assert escape(title) == escaped


@pytest.mark.parametrize("title", ["{", "}", "}{", "a}b", "$}{$", "\\}", "{" * 50, "$" * 7])
def test_braces_are_always_balanced(title):
    depth, place, text = 0, 0, entry("2611.00001", title, [title], None)
    while place < len(text):
        if text[place] == "\\":
            place += 2
            continue
        depth += (text[place] == "{") - (text[place] == "}")
        assert depth >= 0
        place += 1
    assert depth == 0
