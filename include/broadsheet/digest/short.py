"""A digest in a few lines of Markdown, for chat channels: the news, a line a paper."""

import re

from broadsheet.digest import words
from broadsheet.digest.document import DigestDocument, PaperDocument, SectionDocument
from broadsheet.digest.edition import SectionName
from broadsheet.digest.fragments import render_template
from broadsheet.digest.layout import TOLD_IN_FULL

MOST_PAPERS = 20
"""How many papers of a section are named."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#|~])")
_MENTION = re.compile(r"[@＠](?=\w)")


def as_markdown(document: DigestDocument) -> str:
    """The short form, ending in a line break. What is still there or left is only counted, unless all is quiet."""
    return render_template(
        "short.md",
        subject=plain(document.subject),
        editions=[
            {
                "name": plain(edition.name),
                "url": edition.list_url,
                "summary": plain(edition.summary),
                "sections": [
                    _section(section, on_top=document.quiet)
                    for section in edition.sections
                    if document.quiet or section.name in TOLD_IN_FULL
                ],
            }
            for edition in document.editions
        ],
    )


def plain(text: str) -> str:
    """``text`` with nothing in it that Markdown would read as such, nor a mention that would call people."""
    return _SPECIAL.sub(r"\\\1", _MENTION.sub("@\u200b", text))


def _section(section: SectionDocument, *, on_top: bool) -> dict[str, object]:
    omitted = section.omitted + max(0, len(section.papers) - MOST_PAPERS)
    return {
        "title": words.title(SectionName(section.name), on_top=on_top),
        "papers": [_paper(paper) for paper in section.papers[:MOST_PAPERS]],
        "omitted": words.omitted(omitted) if omitted else "",
    }


def _paper(paper: PaperDocument) -> dict[str, object]:
    phrases = (words.mark(paper.movement), words.votes(paper.upvotes, paper.gained), plain(paper.why or ""))
    return {
        "title": plain(paper.title),
        "url": paper.paper_url,
        "aside": " · ".join(phrase for phrase in phrases if phrase),
    }
