"""How others read a list page: the same fields out as ours, each by its own way to the data."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import lxml.html
import msgspec
import orjson
from bs4 import BeautifulSoup, Tag
from selectolax.lexbor import LexborHTMLParser

from broadsheet.model import HUB_URL, Details, Entry, Member, Organization
from broadsheet.parsing import items, wire

Entries = tuple[Entry, ...]
Decode = Callable[[str | bytes], wire.ListProps]

typed = wire.decode_list_props
"""msgspec, told what to expect."""


def by_json(text: str | bytes) -> wire.ListProps:
    """orjson, then the types."""
    return msgspec.convert(orjson.loads(text), wire.ListProps)


def entries(text: str | bytes, decode: Decode) -> Entries:
    """The papers in the JSON of a page."""
    return items.board(decode(text).items or ()).entries


def found_and_replaced(body: bytes) -> Entries:
    """The bound: find the value, undo the three escapes that the hub writes, decode it."""
    start = body.index(b'data-props="', body.index(b'data-target="DailyPapers"')) + len(b'data-props="')
    text = body[start : body.index(b'"', start)].replace(b"&quot;", b'"')
    return entries(text.replace(b"&lt;", b"<").replace(b"&amp;", b"&"), typed)


def with_soup(body: bytes, parser: str, decode: Decode = by_json) -> Entries:
    """BeautifulSoup over the whole page."""
    part: Any = BeautifulSoup(body, parser).find(attrs={"data-target": "DailyPapers"})
    return entries(part["data-props"], decode)


def with_lexbor(body: bytes, decode: Decode) -> Entries:
    """selectolax: lexbor, in C."""
    part: Any = LexborHTMLParser(body).css_first('[data-target="DailyPapers"]')
    return entries(part.attributes["data-props"], decode)


def with_lxml(body: bytes, decode: Decode) -> Entries:
    """lxml: libxml2, in C."""
    part = lxml.html.fromstring(body.decode()).xpath('//*[@data-target="DailyPapers"]')[0]
    return entries(part.get("data-props"), decode)


def cards_with_soup(body: bytes, parser: str) -> Entries:
    """BeautifulSoup over the whole page, then what each card shows."""
    found: dict[str, Entry] = {}
    for article in BeautifulSoup(body, parser).find_all("article"):
        entry = _card(article, len(found) + 1)
        found.setdefault(str(entry.paper_id), entry)
    return tuple(found.values())


def _card(article: Tag, rank: int) -> Entry:
    title: Any = article.select_one("h3 a")
    links: list[Any] = article.find_all("a")
    vote = next(link for link in links if link["href"].startswith("/login?"))
    code = next((link for link in links if link["href"].startswith("https://github.com/")), None)
    talk = next((link for link in links if link["href"].endswith("#community")), None)
    authors = article.find(string=re.compile(r"^\d+ authors?$"))
    published: Any = article.find(string=re.compile("^Published on "))
    stars = code.get_text().split()[-1] if code is not None else ""
    return Entry(
        rank=rank,
        paper_id=title["href"].removeprefix("/papers/"),
        upvotes=int(vote.get_text().split()[-1].replace("-", "0")),
        num_comments=int(talk.get_text()) if talk is not None else None,
        github_stars=int(stars) if stars.isdigit() else None,
        details=Details(
            title=" ".join(title.get_text().split()),
            num_authors=int(authors.split()[0]) if authors is not None else None,
            published_at=datetime.strptime(published, "Published on %b %d, %Y").replace(tzinfo=UTC),
            submitted_by=_submitter(article),
            organization=_organization(article),
            github_url=code["href"] if code is not None else None,
            thumbnail_url=_thumbnail(article),
        ),
    )


def _submitter(article: Tag) -> Member | None:
    said: Any = article.find(string=re.compile("Submitted by"))
    return Member(username=said.parent.get_text().split()[-1]) if said is not None else None


def _organization(article: Tag) -> Organization | None:
    chip: Any = article.select_one("a.rounded-full")
    if chip is None:
        return None
    return Organization(
        name=chip["href"].removeprefix("/"),
        fullname=chip.get_text().strip(),
        avatar_url=_absolute(chip.find("img")["src"]),
    )


def _thumbnail(article: Tag) -> str | None:
    picture: Any = article.find("img", src=re.compile("social-thumbnails"))
    return picture["src"] if picture is not None else None


def _absolute(address: str) -> str:
    return HUB_URL + address if address.startswith("/") else address
