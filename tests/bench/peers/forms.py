"""A day of the list in the form that each program is made for: the hub's page, a plain page, a feed, a JSON file."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bench.peers.script import AGE_OF_STALE, WORLD, Day, Form, papers
from broadsheet.sample.answers import HTML, JSON, Answer, Look
from broadsheet.sample.items import Json, list_item
from broadsheet.sample.pages import ListView, list_page
from broadsheet.sample.papers import Paper

BASE = "https://hub.example"
BUSY = Answer(
    status=503, content_type=HTML, body=b"<!doctype html><title>503</title><h1>Service Unavailable</h1>"
)
ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"


class Row(NamedTuple):
    """What every form tells of a paper."""

    id: str
    title: str
    abstract: str
    link: str
    votes: int
    published: datetime


def hub_page(day: Day) -> Answer:
    """The hub's own page, which Broadsheet reads; with another layout it has neither its JSON nor its cards."""
    view = ListView(
        path="/papers/trending",
        heading="Trending",
        items=tuple(_hub_item(papers()[paper], day.shown_at) for paper in day.shown),
        shown=day.shown_at.date(),
    )
    match day.step.form:
        case Form.EMPTY:
            look = Look(listed=False)
        case Form.LAYOUT:
            look = Look(hydration="absent", cards=False)
        case _:
            look = Look()
    return Answer(content_type=HTML, body=list_page(view, look))


def plain_page(day: Day) -> Answer:
    """A page that shows each paper once, its title as a heading; with another layout, as a span."""
    return Answer(content_type=HTML, body=_render("page.html.j2", day))


def feed(day: Day) -> Answer:
    """Atom; with another layout RSS 2.0. Entries have the same ids and links in both."""
    if day.step.form is Form.LAYOUT:
        return Answer(content_type=RSS, body=_render("feed.rss.j2", day))
    return Answer(content_type=ATOM, body=_render("feed.atom.j2", day))


def data(day: Day) -> Answer:
    """An array of objects; with another layout the array is within an object."""
    rows = [{"id": row.id, "title": row.title, "upvotes": row.votes} for row in _rows(day)]
    shown = {"papers": rows} if day.step.form is Form.LAYOUT else rows
    return Answer(content_type=JSON, body=msgspec.json.encode(shown))


FORMS: dict[str, Callable[[Day], Answer]] = {
    "/papers/trending": hub_page,
    "/list.html": plain_page,
    "/list.atom": feed,
    "/list.json": data,
}
"""By their paths."""


@cache
def answer(path: str, day: Day) -> Answer:
    """What stands at ``path`` on that day. A stale copy says so as caches do (RFC 9111 section 5.1)."""
    if path not in FORMS:
        return Answer(status=404, content_type=HTML, body=b"<!doctype html><title>404</title><h1>404</h1>")
    if day.step.form is Form.UNAVAILABLE:
        return BUSY
    made = FORMS[path](day)
    if day.step.form is Form.STALE:
        return made.with_headers(("Age", str(int(AGE_OF_STALE.total_seconds()))))
    return made


def _hub_item(paper: Paper, at: datetime) -> Json:
    item = list_item(paper, WORLD.at(at))
    item["paper"]["upvotes"] = _votes(paper, at)
    return item


def _votes(paper: Paper, at: datetime) -> int:
    """They grow by one to three a day, on every paper."""
    return paper.votes + (at - paper.listed_at).days * (1 + int(paper.id[-2:]) % 3)


def _rows(day: Day) -> list[Row]:
    listed = [papers()[paper] for paper in day.shown]
    return [
        Row(
            id=each.id,
            title=each.title,
            abstract=each.abstract or "",
            link=f"{BASE}/papers/{each.id}",
            votes=_votes(each, day.shown_at),
            published=each.listed_at,
        )
        for each in listed
    ]


def _render(template: str, day: Day) -> bytes:
    rendered = _templates().get_template(template)
    return rendered.render(
        rows=_rows(day), base=BASE, at=day.shown_at, changed=day.step.form is Form.LAYOUT
    ).encode()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
