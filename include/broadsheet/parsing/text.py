"""Listings that exist as plain text only: what readers, notebooks and text extractors leave of a page.

Three kinds are told apart by what stands in them:

- a paper's page (`text_paper`);
- titles with votes, authors and dates around them, with or without links and headings (`text_cards`);
- nothing but titles and abstracts in turns, below the page's banner: read here.

Which list a text shows is known only from an address in it, from where it came, or from the day at its top.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from broadsheet.model import Capture, Details, Entry, ListId, Listing, ListKind, dated_list, squash
from broadsheet.parsing.items import clean
from broadsheet.parsing.shown import addressed_list, day
from broadsheet.parsing.text_cards import has_cards, is_trending, read_cards
from broadsheet.parsing.text_lines import Line, lines
from broadsheet.parsing.text_paper import read_paper

PARSER = "text"

_BANNER = "Get trending papers in your email inbox"
_COMMUNITY = re.compile(r"by ?\[?AK\b.*|by|AK|and the research community")
_TOP = re.compile(
    r"new|Get trending papers in your email inbox.*|Subscribe|Daily|Weekly|Monthly|Today|Submit a paper|Submit"
    r"|(?:Daily|Trending) Papers.*|Search by arxiv id or title.*|" + _COMMUNITY.pattern
)
_TOP_LENGTH = 40
_FOOT = frozenset({"Previous", "Next", "Company", "TOS", "Privacy", "System theme"})
_SOURCE = re.compile(r"(?:source )?url:\s*[\"'<]?(https?://[^\s\"'>]+)[\"'>]?", re.IGNORECASE)
_SOURCE_LENGTH = 40


class _Content(NamedTuple):
    """The lines between banner and footer, and the day that stands above them."""

    lines: list[Line]
    page_date: date | None


def parse(body: bytes, capture: Capture) -> Listing | None:
    """The listing in a text; None if it bears no mark of a papers page, or is no UTF-8."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    found = lines(text)
    source = _source(found)
    paper = read_paper(found, capture.captured_at)
    if paper is not None:
        list_id = (
            ListId(ListKind.PAPER, paper.paper_id) if paper.paper_id else addressed_list(capture, source)
        )
        return Listing(list_id=list_id or capture.asked, entries=(paper,), parser=PARSER)
    start = _end_of_top(found)
    if start is None:
        return None
    content = _content(found, start, capture)
    if has_cards(content.lines):
        return _cards(content, source, capture)
    return _in_turns(text, source, capture)


def _cards(content: _Content, source: str | None, capture: Capture) -> Listing | None:
    list_id = addressed_list(capture, source) or capture.asked
    is_search = list_id.kind is ListKind.SEARCH if list_id is not None else not is_trending(content.lines)
    entries = read_cards(content.lines, capture.captured_at, with_abstracts=is_search)
    if not entries:
        return None
    if list_id is None and content.page_date is not None and not any(e.details.abstract for e in entries):
        list_id = dated_list(ListKind.DAILY, content.page_date)
    return Listing(list_id=list_id, entries=tuple(entries), parser=PARSER, page_date=content.page_date)


def _in_turns(text: str, source: str | None, capture: Capture) -> Listing | None:
    """Titles and abstracts in turns; a title that lost its line break to "Subscribe" is cut loose."""
    raw = [Line(squash(line)) for line in text.splitlines() if line.strip()]
    start = _end_of_top(raw)
    if start is None:
        return None
    content = _content(raw, start, capture)
    words = [line.words for line in content.lines]
    notes: list[str] = []
    if len(words) % 2:
        notes.append(
            f"{len(words)} lines are no whole number of titles and abstracts: the last has no abstract"
        )
        words.append("")
    pairs = list(zip(words[::2], words[1::2], strict=True))
    if not pairs:
        return None
    titles = [title for title, _ in pairs]
    twice = len(titles) - len(set(titles))
    if twice:
        notes.append(f"titles that stand twice, with an abstract each: {twice}")
    entries = tuple(
        Entry(rank=rank, paper_id=None, details=Details(title=title, abstract=clean(abstract)))
        for rank, (title, abstract) in enumerate(pairs, start=1)
    )
    return Listing(
        list_id=addressed_list(capture, source) or capture.asked,
        entries=entries,
        parser=PARSER,
        page_date=content.page_date,
        notes=tuple(notes),
    )


def _end_of_top(found: Sequence[Line]) -> int | None:
    """Where the page's own banner, heading and menu end; None if there is no banner."""
    banner = next((at for at, line in enumerate(found) if line.words.startswith(_BANNER)), None)
    if banner is None:
        banner = next(
            (at for at, line in enumerate(found) if line.words == "and the research community"), None
        )
    if banner is None:
        return None
    top = range(banner, min(banner + _TOP_LENGTH, len(found)))
    last = max((at for at in top if _TOP.fullmatch(found[at].words)), default=banner)
    return last + 1


def _content(found: Sequence[Line], start: int, capture: Capture) -> _Content:
    rest = list(found[start:])
    if rest and rest[0].words.startswith("Subscribe"):
        rest[0] = rest[0]._replace(words=rest[0].words.removeprefix("Subscribe"))
    page_date = None
    for size in (1, 2):  # "Aug 1", or "Aug" and "1" on two lines
        shown = " ".join(line.words for line in rest[:size])
        page_date = day(shown, capture.captured_at)
        if page_date is not None:
            del rest[:size]
            break
    foot = next((at for at, line in enumerate(rest) if line.words in _FOOT), len(rest))
    return _Content(rest[:foot], page_date)


def _source(found: Sequence[Line]) -> str | None:
    """The address that an extractor wrote above the text."""
    matches = (_SOURCE.fullmatch(line.words) for line in found[:_SOURCE_LENGTH])
    return next((match[1] for match in matches if match is not None), None)
