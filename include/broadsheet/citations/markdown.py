"""Papers as lines of a Markdown list, for notes, wikis and reading groups (CommonMark 0.31)."""

import re
from urllib.parse import quote

from broadsheet.citations.reference import Reference

MOST_NAMES = 3
_MEANINGFUL = re.compile(r"[\\`*_{}\[\]<>#|~&$!]")


def line(reference: Reference) -> str:
    """One list item: the linked title, who wrote it, when, and where its code is."""
    title = escape(reference.title)
    # Quotes also keep a title such as "1. Introduction" from opening a list.
    cited = f"[{title}]({reference.url})" if reference.url else f"“{title}”"
    sentences = [cited, _names(reference), _place(reference)]
    text = " ".join(f"{sentence}." for sentence in sentences if sentence)
    code = f" [Code](<{quote(reference.code_url, safe=_ADDRESS)}>)" if reference.code_url else ""
    return f"- {text}{code}\n"


_ADDRESS = ":/?#@!$&'()*+,;=%~"
"""What an address is made of besides letters, digits and ``-._`` (RFC 3986 2.2)."""


def heading(title: str) -> str:
    """A heading and the blank line below it."""
    return f"# {escape(title)}\n\n"


def escape(text: str) -> str:
    """One line of text that shows as it is written: nothing in it is a link, an image, HTML or emphasis."""
    return _MEANINGFUL.sub(r"\\\g<0>", text)


def _names(reference: Reference) -> str:
    names = [escape(name) for name in reference.authors]
    if len(names) > MOST_NAMES + 1:
        names[MOST_NAMES:] = [f"{len(names) - MOST_NAMES} others"]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def _place(reference: Reference) -> str:
    published = reference.published_at
    day = f"{published.day} {published:%b %Y}" if published else ""
    return ", ".join(escape(part) for part in (reference.organization, reference.label, day) if part)
