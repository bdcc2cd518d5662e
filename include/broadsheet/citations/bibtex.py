"""Papers as BibTeX entries, with arXiv's own fields (https://info.arxiv.org/help/hypertex/bibstyles.html)."""

import re

from broadsheet.citations.reference import Reference
from broadsheet.citations.tex import escape

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNSAFE_IN_KEY = re.compile(r"[^A-Za-z0-9./:-]")


def entry(reference: Reference) -> str:
    """One ``@misc`` entry, ending in a line break. Fields that are not known are left out."""
    fields = {"title": f"{{{{{escape(reference.title)}}}}}"}
    if reference.authors:
        fields["author"] = "{" + " and ".join(map(_author, reference.authors)) + "}"
    if reference.published_at is not None:
        fields["year"] = f"{{{reference.published_at.year}}}"
        fields["month"] = MONTHS[reference.published_at.month - 1]
    if reference.eprint:
        fields["eprint"] = f"{{{reference.eprint}}}"
        fields["archiveprefix"] = "{arXiv}"
        fields["url"] = f"{{{reference.url}}}"
    lines = [f"  {name} = {value}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{_UNSAFE_IN_KEY.sub('-', reference.label)},", *lines, "}"]) + "\n"


def _author(name: str) -> str:
    """A name; in braces where a comma or an "and" would cut it in parts."""
    escaped = escape(name)
    apart = "," in name or "and" in name.casefold().split() or name.casefold() == "others"
    return f"{{{escaped}}}" if apart else escaped
