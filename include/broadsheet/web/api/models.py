"""What the API answers with. Names are the columns of the warehouse; what is not known is null.

The answers are written from the publication as they are read, not through these models: the tests hold them together.
"""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from broadsheet.model import ChangeKind, ListKind

Id = Annotated[
    str,
    Field(description="arXiv id, or `title:…` for a paper known by its title only.", examples=["2609.18063"]),
]
ListName = Annotated[
    str, Field(description="`trending`, or kind and key.", examples=["daily:2026-11-20", "trending"])
]
ListKey = Annotated[str, Field(description="Empty for trending.", examples=["2026-11-20"])]
CapturedAt = Annotated[
    datetime, Field(description="When the hub was asked, in UTC.", examples=["2026-11-20T09:00:00.000001Z"])
]
Rank = Annotated[int | None, Field(description="From 1; null on a paper's own page.", examples=[4])]
Upvotes = Annotated[int | None, Field(examples=[65])]
Snapshot = Annotated[
    int, Field(description="The snapshot's number; grows with time.", examples=[1880826997184495])
]


class Identified(BaseModel):
    """A paper's id."""

    paper_id: Id


class PaperFields(BaseModel):
    """What listings told of a paper."""

    title: str | None = Field(examples=["Streaming Transduction for Long Speech"])
    abstract: str | None
    authors: list[str] | None = Field(description="Names in order.", examples=[["Ada Example", "Ben Sample"]])
    num_authors: int | None = Field(examples=[2])
    published_at: datetime | None = Field(description="arXiv's date.")
    submitted_at: datetime | None = Field(description="When it was put on the daily list.")
    submitted_by: str | None = Field(description="User name on the hub.")
    organization: str | None = Field(examples=["Ember Open Science"])
    github_url: str | None
    project_url: str | None
    ai_summary: str | None = Field(description="Written by the hub's model.")
    ai_summary_model: str | None
    ai_keywords: list[str] | None = Field(examples=[["speech recognition", "streaming"]])
    thumbnail_url: str | None
    media_urls: list[str] | None


class Paper(PaperFields, Identified):
    """A paper as it is known now."""

    first_seen_at: datetime = Field(description="The first snapshot of any list that held it.")
    last_seen_at: datetime = Field(description="The last one.")


class Observation(BaseModel):
    """A paper's place on one snapshot of one list."""

    list_kind: ListKind
    list_key: ListKey
    paper_id: Id
    captured_at: CapturedAt
    rank: Rank
    upvotes: Upvotes
    num_comments: int | None
    github_stars: int | None
    snapshot_id: Snapshot


class Event(BaseModel):
    """One thing that happened to a paper."""

    paper_id: Id
    captured_at: CapturedAt
    list_kind: ListKind
    list_key: ListKey
    event: str = Field(
        description="`first_listed`, or a kind of change as in /changes.", examples=["first_listed", "rose"]
    )
    rank: Rank
    previous_rank: Rank
    upvotes: Upvotes
    previous_upvotes: Upvotes
    fields: str | None = Field(description="`revised` and `enriched`: which fields, with commas.")


class Revision(PaperFields):
    """What listings told of a paper, each distinct text once."""

    first_shown_at: datetime
    details: dict[str, Any] = Field(
        description="What the fields do not hold in full: authors' accounts and the like."
    )


class WholePaper(Paper):
    """Everything known of a paper."""

    history: list[Observation] = Field(description="Its places, list by list, oldest first.")
    timeline: list[Event] = Field(description="What happened to it, oldest first.")
    revisions: list[Revision] = Field(description="Its texts, in the order in which they were first shown.")


class Papers(BaseModel):
    """Papers, in the order asked for or in which they were first seen."""

    papers: list[Paper]
    missing: list[str] = Field(description="Of the ids asked for, those that nothing is known of.")
    next: Id | None = Field(
        description="Behind this paper the next page begins: ask with `after`. Null: no more."
    )


class ListSummary(BaseModel):
    """A list, and how often it was seen."""

    list_id: ListName = Field(alias="list")
    list_kind: ListKind
    list_key: ListKey
    snapshots: int = Field(examples=[12])
    first_captured_at: CapturedAt
    last_captured_at: CapturedAt
    entries: int = Field(description="On the last snapshot.", examples=[50])


class Lists(BaseModel):
    """The lists known, by kind, the newest of a kind first."""

    total: int = Field(description="How many there are in all.")
    lists: list[ListSummary]


class Entry(BaseModel):
    """A paper on a list, beside its place when the list stood before."""

    rank: Rank
    previous_rank: Rank
    movement: int | None = Field(description="Places gained; below 0 places lost.", examples=[3])
    paper_id: Id
    title: str | None
    upvotes: Upvotes
    gained: int | None = Field(description="Upvotes gained.", examples=[12])
    num_comments: int | None
    github_stars: int | None
    organization: str | None
    github_url: str | None


class Board(BaseModel):
    """A list as it stood at a moment."""

    list_id: ListName = Field(alias="list")
    list_kind: ListKind
    list_key: ListKey
    snapshot_id: Snapshot
    captured_at: CapturedAt
    compared_with: datetime | None = Field(
        description="When the list stood as the entries are compared with; null: nothing was known of it."
    )
    truncated: bool = Field(description="The hub's answer stopped at its limit: the list may go on.")
    entries: list[Entry]


class ListSnapshot(BaseModel):
    """One snapshot of a list, and how many of its papers changed in which way."""

    snapshot_id: Snapshot
    captured_at: CapturedAt
    entries: int = Field(examples=[50])
    truncated: bool
    changes: int = Field(description="Rows of /changes.", examples=[31])
    entered: int
    returned: int
    left: int


class ListHistory(BaseModel):
    """Snapshots of a list, newest first."""

    list_id: ListName = Field(alias="list")
    list_kind: ListKind
    list_key: ListKey
    snapshots: list[ListSnapshot]
    next: int | None = Field(description="Older ones come `before` this snapshot. Null: no more.")


class Change(BaseModel):
    """How a paper differs between two consecutive snapshots of a list."""

    seq: int = Field(description="Its number in the stream; only grows, never used twice.", examples=[634])
    snapshot_id: Snapshot
    list_kind: ListKind
    list_key: ListKey
    captured_at: CapturedAt
    paper_id: Id
    title: str | None
    change: ChangeKind
    rank: Rank
    previous_rank: Rank
    upvotes: Upvotes
    previous_upvotes: Upvotes
    fields: str | None = Field(description="`revised` and `enriched`: which fields, with commas.")
    left_at: datetime | None = Field(description="`returned`: when it had left.")


class Changes(BaseModel):
    """A part of the stream of changes, in order of seq."""

    changes: list[Change]
    next: int = Field(description="Ask for what follows with `after` set to this.", examples=[634])
    more: bool = Field(description="Whether something follows already.")


class EditionSummary(BaseModel):
    """That a list changed on a day."""

    list_id: ListName = Field(alias="list", description="As /editions/{list}/{day} takes it.")
    day: date
    snapshots: int = Field(description="Of that day.", examples=[4])
    as_of: datetime = Field(description="When the last of them was taken.")


class Editions(BaseModel):
    """The editions there are, newest first."""

    editions: list[EditionSummary]
    next: int | None = Field(description="The `offset` of the next page. Null: no more.")
