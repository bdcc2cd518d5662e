"""A page of the hub, read as little as its question needs.

`cut` looks at three tags; `skim` reads the whole page but builds only what a list page's parsers ask for.
Both give a `Page`, and both leave the HTML to BeautifulSoup.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from bs4.builder._lxml import LXMLTreeBuilder

from broadsheet.parsing.skim import SkimmingBuilder
from broadsheet.parsing.tags import cut_start_tag

LIST_TARGET = "DailyPapers"
PAPER_TARGET = "PaperContent"

_TARGET = re.compile(rb"""data-target\s*=\s*(["']?)(?:DailyPapers|PaperContent)\1[\s/>]""")
_OG_URL = re.compile(rb"og:url")
_CANONICAL = re.compile(rb"canonical")


class Page(NamedTuple):
    """What a page says of itself.

    ``addresses`` are those it declares as its own (og:url, then the canonical link). ``targets`` are the
    names of all its hydrated parts, ``props`` the JSON texts of those that hold papers, each with its name.
    """

    addresses: tuple[str, ...]
    targets: tuple[str, ...]
    props: tuple[tuple[str, str], ...]
    soup: BeautifulSoup


def cut(body: bytes) -> Page | None:
    """The page by its telling tags alone; None on any doubt that they tell all."""
    target = cut_start_tag(body, b"data-target", _TARGET)
    if target is None or not _is_utf8(target):
        return None
    head = body[: body.find(b"</head")]
    og_url = cut_start_tag(head, b"og:url", _OG_URL)
    canonical = cut_start_tag(head, b"canonical", _CANONICAL)
    declared = (og_url or b"") + (canonical or b"") if og_url else head
    builder = LXMLTreeBuilder(multi_valued_attributes=None, huge_tree=True)
    page = _page(BeautifulSoup(declared + target, builder=builder, from_encoding="utf-8"))
    return page if page.props else None


def skim(body: bytes) -> Page:
    """The whole page, without what nobody asks for. Bytes that are no UTF-8 become U+FFFD.

    Raises:
        bs4.exceptions.ParserRejectedMarkup: nothing that could be HTML.
    """
    readable = body if _is_utf8(body) else body.decode("utf-8", errors="replace").encode()
    builder = SkimmingBuilder(multi_valued_attributes=None, huge_tree=True)
    return _page(BeautifulSoup(readable, builder=builder, from_encoding="utf-8"))


def attribute(tag: Tag, name: str) -> str:
    """An attribute's text, "" where there is none."""
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def _is_utf8(markup: bytes) -> bool:
    try:
        markup.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _page(soup: BeautifulSoup) -> Page:
    parts = soup.find_all(lambda tag: tag.has_attr("data-target"))
    props = (
        (attribute(part, "data-target"), attribute(part, "data-props"))
        for part in parts
        if attribute(part, "data-target") in (LIST_TARGET, PAPER_TARGET)
    )
    return Page(
        addresses=tuple(_declared(soup)),
        targets=tuple(attribute(part, "data-target") for part in parts),
        props=tuple((name, text) for name, text in props if text),
        soup=soup,
    )


def _declared(soup: BeautifulSoup) -> Iterator[str]:
    for tag in soup.find_all("meta"):
        if "og:url" in (attribute(tag, "property"), attribute(tag, "name")):
            yield attribute(tag, "content").strip()
    for tag in soup.find_all("link"):
        if "canonical" in attribute(tag, "rel").lower().split():
            yield attribute(tag, "href").strip()
