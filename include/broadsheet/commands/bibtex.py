"""Papers as BibTeX entries, with arXiv's own fields (https://info.arxiv.org/help/hypertex/bibstyles.html)."""

import re
from collections.abc import Sequence
from datetime import datetime

from broadsheet.model import arxiv_id, squash

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_MATH = re.compile(r"(\$[^$]+\$)")


def entry(
    paper_id: str, title: str | None, authors: Sequence[str] | None, published_at: datetime | None
) -> str:
    """One ``@misc`` entry, ending in a line break. Fields that are not known are left out."""
    fields = {}
    if title is not None:
        fields["title"] = f"{{{{{escape(title)}}}}}"
    if authors:
        fields["author"] = "{" + " and ".join(map(_author, authors)) + "}"
    if published_at is not None:
        fields["year"] = f"{{{published_at.year}}}"
        fields["month"] = MONTHS[published_at.month - 1]
    if arxiv_id(paper_id):
        fields["eprint"] = f"{{{paper_id}}}"
        fields["archiveprefix"] = "{arXiv}"
        fields["url"] = f"{{https://arxiv.org/abs/{paper_id}}}"
    lines = [f"  {name} = {value}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{_cite_key(paper_id)},", *lines, "}"]) + "\n"


def escape(text: str) -> str:
    """``text`` for LaTeX; formulas between dollars stay, as long as their braces are balanced."""
    pieces = _MATH.split(squash(text))
    return "".join(piece if _is_formula(piece) else _escape_plain(piece) for piece in pieces)


def _escape_plain(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)


def _is_formula(piece: str) -> bool:
    if not _MATH.fullmatch(piece):
        return False
    depth = 0
    for character in piece:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0 and "%" not in piece and "#" not in piece


def _author(name: str) -> str:
    """A name; in braces where a comma or an "and" would cut it in parts."""
    escaped = escape(name)
    return f"{{{escaped}}}" if "," in name or " and " in name.casefold() else escaped


def _cite_key(paper_id: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9./:-]", "-", paper_id)
    return f"arXiv:{safe}" if arxiv_id(paper_id) else safe
