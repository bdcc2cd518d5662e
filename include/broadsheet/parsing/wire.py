"""The hub's JSON as it comes: the API's items and papers, and the props of its pages.

Only what is kept is named here; other keys are skipped while decoding. Everything but a paper's id
may be missing or null in some era. `LEFT_OUT` names what is left out on purpose.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, field

Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Text = str | None
Moment = datetime | None

LEFT_OUT: dict[str, str] = {
    "item.title": "a copy of paper.title, at times without its TeX",
    "item.summary": "a copy of paper.summary",
    "item.organization": "a copy of paper.organization, read only where that is missing",
    "item.publishedAt": "changed its meaning in March 2025 and has been off by New York's offset since",
    "item.upvoted": "the viewer's own vote",
    "item.submittedBy": "a copy of paper.submittedOnDailyBy, read only where that is missing",
    "**._id": "a database key",
    "**.user.id": "a database key, of July 2024",
    "**.avatarUrl": "of an account, not of the paper",
    "**.followerCount": "of an account, not of the paper",
    "**.isHf": "of an account, not of the paper",
    "**.isHfAdmin": "of an account, not of the paper",
    "**.isMod": "of an account, not of the paper",
    "**.isPro": "of an account, not of the paper",
    "**.isUserFollowing": "the viewer's own",
    "**.type": "'user' or 'org', which the place says already",
    "**.user.name": "a copy of the user name in user.user",
    "paper.submittedOnDailyBy.name": "a copy of the user name in submittedOnDailyBy.user",
}
"""What a listing leaves out on purpose, and why: path of a key, ``**`` standing for any path before it.

A left-out path takes everything under it along. Empty texts are not kept either: they are missing values.
"""


class WireUser(Struct):
    """A member of the hub: ``user`` is the name in older and paper-level objects, ``name`` at item level."""

    user: Text = None
    name: Text = None
    fullname: Text = None


class WireAuthor(Struct):
    """One author of a paper."""

    name: Text = None
    user: WireUser | None = None
    status: Text = None
    status_changed_at: Moment = field(default=None, name="statusLastChangedAt")
    hidden: bool | None = None


class WireOrganization(Struct):
    """An organisation of the hub."""

    name: Text = None
    fullname: Text = None
    avatar: Text = None


class WirePaper(Struct):
    """A paper, on a list, on its own page or from ``/api/papers/<id>``."""

    id: str
    title: Text = None
    summary: Text = None
    authors: list[WireAuthor] | None = None
    published_at: Moment = field(default=None, name="publishedAt")
    submitted_at: Moment = field(default=None, name="submittedOnDailyAt")
    submitted_by: WireUser | None = field(default=None, name="submittedOnDailyBy")
    upvotes: Count | None = None
    discussion_id: Text = field(default=None, name="discussionId")
    organization: WireOrganization | None = None
    project_page: Text = field(default=None, name="projectPage")
    github_repo: Text = field(default=None, name="githubRepo")
    github_stars: Count | None = field(default=None, name="githubStars")
    github_added_by: Text = field(default=None, name="githubRepoAddedBy")
    ai_summary: Text = None
    ai_summary_model: Text = None
    ai_keywords: list[str] | None = None
    media_urls: list[str] | None = field(default=None, name="mediaUrls")
    num_comments: Count | None = field(default=None, name="numComments")
    thumbnail: Text = None


class WireItem(Struct):
    """One entry of a list."""

    paper: WirePaper
    thumbnail: Text = None
    num_comments: Count | None = field(default=None, name="numComments")
    submitted_by: WireUser | None = field(default=None, name="submittedBy")
    organization: WireOrganization | None = None
    submitter_organization: WireOrganization | None = field(default=None, name="submitterOrganization")
    media_url: Text = field(default=None, name="mediaUrl")
    media_urls: list[str] | None = field(default=None, name="mediaUrls")
    author_participates: bool | None = field(default=None, name="isAuthorParticipating")


class ListProps(Struct):
    """The props under ``data-target="DailyPapers"``; what they say of the list itself is read with care later."""

    items: list[WireItem] | None = field(default=None, name="dailyPapers")
    date: Any = None
    date_string: Any = field(default=None, name="dateString")
    period_type: Any = field(default=None, name="periodType")
    is_trending: Any = field(default=None, name="isTrending")
    query: Any = None


class PaperProps(Struct):
    """The props under ``data-target="PaperContent"``: an item without the list's part of it."""

    paper: WirePaper
    organization: WireOrganization | None = None
    submitter_organization: WireOrganization | None = field(default=None, name="submitterOrganization")


decode_items = msgspec.json.Decoder(list[WireItem]).decode
decode_list_props = msgspec.json.Decoder(ListProps).decode
decode_paper_props = msgspec.json.Decoder(PaperProps).decode
decode_any = msgspec.json.Decoder().decode

UNDECODABLE = (msgspec.DecodeError, UnicodeError, RecursionError)
"""What the decoders raise for bytes that are no JSON, for JSON of another shape, and for absurd nesting."""
