"""What a citation says of a paper, in whichever format."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from broadsheet.model import arxiv_id, squash

_JOINERS = "\u200c\u200d"
"""Invisible, yet part of how Persian, Indic and emoji sequences are spelt."""


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """One paper; what is not known is None or empty.

    Texts stand on one line and hold no control characters, whatever the hub said. Names are whole, as the hub has
    them: which part of one is the family's is not guessed. ``published_at`` is arXiv's date, in UTC. ``code_url``
    is an address that may be linked to.
    """

    paper_id: str
    title: str
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    organization: str | None = None
    abstract: str | None = None
    keywords: tuple[str, ...] = ()
    code_url: str | None = None

    @property
    def eprint(self) -> str | None:
        """Its arXiv id; None for a paper that is known by its title only."""
        return arxiv_id(self.paper_id)

    @property
    def url(self) -> str | None:
        """Its abstract page on arXiv."""
        return f"https://arxiv.org/abs/{self.eprint}" if self.eprint else None

    @property
    def doi(self) -> str | None:
        """arXiv registers one for every paper: https://info.arxiv.org/help/doi.html."""
        return f"10.48550/arXiv.{self.eprint}" if self.eprint else None

    @property
    def label(self) -> str:
        """``arXiv:2611.00001``, or the paper's id where that is none of arXiv's."""
        return f"arXiv:{self.eprint}" if self.eprint else self.paper_id


def reference_of(record: Mapping[str, Any], code_url: str | None) -> Reference:
    """The reference of a record of the view ``papers``; ``code_url`` as in `Reference`."""
    paper_id = one_line(record["paper_id"])
    return Reference(
        paper_id=paper_id,
        title=one_line(record["title"] or "") or paper_id,
        authors=_lines(record["authors"]),
        published_at=record["published_at"],
        organization=one_line(record["organization"] or "") or None,
        abstract=one_line(record["abstract"] or "") or None,
        keywords=_lines(record["ai_keywords"]),
        code_url=code_url,
    )


def one_line(text: str) -> str:
    """``text`` on one line, without what cannot be seen: control characters, overrides of the writing direction."""
    return squash("".join(c for c in squash(text) if c.isprintable() or c in _JOINERS))


def _lines(texts: list[str] | None) -> tuple[str, ...]:
    return tuple(line for text in texts or () if (line := one_line(text)))
