"""A paper at a moment in the hub's own JSON: the API's items of 2026. Absent keys, never null."""

import hashlib
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from broadsheet.sample.papers import Paper, Person
from broadsheet.sample.world import State
from broadsheet.sample.writing import load_words

THUMBNAILS = "https://cdn-thumbnails.huggingface.co/social-thumbnails/papers"
NEW_YORK = ZoneInfo("America/New_York")

Json = dict[str, Any]


def list_item(paper: Paper, state: State) -> Json:
    """One element of ``/api/daily_papers``; list pages hydrate with the same and ``upvoted``."""
    details = paper_object(paper, state)
    item: Json = {
        "paper": details,
        "publishedAt": _published_item_time(paper.published_on),
        "title": " ".join(details["title"].split()),
    }
    if "summary" in details:
        item["summary"] = details["summary"]
    if paper.has_thumbnail:
        item["thumbnail"] = f"{THUMBNAILS}/{paper.id}.png"
    if "mediaUrls" in details:
        item["mediaUrls"] = details["mediaUrls"]
    item["numComments"] = state.comments(paper)
    if paper.submitter:
        item["submittedBy"] = account(paper.submitter)
    if "organization" in details:
        item["organization"] = details["organization"]
    item["isAuthorParticipating"] = any(author.username for author in paper.authors)
    return item


def paper_object(paper: Paper, state: State) -> Json:
    """The ``paper`` within an item, and the opening of ``/api/papers/<id>``."""
    title, abstract = state.text(paper)
    details: Json = {
        "id": paper.id,
        "authors": [_author(paper, place, author) for place, author in enumerate(paper.authors)],
    }
    if paper.media:
        details["mediaUrls"] = [f"https://cdn-uploads.huggingface.co/production/uploads/{_oid(paper.id)}.mp4"]
    details["publishedAt"] = _day(paper.published_on)
    if paper.listed_on:
        details["submittedOnDailyAt"] = _day(paper.listed_on)
    details["title"] = title
    if paper.submitter:
        details["submittedOnDailyBy"] = _member(paper.submitter) | {"name": paper.submitter.username}
    if abstract is not None:
        details["summary"] = abstract
    details["upvotes"] = state.votes(paper)
    if paper.has_discussion:
        details["discussionId"] = _oid(f"{paper.id}/discussion")
    return details | _late_parts(paper, state)


def _late_parts(paper: Paper, state: State) -> Json:
    """What may arrive hours or days after the paper itself."""
    parts: Json = {}
    if paper.project_url and paper.github_at <= state.moment:
        parts["projectPage"] = paper.project_url
    if paper.github_url and paper.github_at <= state.moment:
        parts |= {"githubRepo": paper.github_url, "githubRepoAddedBy": "user"}
    if paper.ai_summary and paper.ai_summary_at <= state.moment:
        parts |= {"ai_summary": paper.ai_summary, "ai_summary_model": paper.ai_summary_model}
        parts["ai_keywords"] = list(paper.ai_keywords)
    if paper.organization and paper.organization_at <= state.moment:
        parts["organization"] = organization(paper.organization)
    if "githubRepo" in parts and (stars := state.stars(paper)) is not None:
        parts["githubStars"] = stars
    return parts


def paper_page_props(paper: Paper, state: State) -> Json:
    """What a paper's page hydrates with: the paper, its comments, who voted, its place of the day."""
    details = paper_object(paper, state)
    props: Json = {
        "comments": [comment(paper, number) for number in range(state.comments(paper))],
        "primaryEmailConfirmed": False,
        "paper": details,
        "canReadDatabase": False,
        "canManagePapers": False,
        "canSubmit": False,
        "hasHfLevelAccess": False,
        "upvoted": False,
        "upvoters": [_member(author) for author in paper.authors if author.username][:12],
        "acceptLanguages": ["*"],
        "dailyPaperRank": _rank_of_the_day(paper, state),
        "markdownContentUrl": f"https://huggingface.co/papers/{paper.id}.md",
    }
    if "organization" in details:
        props["organization"] = details["organization"]
    return props


def comment(paper: Paper, number: int) -> Json:
    """The ``number``-th comment on a paper."""
    words = load_words().comments
    raw = words[number % len(words)]
    writer = paper.authors[number % len(paper.authors)]
    author = account(Person(writer.fullname, writer.username or f"reader{number}"))
    written = _instant(paper.listed_at + timedelta(hours=number))
    latest = {"raw": raw, "html": f"<p>{raw}</p>\n", "updatedAt": written, "author": author}
    data = {
        "edited": False,
        "hidden": False,
        "latest": latest,
        "numEdits": 0,
        "identifiedLanguage": {"language": "en", "probability": 0.9},
        "editors": [author["name"]],
        "editorAvatarUrls": [author["avatarUrl"]],
        "reactions": [],
        "isReport": False,
    }
    return {
        "id": _oid(f"{paper.id}/comment/{number}"),
        "author": author,
        "createdAt": written,
        "type": "comment",
        "data": data,
    }


def account(person: Person) -> Json:
    """A member of the hub as items and comments show them."""
    return {
        "_id": _oid(person.username),
        "avatarUrl": _avatar(person),
        "fullname": person.fullname,
        "name": person.username,
        "type": "user",
        "isPro": False,
        "isHf": False,
        "isHfAdmin": False,
        "isMod": False,
        "followerCount": len(person.fullname) * 3,
        "isUserFollowing": False,
    }


def organization(names: tuple[str, str]) -> Json:
    """An organisation from its handle and its full name."""
    handle, fullname = names
    avatar = f"https://cdn-avatars.huggingface.co/v1/production/uploads/{_oid(handle)}/logo.png"
    return {"_id": _oid(handle), "name": handle, "fullname": fullname, "avatar": avatar}


def _author(paper: Paper, place: int, author: Person) -> Json:
    shown: Json = {"_id": _oid(f"{paper.id}/{place}")}
    if author.username:
        shown["user"] = _member(author) | {"name": author.username}
    shown["name"] = author.fullname
    if author.username:
        shown["status"] = "claimed_verified"
        shown["statusLastChangedAt"] = _instant(paper.listed_at + timedelta(minutes=place))
    shown["hidden"] = False
    return shown


def _member(person: Person) -> Json:
    return {
        "_id": _oid(person.username),
        "avatarUrl": _avatar(person),
        "isPro": False,
        "fullname": person.fullname,
        "user": person.username,
        "type": "user",
    }


def _rank_of_the_day(paper: Paper, state: State) -> int:
    """1 for the most voted paper of its day; 0 for a paper that is on no daily list."""
    listed = state.daily(paper.listed_on) if paper.listed_on else ()
    return next((rank for rank, other in enumerate(listed, 1) if other.id == paper.id), 0)


def _published_item_time(day: date) -> str:
    """The item's own ``publishedAt``: midnight less New York's offset, the hub's time-zone slip since 2025."""
    offset = datetime.combine(day, time(), NEW_YORK).utcoffset() or timedelta()
    return _instant(datetime.combine(day, time()) + offset)


def _day(day: date) -> str:
    return f"{day}T00:00:00.000Z"


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _oid(seed: str | None) -> str:
    """24 hex digits like the hub's object ids."""
    return hashlib.sha256(str(seed).encode()).hexdigest()[:24]


def _avatar(person: Person) -> str:
    return f"/avatars/{hashlib.sha256(person.fullname.encode()).hexdigest()[:32]}.svg"
