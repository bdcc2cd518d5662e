"""A page of the hub, read as little as its question needs.

`cut` looks at three tags; `skim` reads the whole page but builds only what a list page's parsers ask for.
Both give a `Page`, and both leave the HTML to BeautifulSoup.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag
from bs4.builder._lxml import LXMLTreeBuilder

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
    page = _page(_soup(declared + target, LXMLTreeBuilder(multi_valued_attributes=None)))
    return page if page.props else None


def skim(body: bytes) -> Page:
    """The whole page, without what nobody asks for.

    Raises:
        bs4.exceptions.ParserRejectedMarkup: nothing that could be HTML.
    """
    return _page(_soup(body, _SkimmingBuilder(multi_valued_attributes=None)))


def attribute(tag: Tag, name: str) -> str:
    """An attribute's text, "" where there is none."""
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def _soup(markup: bytes, builder: LXMLTreeBuilder) -> BeautifulSoup:
    return BeautifulSoup(markup, builder=builder, from_encoding="utf-8" if _is_utf8(markup) else None)


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


class _SkimmingBuilder(LXMLTreeBuilder):
    """Builds metas, links, hydrated parts, the heading and date, and the fields of cards; drops all else.

    The text of a dropped element goes to the nearest kept one, set off by line breaks; that of scripts, styles,
    drawings and dialogs is dropped too, and so are paragraphs: a card's paragraph is the AI summary where
    there is one, else the abstract, and nothing on the card tells which.
    """

    _ANYWHERE = frozenset({"meta", "link", "time", "h1", "title", "article"})
    _ON_CARDS = frozenset({"h3", "a", "li", "img"})
    _SILENCED = frozenset({"script", "style", "svg", "dialog", "template", "noscript"})
    _SPEAKING = frozenset({"time", "h1", "title", "article"})

    def initialize_soup(self, soup: BeautifulSoup) -> None:
        """Called by BeautifulSoup before every attempt."""
        super().initialize_soup(soup)
        self._into = soup
        self._silenced = self._speaking = self._cards = self._titles = 0
        self._built: list[bool] = []

    def start(self, tag: str | bytes, attrs: dict[str | bytes, str | bytes]) -> None:  # type: ignore[override]
        """Called by lxml at every start tag; without namespaces, which HTML does not have."""
        name = str(tag)
        if self._silenced or name in self._SILENCED or (self._cards and name == "p"):
            self._silenced += 1
            return
        built = (
            name in self._ANYWHERE or (self._cards > 0 and name in self._ON_CARDS) or "data-target" in attrs
        )
        self._built.append(built)
        if built:
            self._into.handle_starttag(name, None, None, {str(key): str(text) for key, text in attrs.items()})
        else:
            self._break_line()
        self._speaking += name in self._SPEAKING
        self._cards += name == "article"
        self._titles += name == "h3"

    def end(self, tag: str | bytes) -> None:
        """Called by lxml at every end of an element, also where the end tag was left out."""
        if self._silenced:
            self._silenced -= 1
            return
        name = str(tag)
        self._speaking -= name in self._SPEAKING
        self._cards -= name == "article"
        self._titles -= name == "h3"
        if self._built.pop():
            self._into.handle_endtag(name)
        else:
            self._break_line()

    def _break_line(self) -> None:
        # In a title nothing is set off: search results mark the words they found inside it.
        if self._speaking and not self._titles:
            self._into.handle_data("\n")

    def data(self, data: str | bytes) -> None:
        """Called by lxml with text, in pieces."""
        if self._speaking and not self._silenced:
            self._into.handle_data(str(data))

    def comment(self, text: str | bytes) -> None:
        """Called by lxml with a comment."""

    def doctype(self, name: str, pubid: str, system: str) -> None:
        """Called by lxml with the document type."""

    def pi(self, target: str, data: str) -> None:
        """Called by lxml with a processing instruction."""
