"""Finding terms in papers by an inverted index: from words to bit masks, a bit for each place a paper stands in."""

from collections.abc import Iterable, Iterator, Mapping

from broadsheet.digest.edition import Paper
from broadsheet.digest.folding import folded_words
from broadsheet.digest.lookup import Lookup
from broadsheet.digest.topics import Field, Term, Topics

Lines = Mapping[Field, str]
"""Of each field its texts, a line each: their folded words with a space before, between and behind."""


def lines_of(paper: Paper) -> Lines:
    """A paper's texts as terms are looked for in them. No phrase reaches over the end of a line."""
    plain = (paper.title, paper.abstract, paper.ai_summary, *paper.ai_keywords)
    return {
        Field.TEXT: _lines(plain),
        Field.AUTHOR: _lines(paper.authors),
        Field.ORGANIZATION: _lines((paper.organization,)),
        Field.KEYWORD: _lines(paper.ai_keywords),
    }


def _lines(texts: Iterable[str | None]) -> str:
    return "\n".join(f" {' '.join(folded_words(text))} " for text in texts if text)


REMEMBERED = 100_000
"""Of how many terms it is kept where they are found."""


class Index:
    """Papers, each standing in some places, and the places in which a term is found.

    Sets of places are bit masks: Python integers, so that any number of places is compared in one operation.
    """

    def __init__(self, papers: Iterable[tuple[Lines, int]]) -> None:
        """``papers`` are texts, each with the mask of its places."""
        self._papers = list(papers)
        self._words: dict[Field, dict[str, int]] = {field: {} for field in Field}
        self._followers = Lookup[tuple[Field, str], dict[str, int]](self._find_followers)
        self._everywhere = 0
        self.found = Lookup[Term, int](self._find)
        """The places in which a term is found."""
        for lines, places in self._papers:
            self._everywhere |= places
            for field, text in lines.items():
                words = self._words[field]
                for word in set(text.split()):
                    words[word] = words.get(word, 0) | places

    def on_topic(self, topics: Topics) -> int:
        """The places in which something wanted and nothing unwanted is found; all if nothing is wanted."""
        found, places = self.found, 0 if topics.includes else self._everywhere
        for term in topics.includes:
            places |= found[term]
        for term in topics.excludes:
            places &= ~found[term]
        return places

    def _find(self, term: Term) -> int:
        if len(self.found) >= REMEMBERED:
            self.found.clear()
        if len(term.words) == 1 and not term.prefix:
            return self._words[term.field].get(term.words[0], 0)
        if len(term.words) == 2 and not term.prefix and term.field is not Field.AUTHOR:
            first, second = term.words
            return self._followers[term.field, first].get(second, 0)
        return self._search(term)

    def _search(self, term: Term) -> int:
        words, candidates = self._words[term.field], self._everywhere
        for word in term.words[:-1] if term.prefix else term.words:
            candidates &= words.get(word, 0)
        places = 0
        for lines, mask in self._papers:
            if mask & candidates and _holds(term, lines[term.field]):
                places |= mask
        return places

    def _find_followers(self, begin: tuple[Field, str]) -> dict[str, int]:
        """The words that come right behind a word, each with the places in which it does."""
        field, word = begin
        candidates = self._words[field].get(word, 0)
        followers: dict[str, int] = {}
        for lines, mask in self._papers:
            if mask & candidates:
                for follower in _behind(word, lines[field]):
                    followers[follower] = followers.get(follower, 0) | mask
        return followers


def _behind(word: str, text: str) -> Iterator[str]:
    """What comes behind a word, up to the next space; at the end of a line that is no word."""
    padded = f" {word} "
    at = text.find(padded)
    while at >= 0:
        begin = at + len(padded)
        yield text[begin : text.find(" ", begin)]
        at = text.find(padded, begin - 1)


def _holds(term: Term, text: str) -> bool:
    if term.field is Field.AUTHOR:
        return any(_in_order(term, line.split()) for line in text.splitlines())
    return f" {' '.join(term.words)}{'' if term.prefix else ' '}" in text


def _in_order(term: Term, name: Iterable[str]) -> bool:
    """Whether all words of the term come in the name in order, others in between or not."""
    rest = iter(name)
    *others, last = term.words
    if not all(word in rest for word in others):
        return False
    return any(word.startswith(last) for word in rest) if term.prefix else last in rest
