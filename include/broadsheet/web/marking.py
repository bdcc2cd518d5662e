"""The words of a text that a search looked for, found as the search itself compares words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from broadsheet.digest.text import clip
from broadsheet.warehouse.question import Item
from broadsheet.web.questions import ask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_WORD = re.compile(r"\w+(?:\+\+|#)?")
_BEFORE = 100
"""How many characters before its first word found an excerpt begins at most."""


class Part(NamedTuple):
    """A piece of a text, and whether it was looked for."""

    text: str
    found: bool


class _Term(NamedTuple):
    """One word as the search compares it, and which word of the text it comes from: 世界 is two terms."""

    folded: str
    stem: str
    word: int


class Marker:
    """Marks what ``items`` look for in ``texts``, which are read at once: no other text can be marked.

    ``con`` is a connection to the publication.
    """

    def __init__(self, con: "DuckDBPyConnection", items: Iterable[Item], texts: Iterable[str]) -> None:
        self._items = [item for item in items if item.words and not item.excluded and item.ignored is None]
        words = sorted({word for text in texts for word in _WORD.findall(text)}) if self._items else []
        self._terms: dict[str, list[tuple[str, str]]] = {
            row["word"]: list(zip(row["folded"], row["stems"], strict=True))
            for row in ask(con, "search/compared", words=words)
        }

    def parts(self, text: str, *fields: str) -> list[Part]:
        """All of ``text`` in pieces; what items of ``fields`` look for counts, by default of those without a name."""
        pieces, end = [], 0
        for word in self._found(text, fields):
            pieces += [Part(text[end : word.start()], False), Part(word[0], True)]
            end = word.end()
        pieces.append(Part(text[end:], False))
        return [piece for piece in pieces if piece.text]

    def excerpt(self, text: str, most: int) -> list[Part]:
        """About ``most`` characters of ``text`` around the first word found, else of its beginning."""
        start = self._start(text, most)
        return self.parts(("… " if start else "") + clip(text[start:], most))

    def finds(self, text: str, *fields: str) -> bool:
        """Whether ``text`` holds any of the words that `parts` would mark."""
        return next(self._found(text, fields), None) is not None

    def _start(self, text: str, most: int) -> int:
        word = next(self._found(text, ()), None)
        if word is None or word.start() < most - _BEFORE:
            return 0
        first = word.start()
        sentence = text.rfind(". ", first - _BEFORE, first)
        return sentence + 2 if sentence >= 0 else text.find(" ", first - _BEFORE) + 1

    def _found(self, text: str, fields: Sequence[str]) -> Iterator[re.Match[str]]:
        words = list(_WORD.finditer(text))
        terms = [
            _Term(folded, stem, place)
            for place, word in enumerate(words)
            for folded, stem in self._terms.get(word[0], ())
        ]
        found = {
            place
            for item in self._items
            if item.field in (fields or ("text",))
            for place in _places(item, terms)
        }
        return (words[place] for place in sorted(found))


def _places(item: Item, terms: Sequence[_Term]) -> Iterator[int]:
    """Which words of a text an item means: a phrase only where it stands whole, of an author's name each."""
    length = 1 if item.field == "author" else len(item.words)
    for start in range(len(terms) - length + 1):
        stretch = terms[start : start + length]
        if length == 1:
            meets = any(_meets(item, number, stretch[0]) for number in range(len(item.words)))
        else:
            meets = all(_meets(item, number, term) for number, term in enumerate(stretch))
        if meets:
            yield from (term.word for term in stretch)


def _meets(item: Item, number: int, term: _Term) -> bool:
    wanted = item.words[number]
    if item.prefix and number == len(item.words) - 1:
        return term.folded.startswith(wanted)
    return term.stem == wanted
