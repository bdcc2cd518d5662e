"""Text for LaTeX inside BibTeX."""

import pytest
from hypothesis import given, settings

from broadsheet.citations.reference import one_line
from broadsheet.citations.tex import escape
from citations.references import texts


@pytest.mark.parametrize(
    ("title", "escaped"),
    [
        ("100% & #1_a", r"100\% \& \#1\_a"),
        ("a{b", r"a\textbraceleft{}b"),
        ("~^\\", r"\textasciitilde{}\textasciicircum{}\textbackslash{}"),
        (r"$\mathcal{O}(n)$ time", r"$\mathcal{O}(n)$ time"),
        (r"$\{x_i\}^2$ sets", r"$\{x_i\}^2$ sets"),
        (r"costs $5", r"costs \$5"),
        (r"$a{b$", r"\$a\textbraceleft{}b\$"),
        ("$a}{b$", r"\$a\textbraceright{}\textbraceleft{}b\$"),
        ("$a%b$", r"\$a\%b\$"),
        ("$a@b$", r"\$a@b\$"),
        (r"$\input{x}$", r"\$\textbackslash{}input\textbraceleft{}x\textbraceright{}\$"),
        (r"$^^5cinput$", r"\$\textasciicircum{}\textasciicircum{}5cinput\$"),
        (r"$\$", r"\$\textbackslash{}\$"),
        ("Gödel 量子", "Gödel 量子"),
    ],
)
def test_what_means_something_to_tex_is_written_by_name_and_harmless_formulas_stay(title, escaped):
    assert escape(title) == escaped


def depths(text: str, *, escapes: bool) -> list[int]:
    """How deep in braces each place is; with ``escapes`` those after a backslash do not count."""
    depth, found = 0, [0]
    for place, character in enumerate(text):
        if not (escapes and text[place - 1 : place] == "\\"):
            depth += (character == "{") - (character == "}")
        found.append(depth)
    return found


@pytest.mark.parametrize("escapes", [False, True])
@settings(deadline=None)
@given(text=texts)
def test_braces_are_balanced_as_bibtex_counts_them_and_as_parsers_do(escapes, text):
    found = depths(escape(one_line(text)), escapes=escapes)
    assert min(found) == 0
    assert found[-1] == 0
