"""Papers in a text where votes, authors and dates stand around each title.

In order: votes ("-", "19", "[-] 19"), title, text, "N authors" or an organisation, "·", date, comments; on the
trending page also "Upvote 25", "GitHub 3.29k" and "arXiv Page", with the votes behind instead of before.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import unquote

from broadsheet.model import Details, Entry, Member, Organization, arxiv_id
from broadsheet.parsing.items import clean
from broadsheet.parsing.shown import count, day, midnight
from broadsheet.parsing.text_lines import Line

_VOTES = re.compile(r"(?:\[-\]\s*)?(-|\d[\d,]*)")
_NUM_AUTHORS = re.compile(r"(\d{1,9}) authors?")
_DATED = re.compile(r"(?:·\s*)?((?:Published on )?[A-Z][a-z]{2} \d{1,2}(?:, \d{4})?)(?:\s+(\d[\d,]*))?")
_NUMBERED = re.compile(r"(Upvote|GitHub)(?:\s+(\S+))?")
_PAPER = re.compile(r"/papers/([^?#\s]+)$")
_LOGIN = re.compile(r"/login\?next=(\S+)")
_MEMBER = re.compile(r"https?://(?:www\.)?huggingface\.co/([\w.-]+)/?")
_TAIL = frozenset({"Upvote", "GitHub", "arXiv Page"})


class _Spot(NamedTuple):
    """Where a paper stands in the lines: from its votes or submitter, its title, to the next paper."""

    start: int
    title: int
    end: int


def has_cards(found: Sequence[Line]) -> bool:
    """Whether there is more than words: headings, links to papers, numbers of authors, votes."""
    return any(
        line.heading >= 3 or _paper_id(line) or _NUM_AUTHORS.fullmatch(line.words) or _is_tail(line.words)
        for line in found
    )


def is_trending(found: Sequence[Line]) -> bool:
    """Whether the votes stand behind, as only the trending page has them."""
    return any(_is_tail(line.words) for line in found)


def read_cards(found: Sequence[Line], captured_at: datetime, *, with_abstracts: bool) -> list[Entry]:
    """The papers in order, each once.

    Args:
        found: the lines between the page's top and its footer.
        captured_at: tells the year of days that are shown without one.
        with_abstracts: whether the text below a title is the abstract (search), or may as well be the AI
            summary (every other list) and is left out.
    """
    entries: dict[str, Entry] = {}
    for spot in _spots(found):
        entry = _entry(found, spot, len(entries) + 1, captured_at, with_abstracts)
        if entry is not None:
            entries.setdefault(entry.key, entry)
    return list(entries.values())


def _spots(found: Sequence[Line]) -> Iterator[_Spot]:
    titles = list(_titles(found))
    behind = is_trending(found)
    starts = [_start(found, title, behind) for title in titles]
    for title, (start, end) in zip(titles, pairwise([*starts, len(found)]), strict=True):
        yield _Spot(start, title, end)


def _titles(found: Sequence[Line]) -> Iterator[int]:
    """The surest sign there is: headings, else links to papers, else what stands around a title."""
    if any(line.heading >= 3 for line in found):
        yield from (at for at, line in enumerate(found) if line.heading >= 3)
    elif any(map(_paper_id, found)):
        seen: set[str] = set()
        for at, line in enumerate(found):
            paper_id = _paper_id(line)
            if paper_id and paper_id not in seen and not _VOTES.fullmatch(line.words):
                seen.add(paper_id)
                yield at
    elif is_trending(found):
        yield from _titles_behind_tails(found)
    else:
        yield from _titles_behind_votes(found)


def _titles_behind_tails(found: Sequence[Line]) -> Iterator[int]:
    """On the trending page a paper begins where the last one's votes and links end."""
    at = 0
    while at < len(found):
        if found[at].words == "Submitted by":
            at += 2
            continue
        yield at
        while at < len(found) and not _is_tail(found[at].words):
            at += 1
        while at < len(found) and (_is_tail(found[at].words) or _is_amount(found[at].words)):
            at += 1


def _titles_behind_votes(found: Sequence[Line]) -> Iterator[int]:
    """On other pages the title follows the votes; a new paper only begins when the last one's line of authors
    or date was seen."""
    complete = True
    for at, line in enumerate(found):
        following = found[at + 1].words if at + 1 < len(found) else ""
        is_title = following and following != "Submitted by" and not _VOTES.fullmatch(following)
        if complete and _VOTES.fullmatch(line.words) and is_title:
            complete = False
            yield at + 1
        ends = _NUM_AUTHORS.fullmatch(line.words) or _DATED.fullmatch(line.words)
        complete = complete or ends is not None


def _start(found: Sequence[Line], title: int, behind: bool) -> int:
    at = title
    if not behind and at > 0 and _VOTES.fullmatch(found[at - 1].words):
        at -= 1
    if at > 1 and found[at - 2].words == "Submitted by":
        at -= 2
    return at


def _entry(
    found: Sequence[Line], spot: _Spot, rank: int, captured_at: datetime, with_abstracts: bool
) -> Entry | None:
    title = clean(found[spot.title].words)
    if title is None:
        return None
    before, after = found[spot.start : spot.title], found[spot.title + 1 : spot.end]
    split = next((at for at, line in enumerate(after) if _is_landmark(line)), len(after))
    texts, rest = [line for line in after[:split] if line.words != "-"], after[split:]
    organization = None
    # The line before the dot is the byline. Where the authors follow the dot, there is none.
    dotted = rest and rest[0].words.startswith("·")
    authors_follow = len(rest) > 1 and _NUM_AUTHORS.fullmatch(rest[1].words)
    if dotted and texts and not authors_follow:
        organization = _organization(texts.pop())
    dates = [match for line in rest if (match := _DATED.fullmatch(line.words))]
    github = next((line for line in rest if line.words.startswith("GitHub")), None)
    return Entry(
        rank=rank,
        paper_id=_id_of(found[spot.start : spot.end]),
        upvotes=_votes(before, rest),
        num_comments=_comments(rest, dates),
        github_stars=_amount(rest, "GitHub"),
        details=Details(
            title=title,
            abstract=clean(" ".join(line.words for line in texts)) if with_abstracts else None,
            num_authors=next((int(m[1]) for line in rest if (m := _NUM_AUTHORS.fullmatch(line.words))), None),
            published_at=midnight(day(dates[0][1], captured_at)) if dates else None,
            submitted_by=_submitter(before),
            organization=organization,
            github_url=github.address if github is not None else None,
        ),
    )


def _is_landmark(line: Line) -> bool:
    words = line.words
    return (
        words.startswith("·")
        or _NUM_AUTHORS.fullmatch(words) is not None
        or _DATED.fullmatch(words) is not None
        or _is_tail(words)
    )


def _is_tail(words: str) -> bool:
    return words in _TAIL or (
        _NUMBERED.fullmatch(words) is not None and _is_amount(words.rsplit(maxsplit=1)[-1])
    )


def _is_amount(words: str) -> bool:
    return re.fullmatch(r"-|\d[\d.,]*[kM]?", words) is not None


def _votes(before: Sequence[Line], after: Sequence[Line]) -> int | None:
    for line in before:
        match = _VOTES.fullmatch(line.words)
        if match is not None:
            return count(match[1])
    return _amount(after, "Upvote")


def _amount(found: Sequence[Line], name: str) -> int | None:
    """The number behind a name, on its line or the next; None where it is missing or rounded."""
    for at, line in enumerate(found):
        match = _NUMBERED.fullmatch(line.words)
        if match is not None and match[1] == name:
            following = found[at + 1].words if at + 1 < len(found) else ""
            return count(match[2] or following)
    return None


def _comments(rest: Sequence[Line], dates: list[re.Match[str]]) -> int | None:
    """The number behind the date (or the authors): glued to it, or on the next line."""
    if dates and dates[0][2] is not None:
        return count(dates[0][2])
    bare = [
        line.words
        for before, line in pairwise(rest)
        if line.words.isdigit() and (_DATED.fullmatch(before.words) or _NUM_AUTHORS.fullmatch(before.words))
    ]
    return count(bare[0]) if bare else None


def _submitter(before: Sequence[Line]) -> Member | None:
    if len(before) > 1 and before[0].words == "Submitted by":
        return Member(username=before[1].words)
    return None


def _organization(byline: Line) -> Organization:
    match = _MEMBER.fullmatch(byline.address or "")
    return Organization(name=match[1] if match is not None else None, fullname=byline.words)


def _id_of(found: Sequence[Line]) -> str | None:
    return next((paper_id for line in found if (paper_id := _paper_id(line))), None)


def _paper_id(line: Line) -> str | None:
    """The id in a line's link to a paper, its comments, or the login that a vote asks for."""
    address = line.address or ""
    login = _LOGIN.search(address)
    path = unquote(login[1]) if login is not None else address.partition("#")[0]
    match = _PAPER.search(path)
    return arxiv_id(match[1]) if match is not None else None
