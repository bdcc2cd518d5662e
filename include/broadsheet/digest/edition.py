"""Editions: what a digest of one list says about one window, in frozen order.

An edition compares two boards: the list as it stood at the baseline and as it stands at the end of the window.
What happened in between and was undone again is no news. Everything here is pure.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from broadsheet.digest.links import arxiv_address, code_address, paper_address
from broadsheet.digest.text import clean
from broadsheet.hub.urls import page_url
from broadsheet.model import ListId

MOST_TITLE = 300
MOST_NAME = 80
"""How many characters of a title and of a name an edition keeps."""
RISING_PLACES = 3
"""How many papers that were there before must be overtaken for a rise to be news."""


class SectionName(StrEnum):
    """The sections of an edition, in the order they are read."""

    NEW = "new"
    BACK = "back"
    RISING = "rising"
    STILL_HERE = "still_here"
    LEFT = "left"


WORTH_READING = (SectionName.NEW, SectionName.BACK, SectionName.RISING)
"""The news of papers that are on the list."""
NEWS = (*WORTH_READING, SectionName.LEFT)
"""The sections that make a day worth a mail."""


class Place(msgspec.Struct, frozen=True):
    """One paper's place on a board; what the hub did not say is None."""

    paper_id: str
    rank: int | None
    upvotes: int | None = None
    github_stars: int | None = None


class Board(msgspec.Struct, frozen=True):
    """One list as one snapshot shows it; ``truncated`` says it stopped at the hub's limit."""

    list_id: ListId
    snapshot_id: int
    captured_at: datetime
    truncated: bool
    places: tuple[Place, ...]


class Past(msgspec.Struct, frozen=True):
    """What one list knows of a paper's past.

    ``days`` counts the days it was shown, begun ones included. ``ranks`` are its ranks at the window's end and at
    the same hour of the days before, oldest first, None where it was absent. ``last_rank`` and ``absent_since``
    speak of its last stay up to the baseline, and are None if there was none.
    """

    days: int
    ranks: tuple[int | None, ...] = ()
    last_rank: int | None = None
    absent_since: datetime | None = None


class DetailNews(msgspec.Struct, frozen=True):
    """The details of a paper that were reworded or arrived within the window, by their names in ``Details``."""

    revised: tuple[str, ...] = ()
    enriched: tuple[str, ...] = ()


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a paper at the window's end."""

    paper_id: str
    title: str | None = None
    abstract: str | None = None
    authors: tuple[str, ...] = ()
    num_authors: int | None = None
    organization: str | None = None
    github_url: str | None = None
    ai_summary: str | None = None
    ai_keywords: tuple[str, ...] = ()


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """All that an edition is made of, as read from the warehouse.

    ``source`` is what was asked for: a list, or the kind of dated lists that the board is one of. ``baseline``
    is None when there was no board at the window's start. ``pasts`` and ``papers`` hold every paper of both
    boards; ``detail_news`` only those that have any.
    """

    source: str
    since: datetime | None
    until: datetime
    board: Board
    baseline: Board | None
    pasts: Mapping[str, Past]
    papers: Mapping[str, Paper]
    detail_news: Mapping[str, DetailNews]


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One paper in one section, its texts cleaned for show.

    On ``left``, ``rank`` is None, ``previous_rank`` is its last, and the counts are those of the baseline.
    ``why`` names what the reader asked for and it has; "" for who asked for nothing in particular.
    """

    section: SectionName
    paper_id: str
    title: str
    paper_url: str | None
    arxiv_url: str | None
    rank: int | None
    previous_rank: int | None
    upvotes: int | None
    gained: int | None
    organization: str | None
    authors: tuple[str, ...]
    num_authors: int
    ai_summary: str | None
    abstract: str | None
    code_url: str | None
    github_stars: int | None
    days: int
    ranks: tuple[int | None, ...]
    absent_since: datetime | None
    revised: tuple[str, ...]
    enriched: tuple[str, ...]
    why: str = ""

    @property
    def movement(self) -> int | None:
        """Places gained since the baseline, negative for places lost; None unless it was and is on the board."""
        if self.rank is None or self.previous_rank is None or self.section is SectionName.BACK:
            return None
        return self.previous_rank - self.rank


class Section(msgspec.Struct, frozen=True):
    """One section and its papers in reading order."""

    name: SectionName
    items: tuple[Item, ...]


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """What a digest of one list says about one window.

    ``source`` is what was asked for, a list or a kind of dated lists; ``list_url`` is the list's page.
    ``compared_with`` is the baseline board's time and ``from_snapshot`` its id; both are None for a list told
    of for the first time. ``as_of`` is the time of the newest board, ``to_snapshot`` its id, ``entries`` its
    length. ``chosen`` says that one reader's wishes left papers out.
    """

    source: str
    list_id: ListId
    list_url: str
    since: datetime | None
    until: datetime
    from_snapshot: int | None
    compared_with: datetime | None
    to_snapshot: int
    as_of: datetime
    entries: int
    sections: tuple[Section, ...]
    chosen: bool = False

    @property
    def introduction(self) -> bool:
        """Whether this is the first that is told of the list: the whole board, all of it new."""
        return self.since is None

    @property
    def quiet(self) -> bool:
        """Whether nothing entered, came back, rose or left."""
        return not any(self.items(name) for name in NEWS)

    def items(self, name: SectionName) -> tuple[Item, ...]:
        """The papers of one section."""
        return next((section.items for section in self.sections if section.name is name), ())

    @property
    def key(self) -> str:
        """The same for the same list and the same two boards, whenever and wherever it is made."""
        return f"{self.list_id}@{self.from_snapshot or 'first'}-{self.to_snapshot}"


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """The editions that one mail carries, in reading order. ``timezone`` is the zone its dates are written in."""

    editions: tuple[Edition, ...]
    until: datetime
    timezone: str
    hub_url: str

    @property
    def quiet(self) -> bool:
        """Whether no edition has news."""
        return all(edition.quiet for edition in self.editions)

    @property
    def key(self) -> str:
        """16 hex digits made from the editions' keys."""
        return digest_key(edition.key for edition in self.editions)


def digest_key(keys: Iterable[str]) -> str:
    """16 hex digits that stand for editions, made from their keys."""
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]


def compose(window: Window, hub_url: str) -> Edition:
    """Turn a window into an edition; pure.

    A paper is new when this list never showed it up to the baseline, and back when it did but not on the baseline
    board. It is rising when it overtook at least ``RISING_PLACES`` of the papers on both boards (so that others
    leaving lifts nobody) and, where votes are known, has more of them (so that a mere re-ordering is no news).
    Where a list was cut at the hub's limit, nothing is said to have entered from or left into the part unseen.
    """
    baseline = {place.paper_id: place for place in window.baseline.places} if window.baseline else {}
    overtaken = _overtaken(window.board, baseline)
    found: dict[SectionName, list[Item]] = {name: [] for name in SectionName}
    for place in window.board.places:
        before = baseline.get(place.paper_id)
        name = _section(place, before, window, overtaken.get(place.paper_id, 0))
        found[name].append(_item(window, hub_url, name, place, before))
    if not window.board.truncated:
        here = {place.paper_id for place in window.board.places}
        for before in baseline.values():
            if before.paper_id not in here:
                left = _item(window, hub_url, SectionName.LEFT, before, before)
                found[SectionName.LEFT].append(left)
    found[SectionName.RISING].sort(key=lambda item: -(item.movement or 0))
    return Edition(
        source=window.source,
        list_id=window.board.list_id,
        list_url=page_url(window.board.list_id, hub_url),
        since=window.since,
        until=window.until,
        from_snapshot=window.baseline.snapshot_id if window.baseline else None,
        compared_with=window.baseline.captured_at if window.baseline else None,
        to_snapshot=window.board.snapshot_id,
        as_of=window.board.captured_at,
        entries=len(window.board.places),
        sections=tuple(Section(name, tuple(items)) for name, items in found.items()),
    )


def _section(place: Place, before: Place | None, window: Window, overtaken: int) -> SectionName:
    if before is None:
        if out_of_sight(place, window.baseline):
            return SectionName.STILL_HERE
        known = window.pasts[place.paper_id].absent_since is not None
        return SectionName.BACK if known else SectionName.NEW
    rose = place.rank is not None and before.rank is not None and place.rank < before.rank
    voted = place.upvotes is None or before.upvotes is None or place.upvotes > before.upvotes
    return SectionName.RISING if rose and voted and overtaken >= RISING_PLACES else SectionName.STILL_HERE


def out_of_sight(place: Place, baseline: Board | None) -> bool:
    """Whether a paper that ``baseline`` does not show may have stood on it, behind the hub's limit."""
    if baseline is None or not baseline.truncated or place.rank is None:
        return False
    return place.rank > len(baseline.places)


def _overtaken(board: Board, baseline: Mapping[str, Place]) -> dict[str, int]:
    """How many places each paper on both boards gained among those on both boards."""
    stayed = [place.paper_id for place in _by_rank(board.places) if place.paper_id in baseline]
    before = {
        place.paper_id: index
        for index, place in enumerate(_by_rank(baseline[paper_id] for paper_id in stayed))
    }
    return {paper_id: before[paper_id] - index for index, paper_id in enumerate(stayed)}


def _by_rank(places: Iterable[Place]) -> list[Place]:
    return sorted((place for place in places if place.rank is not None), key=lambda place: place.rank or 0)


def _item(window: Window, hub_url: str, name: SectionName, seen: Place, before: Place | None) -> Item:
    """``seen`` is the paper's place on the newest board that has it, ``before`` that on the baseline."""
    left = name is SectionName.LEFT
    paper = window.papers[seen.paper_id]
    past = window.pasts[seen.paper_id]
    news = window.detail_news.get(seen.paper_id, DetailNews())
    return Item(
        section=name,
        paper_id=paper.paper_id,
        title=clean(paper.title or paper.paper_id, MOST_TITLE),
        paper_url=paper_address(hub_url, paper.paper_id),
        arxiv_url=arxiv_address(paper.paper_id),
        rank=None if left else seen.rank,
        previous_rank=before.rank if before else past.last_rank,
        upvotes=seen.upvotes,
        gained=None if left else _gained(seen, before),
        organization=clean(paper.organization, MOST_NAME) if paper.organization else None,
        authors=tuple(clean(name, MOST_NAME) for name in paper.authors),
        num_authors=max(paper.num_authors or 0, len(paper.authors)),
        ai_summary=clean(paper.ai_summary) if paper.ai_summary else None,
        abstract=clean(paper.abstract) if paper.abstract else None,
        code_url=code_address(paper.github_url),
        github_stars=seen.github_stars,
        days=past.days,
        ranks=past.ranks,
        absent_since=past.absent_since if name is SectionName.BACK else None,
        revised=news.revised,
        enriched=news.enriched,
    )


def _gained(now: Place, before: Place | None) -> int | None:
    if before is None or now.upvotes is None or before.upvotes is None:
        return None
    return now.upvotes - before.upvotes
