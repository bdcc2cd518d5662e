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
from broadsheet.parsing.tags import StartTag, first_start_tag, only_start_tag, unescaped

LIST_TARGET = "DailyPapers"
PAPER_TARGET = "PaperContent"

_TARGET = re.compile(rb"""data-target\s*=\s*(["']?)(?:DailyPapers|PaperContent)\1[\s/>]""")
_OG_URL = re.compile(rb"og:url")
_CANONICAL = re.compile(rb"canonical")
_STAND_IN = "the-longest-value"


class Page(NamedTuple):
    """What a page says of itself.

    ``addresses`` are those it declares as its own (og:url, then the canonical link). ``targets`` are the
    names of all its hydrated parts, ``props`` the JSON texts of those that hold papers, each with its name;
    one in bytes is not yet proven to be UTF-8.
    """

    addresses: tuple[str, ...]
    targets: tuple[str, ...]
    props: tuple[tuple[str, str | bytes], ...]
    soup: BeautifulSoup


def cut(body: bytes) -> Page | None:
    """The page by its telling tags alone; None on any doubt that they tell all."""
    target = first_start_tag(body, b"data-target", _TARGET)
    if target is None:
        return None
    declared = _declarations(body[: body.find(b"</head")])
    return _parsed_around(declared, target) or _parsed(declared + target.markup)


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


def _declarations(head: bytes) -> bytes:
    """The tags of a head that declare the page's address; all of it where that is in doubt."""
    og_url = only_start_tag(head, b"og:url", _OG_URL)
    canonical = only_start_tag(head, b"canonical", _CANONICAL)
    return b"".join(tag.markup for tag in (og_url, canonical) if tag is not None) if og_url else head


def _parsed_around(declared: bytes, target: StartTag) -> Page | None:
    """The page, its longest value handed around the parser; None where that is not a JSON easily unescaped.

    libxml2 takes longer over that one value than everything else does together.
    """
    text = unescaped(target.longest)
    if not text:
        return None
    page = _parsed(declared + target.filled(_STAND_IN.encode()))
    if page is None or all(props != _STAND_IN for _, props in page.props):
        return None
    return page._replace(
        props=tuple((name, text if props == _STAND_IN else props) for name, props in page.props)
    )


def _parsed(markup: bytes) -> Page | None:
    if not _is_utf8(markup):
        return None
    builder = LXMLTreeBuilder(multi_valued_attributes=None, huge_tree=True)
    page = _page(BeautifulSoup(markup, builder=builder, from_encoding="utf-8"))
    return page if page.props else None


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
