"""Boards in memory: what the loader compares and the walk hands on."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from broadsheet.model import Details, Entry, ListId, Listing
from broadsheet.parsing.verdict import Place, Standing


class Sighting(NamedTuple):
    """One paper on one listing, its id resolved and its text named by the revision it showed."""

    paper_id: str
    rank: int | None
    upvotes: int | None
    num_comments: int | None
    github_stars: int | None
    revision_id: int


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """The papers of one listing in order, at the capture that showed them."""

    capture_id: int
    captured_at: datetime
    sightings: tuple[Sighting, ...]
    truncated: bool = False
    parser: str | None = None

    def standing(self) -> Standing:
        """The board as `broadsheet.parsing.verdict.judge` weighs it."""
        ranked = {s.paper_id: Place(s.rank, s.upvotes) for s in self.sightings}
        return Standing(captured_at=self.captured_at, ranked=ranked, content=self.content)

    @property
    def content(self) -> tuple[tuple[Sighting, ...], bool]:
        """Equal for two boards if nothing a reader could see differs."""
        return (self.sightings, self.truncated)


def listing_of(board: Board, list_id: ListId) -> Listing:
    """As much of a board's listing as judging needs: places and votes."""
    entries = tuple(
        Entry(rank=s.rank, paper_id=s.paper_id, details=Details(), upvotes=s.upvotes) for s in board.sightings
    )
    return Listing(list_id=list_id, entries=entries, parser=board.parser, truncated=board.truncated)


class Text(NamedTuple):
    """The parts of a paper whose arrival or rewording is a change. None: never told."""

    title: str | None = None
    abstract: str | None = None
    ai_summary: str | None = None
    github_url: str | None = None
    organization: str | None = None
    project_url: str | None = None

    def told(self, later: "Text") -> "Text":
        """This text after ``later`` was shown: what a listing leaves out stays known."""
        return Text(*(old if new is None else new for old, new in zip(self, later, strict=True)))


REVISED_FIELDS = ("title", "abstract")
ENRICHED_FIELDS = ("ai_summary", "github_url", "organization", "project_url")

Texts = Mapping[int, Text]
"""revision_id to text."""


def text_of(details: Details) -> Text:
    """The comparable text of what a listing said."""
    return Text(
        title=details.title,
        abstract=details.abstract,
        ai_summary=details.ai_summary,
        github_url=details.github_url,
        organization=organization_name(details),
        project_url=details.project_url,
    )


def organization_name(details: Details) -> str | None:
    """The paper's organisation, else its submitter's, by full name, else by handle."""
    organization = details.organization or details.submitter_organization
    return (organization.fullname or organization.name) if organization is not None else None
