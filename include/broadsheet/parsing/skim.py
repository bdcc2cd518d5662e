"""A builder for BeautifulSoup that makes only what the parsers of list pages ask for.

Making an element costs BeautifulSoup some ten microseconds, and an article of 2026 holds about eighty of them:
leaving out those that say nothing makes reading the cards several times faster.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

from bs4 import BeautifulSoup
from bs4.builder._lxml import LXMLTreeBuilder

_ANYWHERE = frozenset({"meta", "link", "time", "h1", "title", "article"})
_SPEAKING = frozenset({"time", "h1", "title", "article"})
_SILENT = frozenset({"script", "style", "svg", "dialog", "template", "noscript"})
_KEPT_ATTRIBUTES = ("href", "src", "data-target", "data-props", "property", "name", "content", "rel")
_DEEPEST = 100
"""Real pages are some twenty elements deep; what lies deeper is damage, and searching it would take for ever."""
_PLAIN_LINK = re.compile(r"(?:https?://[^/]+)?/papers/[^?#]*|https://arxiv\.org/.*")


class SkimmingBuilder(LXMLTreeBuilder):
    """Builds metas, links, hydrated parts, the heading, its date, and the telling elements of cards.

    The text of a left-out element goes to the nearest built one, set off by line breaks. The text of scripts,
    styles, drawings and dialogs is left out too, and so are a card's paragraphs: they hold the AI summary where
    there is one, else the abstract, and nothing on the card tells which. What a card shows twice is built once.
    """

    def parser_for(self, encoding: str | None) -> Any:
        """A parser of lxml that reports to a fresh skimmer; called by BeautifulSoup at every attempt."""
        soup = self.soup
        if soup is None:
            raise RuntimeError("a builder builds for a soup: hand it to BeautifulSoup")
        make_parser: Any = self.default_parser(encoding)
        return make_parser(target=_Skimmer(soup), recover=True, huge_tree=self.huge_tree, encoding=encoding)


class _Worth(Enum):
    """What is made of an element: all of it, only its text and what is in it, or nothing."""

    BUILT = "built"
    TEXT = "text"
    NOTHING = "nothing"


class _Skimmer:
    """What lxml reports to. It has no method for comments, of which a page holds thousands."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self._soup = soup
        self._silent = 0
        self._speaking = 0
        self._cards = 0
        self._titles = 0
        self._line_ended = False
        self._built: list[bool] = []
        self._link = ""
        self._shown: set[str] = set()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        worth = _Worth.NOTHING if self._silent else self._worth(name, attributes)
        if worth is _Worth.NOTHING:
            self._silent += 1
            return
        self._built.append(worth is _Worth.BUILT)
        if worth is _Worth.BUILT:
            kept = {key: attributes[key] for key in _KEPT_ATTRIBUTES if key in attributes}
            self._soup.handle_starttag(name, None, None, kept)
        else:
            self._line_ended = True
        if name in _SPEAKING:
            self._speaking += 1
            if name == "article":
                self._cards += 1
                self._shown.clear()
        elif name == "h3":
            self._titles += 1

    def _worth(self, name: str, attributes: Mapping[str, str]) -> _Worth:
        if name in _SILENT or len(self._built) == _DEEPEST or (self._cards and name == "p"):
            return _Worth.NOTHING
        if name in _ANYWHERE or "data-target" in attributes:
            return _Worth.BUILT
        if self._cards and name == "a":
            return self._worth_of_link(attributes.get("href", ""))
        if self._cards and name == "img":
            return self._worth_of_picture(attributes.get("src", ""), attributes.get("alt", ""))
        return _Worth.TEXT

    def _worth_of_link(self, address: str) -> _Worth:
        if not self._titles and _PLAIN_LINK.fullmatch(address):
            return _Worth.TEXT
        if address in self._shown:
            return _Worth.NOTHING
        self._link = address
        return _Worth.BUILT

    def _worth_of_picture(self, address: str, caption: str) -> _Worth:
        if "social-thumbnails" not in address:
            return _Worth.BUILT if caption else _Worth.TEXT
        if address in self._shown:
            return _Worth.NOTHING
        self._shown.add(address)
        return _Worth.BUILT

    def end(self, name: str) -> None:
        if self._silent:
            self._silent -= 1
            return
        if name in _SPEAKING:
            self._speaking -= 1
            self._cards -= name == "article"
        elif name == "h3":
            self._titles -= 1
        elif name == "a":
            self._link = ""
        if self._built.pop():
            self._soup.handle_endtag(name)
        else:
            self._line_ended = True

    def data(self, text: str) -> None:
        if self._speaking and not self._silent:
            # In a title nothing is set off: search results mark the words they found inside it.
            if self._line_ended and not self._titles:
                self._soup.handle_data("\n")
            self._line_ended = False
            self._soup.handle_data(text)
            # A link that shows a picture only may come again with words.
            if self._link and not text.isspace():
                self._shown.add(self._link)

    def close(self) -> None:
        """Nothing is left to do: BeautifulSoup closes what is open."""
