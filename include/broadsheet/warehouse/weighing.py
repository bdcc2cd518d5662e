"""Which papers a question finds and in which order, counted from the words in memory: the rows of the macro
``search_papers``, which tells the same in SQL."""

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from broadsheet.warehouse.question import DATES, Item
from broadsheet.warehouse.rows import fetch
from broadsheet.warehouse.spelling import stem
from broadsheet.warehouse.words import K1, Floats, Integers, Standing, Term, Words, find

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PLACES = ("title", "abstract", "AI summary", "AI keywords")
_DECIMALS = 10_000
"""Scores are told, and compared, to four digits."""


class Best(NamedTuple):
    """The papers of a page in order: their documents, their scores, and of each word where it stands; and how many
    papers are found in all."""

    total: int
    documents: list[int]
    scores: list[float]
    matched: list[tuple[str, ...]]


class _Word(NamedTuple):
    """A word of the question, and the words of the index that it stands for."""

    shown: str
    terms: tuple[Term, ...]
    scored: bool


class _Sought(NamedTuple):
    item: Item
    words: list[_Word]


class Weigher:
    """Answers one question."""

    def __init__(self, con: "DuckDBPyConnection", words: Words, items: Sequence[Item]) -> None:
        self._con = con
        self._words = words
        self._corpus = words.corpus(con)
        used = [item for item in items if item.ignored is None]
        self._dates = [item for item in used if item.field in DATES]
        self._sought = [_Sought(item, list(self._looked_for(item))) for item in used]
        self._wanted = any(not item.excluded for item in used)

    @property
    def terms(self) -> int:
        """How many words of the index are to be read, unless they are known."""
        return len({term for sought in self._sought for word in sought.words for term in word.terms})

    def best(self, limit: int, offset: int) -> Best:
        """``limit`` papers behind the first ``offset``."""
        papers = self._found() if self._wanted else np.zeros(0, np.int64)
        scores = np.floor(self._scores(papers) * _DECIMALS + 0.5)
        # The best first; of equals the newest, then the one with the smaller id.
        ranks = self._corpus.turns[papers] - (scores.astype(np.int64) << 32)
        page = _smallest(ranks, offset + limit)[offset:]
        return Best(
            total=len(papers),
            documents=self._corpus.documents[papers[page]].tolist(),
            scores=(scores[page] / _DECIMALS).tolist(),
            matched=list(self._matched(papers[page])),
        )

    def _looked_for(self, item: Item) -> Iterator[_Word]:
        scored = item.field == "text" and not item.excluded
        for number, word in enumerate(item.words, 1):
            if item.prefix and number == len(item.words):
                singular = stem(word) if item.field in ("text", "keyword") else word
                known = fetch(
                    self._con, "search/beginnings", field=item.field, beginning=word, singular=singular
                )
                yield _Word(f"{word}*", tuple((item.field, row[0]) for row in known), scored)
            else:
                yield _Word(word, ((item.field, word),), scored)

    def _found(self) -> Integers:
        papers = self._holding()
        for sought in self._sought:
            if len(papers) and sought.item.excluded and len(sought.words) == 1:
                papers = _without(papers, self._standing_of(sought.words[0]))
        for item in self._dates:
            first, behind = _span(item)
            written = self._corpus.written[papers]
            papers = papers[written >= first if item.field == "since" else written < behind]
        for sought in self._sought:
            if len(papers) and len(sought.words) > 1:
                chained = self._chained(sought)
                papers = _without(papers, chained) if sought.item.excluded else _within(papers, chained)
        return papers

    def _holding(self) -> Integers:
        """The papers in which each word that is wanted stands."""
        words = [word for sought in self._sought if not sought.item.excluded for word in sought.words]
        if not words:
            return np.arange(len(self._corpus.documents))
        return reduce(_within, sorted((self._standing_of(word) for word in words), key=len))

    def _standing_of(self, word: _Word) -> Integers:
        """The papers in which any of the words stands that ``word`` means, ascending."""
        each = [self._words.standing(self._con, term).papers for term in word.terms]
        return _merged(each)

    def _scores(self, papers: Integers) -> Floats:
        """The BM25 of each paper: the formula of docs/search.md."""
        scores = np.zeros(len(papers))
        damping = self._corpus.damping[papers]
        total = len(self._corpus.documents)
        scored = (word for sought in self._sought for word in sought.words if word.scored)
        for term in sorted({term for word in scored for term in word.terms}):
            standing = self._words.standing(self._con, term)
            holding = len(standing.papers)
            rarity = np.log(1 + (total - holding + 0.5) / (holding + 0.5))
            weights = _told(standing.weights, standing, papers)
            scores += rarity * (K1 + 1) * weights / (weights + damping)
        return scores

    def _matched(self, papers: Integers) -> Iterator[tuple[str, ...]]:
        words = [word for sought in self._sought for word in sought.words if word.scored]
        places = [self._places(word, papers) for word in words]
        for number in range(len(papers)):
            yield tuple(
                f"{word.shown}: {_named(int(found[number]))}"
                for word, found in zip(words, places, strict=True)
            )

    def _places(self, word: _Word, papers: Integers) -> Integers:
        found = np.zeros(len(papers), np.int64)
        for term in word.terms:
            standing = self._words.standing(self._con, term)
            found |= _told(standing.places, standing, papers)
        return found

    def _chained(self, sought: _Sought) -> Integers:
        """The papers in which the words of a phrase stand one behind the other, of an author's name in order."""
        follow = _later if sought.item.field == "author" else _next
        return np.unique(reduce(follow, (self._positions(word) for word in sought.words)) >> 32)

    def _positions(self, word: _Word) -> Integers:
        return _merged([self._words.positions(self._con, term) for term in word.terms])


def _merged(each: Sequence[Integers]) -> Integers:
    if len(each) == 1:
        return each[0]
    return np.unique(np.concatenate([np.zeros(0, np.int64), *each]))


def _within(some: Integers, others: Integers) -> Integers:
    """Those of ``some`` that are among ``others``; both ascend."""
    return some[find(others, some)[1]]


def _without(some: Integers, others: Integers) -> Integers:
    """Those of ``some`` that are not among ``others``; both ascend."""
    return some[~find(others, some)[1]]


def _told(values: Integers, standing: Standing, papers: Integers) -> Integers:
    """What ``values`` tell of each of ``papers``: 0 where the word does not stand."""
    at, held = find(standing.papers, papers)
    return np.where(held, values[at], 0) if len(values) else np.zeros(len(papers), np.int64)


def _next(before: Integers, after: Integers) -> Integers:
    """The positions of ``after`` right behind one of ``before``."""
    return after[find(before, after - 1)[1]]


def _later(before: Integers, after: Integers) -> Integers:
    """The positions of ``after`` behind one of ``before`` in the same line, which is a name."""
    lines, first = np.unique(before >> 16, return_index=True)
    at, held = find(lines, after >> 16)
    return after[held][before[first][at[held]] < after[held]] if len(before) else before


def _smallest(ranks: Integers, count: int) -> Integers:
    """Where the ``count`` smallest are, in order."""
    if count < len(ranks):
        smallest = np.argpartition(ranks, count)[:count]
        return smallest[np.argsort(ranks[smallest])]
    return np.argsort(ranks)


def _span(item: Item) -> tuple[np.int64, np.int64]:
    """The first microsecond of a year, month or day, and the first one behind it."""
    moment = np.datetime64(item.sought)
    first, behind = np.array([moment, moment + 1], "datetime64[us]").astype(np.int64)
    return first, behind


def _named(places: int) -> str:
    return ", ".join(name for bit, name in enumerate(_PLACES) if places >> bit & 1)
