"""A builder for BeautifulSoup that makes only what the parsers of list pages ask for.

Making an element costs BeautifulSoup some ten microseconds, and an article of 2026 holds about eighty of them:
leaving out those that say nothing makes reading the cards several times faster.
"""

import re
from collections.abc import Mapping
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
    there is one, else the abstract, and nothing on the card tells which.
    """

    def parser_for(self, encoding: str | None) -> Any:
        """A parser of lxml that reports to a fresh skimmer; called by BeautifulSoup at every attempt."""
        soup = self.soup
        if soup is None:
            raise RuntimeError("a builder builds for a soup: hand it to BeautifulSoup")
        make_parser: Any = self.default_parser(encoding)
        return make_parser(target=_Skimmer(soup), recover=True, huge_tree=self.huge_tree, encoding=encoding)


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

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._silent or name in _SILENT or (self._cards and name == "p") or len(self._built) == _DEEPEST:
            self._silent += 1
            return
        built = (
            name in _ANYWHERE
            or "data-target" in attributes
            or (self._cards > 0 and self._tells(name, attributes))
        )
        self._built.append(built)
        if built:
            kept = {key: attributes[key] for key in _KEPT_ATTRIBUTES if key in attributes}
            self._soup.handle_starttag(name, None, None, kept)
        else:
            self._line_ended = True
        if name in _SPEAKING:
            self._speaking += 1
            self._cards += name == "article"
        self._titles += name == "h3"

    def _tells(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Whether an element of a card says more than its text does."""
        if name == "a":
            return self._titles > 0 or _PLAIN_LINK.fullmatch(attributes.get("href", "")) is None
        if name == "img":
            return "social-thumbnails" in attributes.get("src", "") or bool(attributes.get("alt"))
        return name == "h3"

    def end(self, name: str) -> None:
        if self._silent:
            self._silent -= 1
            return
        if name in _SPEAKING:
            self._speaking -= 1
            self._cards -= name == "article"
        self._titles -= name == "h3"
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

    def close(self) -> None:
        """Nothing is left to do: BeautifulSoup closes what is open."""
