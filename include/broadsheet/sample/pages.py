"""The hub's HTML of 2026: hydration JSON, then every article in its two renderings, in the hub's frame."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from broadsheet.model import HUB_URL
from broadsheet.sample.answers import SOUND, Look
from broadsheet.sample.items import Json, paper_page_props
from broadsheet.sample.papers import Paper
from broadsheet.sample.world import State

FRONT = f"{HUB_URL}/front/thumbnails"
FACES = 5
"""How many authors a card shows."""


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """What one list page shows besides its papers; ``period`` is None for trending and search.

    ``wordy`` cards hold a text and the code; those of dated lists do not. ``whole_abstracts`` is search's way
    of showing the abstract even where there is an AI summary.
    """

    path: str
    heading: str
    items: tuple[Json, ...]
    shown: date
    period: str | None = None
    key: str | None = None
    label: tuple[str, ...] = ()
    previous_key: str | None = None
    next_key: str | None = None
    query: str | None = None
    wordy: bool = True
    whole_abstracts: bool = False


def list_page(view: ListView, look: Look = SOUND) -> bytes:
    """The page of a list, or what is left of it under ``look``."""
    segment = {"day": "date"}.get(view.period or "", view.period)
    iso = view.shown.isocalendar()
    text = (
        _templates()
        .get_template("list.html.j2")
        .render(
            hub=HUB_URL,
            path=view.path,
            title=f"{view.heading} Papers - Hugging Face",
            description="Your daily dose of AI research from AK",
            image=f"{FRONT}/{'trending-papers' if view.heading == 'Trending' else 'papers'}.png",
            body_class="DailyPapersPage",
            heading=view.heading,
            listed=look.listed,
            target="DailyPapers" if look.hydration != "absent" else "PapersFeed",
            hydration=_hydration(list_props(view), look),
            cards=[_card(item, view) for item in view.items] if look.cards else [],
            today=view.shown,
            this_week=f"{iso.year}-W{iso.week:02d}",
            this_month=f"{view.shown:%Y-%m}",
            label=view.label,
            shown_at=f"{view.shown}T00:00:00.000Z",
            previous=f"/papers/{segment}/{view.previous_key}" if view.previous_key else None,
            next=f"/papers/{segment}/{view.next_key}" if view.next_key else None,
        )
    )
    return text.encode()


def list_props(view: ListView) -> Json:
    """What the list's component hydrates with."""
    props: Json = {"canSubmit": False, "dailyPapers": [item | {"upvoted": False} for item in view.items]}
    if view.key:
        props["dateString"] = view.key
    if view.previous_key:
        props["prevDate"] = view.previous_key
    if view.next_key:
        props["nextDate"] = view.next_key
    props["publisher"] = None
    if view.period:
        props["periodType"] = view.period
    if view.query is not None:
        props["query"] = view.query
    return props | {"isTrending": view.heading == "Trending"}


def paper_page(paper: Paper, state: State) -> bytes:
    """The page of one paper."""
    props = paper_page_props(paper, state)
    details = props["paper"]
    title = f"Paper page - {details['title']}"
    text = (
        _templates()
        .get_template("paper.html.j2")
        .render(
            hub=HUB_URL,
            path=f"/papers/{paper.id}",
            title=title,
            description="Join the discussion on this paper page",
            image=f"https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/{paper.id}/gradient.png",
            body_class="PaperPage",
            paper=details,
            comments=props["comments"],
            hydration=_attribute(_dump(props)),
            vote_props=_attribute(
                _dump({"upvotes": details["upvotes"], "apiUrlPrefix": f"/api/papers/{paper.id}"})
            ),
            published=_words(paper.published_on, state.moment),
            submitter=paper.submitter.username if paper.submitter else None,
            submitted=_words(paper.listed_on, state.moment) if paper.listed_on else None,
            rank=props["dailyPaperRank"],
            rank_day=paper.listed_on,
            stars=rounded(details["githubStars"]) if "githubStars" in details else "",
        )
    )
    return text.encode()


@cache
def ready_page(name: str) -> bytes:
    """A page that is always the same: ``challenge.html`` or ``mirror.html``."""
    return (Path(__file__).parent / "templates" / name).read_bytes()


def rounded(number: int) -> str:
    """A count as cards show it: 160, 3.29k, 104k."""
    return str(number) if number < 1000 else f"{number / 1000:.3g}k"


def _card(item: Json, view: ListView) -> Json:
    paper = item["paper"]
    abstract = paper.get("summary")
    return {
        "id": paper["id"],
        "title": item["title"],
        "thumbnail": item.get("thumbnail"),
        "submitter": item.get("submittedBy"),
        "text": (abstract if view.whole_abstracts else paper.get("ai_summary") or abstract)
        if view.wordy
        else None,
        "organization": paper.get("organization") if view.wordy else None,
        "authors": [author["name"] for author in paper["authors"][:FACES]] if view.wordy else (),
        "author_count": len(paper["authors"]),
        "published": _words(date.fromisoformat(paper["publishedAt"][:10])),
        "votes": paper["upvotes"] or "-",
        "github": paper.get("githubRepo") if view.wordy else None,
        "stars": rounded(paper["githubStars"]) if paper.get("githubStars") else None,
        "comments": item["numComments"],
    }


def _words(day: date, now: datetime | None = None) -> str:
    """``Nov 2, 2026``; paper pages leave the year of ``now`` away."""
    month = f"{day:%b} {day.day}"
    return month if now and now.year == day.year else f"{month}, {day.year}"


def _hydration(props: Json, look: Look) -> Markup:
    text = _dump(props)
    match look.hydration:
        case "broken":
            return _attribute(text[: len(text) * 2 // 3])
        case "absent":
            return _attribute("{}")
        case "whole":
            return _attribute(text)


def _dump(props: Json) -> str:
    return msgspec.json.encode(props).decode()


def _content(text: Any) -> Markup:
    """Escape as the hub's renderer does between tags: ``&`` and ``<`` only."""
    return Markup(str(text).replace("&", "&amp;").replace("<", "&lt;"))  # noqa: S704


def _attribute(text: Any) -> Markup:
    """Escape as the hub's renderer does within an attribute: ``&``, ``"`` and ``<``."""
    return Markup(str(text).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;"))  # noqa: S704


@cache
def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    environment.filters |= {
        "attribute": _attribute,
        "content": _content,
        "props": lambda props: _attribute(_dump(props)),
    }
    return environment
