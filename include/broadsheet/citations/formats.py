"""The formats that papers are cited in, and files of them."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import chain

import msgspec

from broadsheet.citations import bibtex, csl_json, markdown, ris
from broadsheet.citations.reference import Reference


class CitationFormat(StrEnum):
    """How papers are cited."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl-json"
    MARKDOWN = "markdown"


class _Form(msgspec.Struct, frozen=True):
    """A file of the format: ``write`` one paper, what stands before the first, between two, and after the last."""

    suffix: str
    media_type: str
    write: Callable[[Reference], str]
    before: str = ""
    between: str = ""
    after: str = ""


_FORMS = {
    CitationFormat.BIBTEX: _Form("bib", "application/x-bibtex; charset=utf-8", bibtex.entry, between="\n"),
    CitationFormat.RIS: _Form(
        "ris", "application/x-research-info-systems; charset=utf-8", ris.record, between=ris.END
    ),
    CitationFormat.CSL_JSON: _Form(
        "csl.json", "application/vnd.citationstyles.csl+json", csl_json.item, "[", ",\n", "]\n"
    ),
    CitationFormat.MARKDOWN: _Form("md", "text/markdown; charset=utf-8", markdown.line),
}
SUFFIXES = {form.suffix: citation_format for citation_format, form in _FORMS.items()}
"""The formats by the ends of their files' names: ``bib``, ``ris``, ``csl.json``, ``md``."""


def suffix(form: CitationFormat) -> str:
    """The end of the names of the format's files, without its dot."""
    return _FORMS[form].suffix


def media_type(form: CitationFormat) -> str:
    """The media type of the format's files."""
    return _FORMS[form].media_type


def pieces(references: Iterable[Reference], form: CitationFormat, title: str = "") -> Iterator[str]:
    """A file of the papers, in their order, in pieces: its size does not matter. Always whole, also without papers.

    ``title`` says what the papers are; only Markdown has a place for it.
    """
    made = _FORMS[form]
    if title and form is CitationFormat.MARKDOWN:
        yield markdown.heading(title)
    rest = iter(references)
    yield made.before
    for first in rest:
        yield made.write(first)
        yield from chain.from_iterable((made.between, made.write(reference)) for reference in rest)
    yield made.after


def cite(references: Iterable[Reference], form: CitationFormat, title: str = "") -> str:
    """The same in one piece."""
    return "".join(pieces(references, form, title))
