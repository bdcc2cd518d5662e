"""Papers as CSL-JSON items, which citation processors and pandoc read (schema csl-data 1.0.2)."""

import msgspec

from broadsheet.citations.reference import Reference


class _Name(msgspec.Struct):
    literal: str


class _Date(msgspec.Struct, rename="kebab"):
    date_parts: tuple[tuple[int, int, int]]


class _Item(msgspec.Struct, omit_defaults=True, kw_only=True):
    id: str
    type: str = msgspec.field(name="type")
    title: str
    author: tuple[_Name, ...] = ()
    issued: _Date | None = None
    publisher: str | None = None
    number: str | None = None
    doi: str | None = msgspec.field(name="DOI", default=None)
    url: str | None = msgspec.field(name="URL", default=None)
    abstract: str | None = None
    keyword: str | None = None


def item(reference: Reference) -> str:
    """One item as a JSON object on one line. Names are literal: which part is the family's is not known."""
    published = reference.published_at
    found = _Item(
        id=reference.label,
        type="article",
        title=reference.title,
        author=tuple(map(_Name, reference.authors)),
        issued=_Date(((published.year, published.month, published.day),)) if published else None,
        publisher="arXiv" if reference.eprint else None,
        number=reference.label if reference.eprint else None,
        doi=reference.doi,
        url=reference.url,
        abstract=reference.abstract,
        keyword=", ".join(reference.keywords) or None,
    )
    return msgspec.json.encode(found).decode()
