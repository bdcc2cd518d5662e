"""The hub's items as entries of a listing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from broadsheet.model import (
    HUB_URL,
    Author,
    Details,
    Entry,
    Judgement,
    Member,
    Organization,
    Verdict,
    paper_id_of,
    squash,
)
from broadsheet.parsing.wire import PaperProps, WireAuthor, WireItem, WireOrganization, WireUser
from broadsheet.times import as_utc

_OTHER_ASCII_SPACES = "\t\r\v\f\x1c\x1d\x1e\x1f"


class Board(NamedTuple):
    """The entries of a list in order, how many items they come from, oddities, and why there is no list if so."""

    entries: tuple[Entry, ...]
    items: int
    notes: tuple[str, ...]
    fault: Judgement | None = None


def board(items: Sequence[WireItem | None], first_rank: int = 1, notes: Iterable[str] = ()) -> Board:
    """Number the items from ``first_rank``.

    An item that could not be read (None) leaves its rank empty: the others stand where they stood, and the
    hole lets the verdict see that the list is not whole. When more than half are unreadable there is no list.
    A paper that stands twice keeps its first place, and those behind it move up.
    """
    noted = list(notes)
    entries: dict[str, Entry] = {}
    repeated = unreadable = 0
    for position, item in enumerate(items):
        found = None if item is None else entry(item, first_rank + position - repeated)
        if found is None:
            unreadable += 1
        elif found.key in entries:
            repeated += 1
            noted.append(f"{found.key} stands twice: its second place is left out")
        else:
            entries[found.key] = found
    if unreadable:
        noted.append(f"{unreadable} of {len(items)} items have no readable id")
    if unreadable * 2 > len(items):
        return Board((), len(items), tuple(noted), Judgement(Verdict.LAYOUT_CHANGED, noted[-1]))
    return Board(tuple(entries.values()), len(items), tuple(noted))


def paper_entry(props: PaperProps) -> Entry | None:
    """The one entry of a paper's own page: without a rank."""
    return entry(
        WireItem(
            paper=props.paper,
            organization=props.organization,
            submitter_organization=props.submitter_organization,
        ),
        None,
    )


def entry(item: WireItem, rank: int | None) -> Entry | None:
    """The item as an entry, None if its id is blank."""
    paper = item.paper
    paper_id = paper_id_of(paper.id)
    if not paper_id:
        return None
    return Entry(
        rank=rank,
        paper_id=paper_id,
        upvotes=paper.upvotes,
        num_comments=item.num_comments if item.num_comments is not None else paper.num_comments,
        github_stars=paper.github_stars,
        details=Details(
            title=clean(paper.title),
            abstract=clean(paper.summary),
            authors=None if paper.authors is None else tuple(map(_author, paper.authors)),
            num_authors=None if paper.authors is None else len(paper.authors),
            published_at=_utc(paper.published_at),
            submitted_at=_utc(paper.submitted_at),
            submitted_by=_member(paper.submitted_by or item.submitted_by),
            organization=_organization(paper.organization or item.organization),
            submitter_organization=_organization(item.submitter_organization),
            github_url=absolute(paper.github_repo),
            github_added_by=paper.github_added_by or None,
            project_url=absolute(paper.project_page),
            ai_summary=clean(paper.ai_summary),
            ai_summary_model=paper.ai_summary_model or None,
            ai_keywords=None if paper.ai_keywords is None else tuple(filter(None, paper.ai_keywords)),
            thumbnail_url=absolute(item.thumbnail or paper.thumbnail),
            media_urls=_media(item),
            discussion_id=paper.discussion_id or None,
            author_participates=item.author_participates,
        ),
    )


def clean(text: str | None) -> str | None:
    """The text with its white space collapsed; None if nothing is left of it."""
    if not text:
        return None
    # Most texts need no more than their lines made one: to look costs a tenth of splitting them into words.
    line = text.replace("\n", " ")
    if "  " not in line and line[0] != " " and line[-1] != " " and _has_plain_spaces_only(line):
        return line
    return squash(text) or None


def _has_plain_spaces_only(text: str) -> bool:
    """Whether a space is all the white space there is. No other one is printable."""
    if text.isascii():
        return not any(space in text for space in _OTHER_ASCII_SPACES)
    return text.isprintable()


def absolute(address: str | None) -> str | None:
    """An address on the hub made absolute; None if blank.

    Line breaks and outer spaces go, as they do in every browser (WHATWG URL section 4.4).
    """
    if not address:
        return None
    if not address.isprintable() or address[0] == " " or address[-1] == " ":
        address = "".join(address.strip().splitlines()).replace("\t", "")
    if address.startswith("//"):
        return f"https:{address}"
    return f"{HUB_URL}{address}" if address.startswith("/") else address or None


def _media(item: WireItem) -> tuple[str, ...] | None:
    """The pictures and films of item and paper, each once."""
    paper = item.paper
    if item.media_url is None and item.media_urls is None and paper.media_urls is None:
        return None
    addresses = [item.media_url, *(item.media_urls or ()), *(paper.media_urls or ())]
    return tuple(dict.fromkeys(url for url in map(absolute, addresses) if url is not None))


def _author(author: WireAuthor) -> Author:
    user = author.user
    if user is None and author.status is None:
        return Author(name=author.name or None, hidden=author.hidden)
    return Author(
        name=author.name or None,
        username=None if user is None else user.user or user.name or None,
        fullname=None if user is None else user.fullname or None,
        status=author.status or None,
        status_changed_at=_utc(author.status_changed_at),
        hidden=author.hidden,
    )


def _member(user: WireUser | None) -> Member | None:
    if user is None:
        return None
    member = Member(username=user.user or user.name or None, fullname=user.fullname or None)
    return None if member == Member() else member


def _organization(found: WireOrganization | None) -> Organization | None:
    if found is None:
        return None
    organization = Organization(
        name=found.name or None, fullname=found.fullname or None, avatar_url=absolute(found.avatar)
    )
    return None if organization == Organization() else organization


def _utc(moment: datetime | None) -> datetime | None:
    """In UTC; None for a time beyond the calendar, which says nothing."""
    if moment is None:
        return None
    try:
        return as_utc(moment)
    except ValueError:
        return None
