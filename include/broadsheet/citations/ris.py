"""Papers as RIS records, which EndNote, Zotero, Mendeley and JabRef import (tags of the specification of 2011)."""

from collections.abc import Iterator

from broadsheet.citations.reference import Reference

END = "\r\n"
"""Of a line: as the specification has it."""


def record(reference: Reference) -> str:
    """One record, from ``TY`` to ``ER``: an unpublished work (``UNPB``), as preprints are. What is not known is left
    out.
    """
    return "".join(f"{tag}  - {value}{END}" for tag, value in _fields(reference)) + f"ER  - {END}"


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "TY", "UNPB"
    yield "ID", reference.label
    yield "TI", reference.title
    for author in reference.authors:
        yield "AU", author
    if reference.published_at is not None:
        yield "PY", f"{reference.published_at.year:04d}"
        yield "DA", f"{reference.published_at:%Y/%m/%d}"
    if reference.eprint:
        yield "PB", "arXiv"
        yield "M1", reference.label
        yield "DO", reference.doi or ""
        yield "UR", reference.url or ""
    if reference.abstract is not None:
        yield "AB", reference.abstract
    for keyword in reference.keywords:
        yield "KW", keyword
