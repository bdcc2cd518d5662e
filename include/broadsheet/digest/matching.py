"""Finding terms in papers by an inverted index: from words to bit masks, a bit for each place a paper stands in."""

from collections.abc import Iterable, Mapping

from broadsheet.digest.edition import Paper
from broadsheet.digest.folding import folded_words
from broadsheet.digest.topics import Field, Term

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


class Index:
    """Papers, each standing in some places, and the places in which a term is found.

    Sets of places are bit masks: Python integers, so that any number of places is compared in one operation.
    """

    def __init__(self, papers: Iterable[tuple[Lines, int]]) -> None:
        """``papers`` are texts, each with the mask of its places."""
        self._papers = list(papers)
        self._words: dict[tuple[Field, str], int] = {}
        self._found: dict[Term, int] = {}
        self._everywhere = 0
        for lines, places in self._papers:
            self._everywhere |= places
            for field, text in lines.items():
                for word in set(text.split()):
                    self._words[field, word] = self._words.get((field, word), 0) | places

    def find(self, term: Term) -> int:
        """The places in which ``term`` is found."""
        if term not in self._found:
            self._found[term] = self._find(term)
        return self._found[term]

    def find_any(self, terms: Iterable[Term]) -> int:
        """The places in which one of ``terms`` is found."""
        places = 0
        for term in terms:
            places |= self.find(term)
        return places

    def _find(self, term: Term) -> int:
        candidates = self._everywhere
        whole = term.words[:-1] if term.prefix else term.words
        for word in whole:
            candidates &= self._words.get((term.field, word), 0)
        if not candidates or (len(term.words) == 1 and not term.prefix):
            return candidates
        places = 0
        for lines, mask in self._papers:
            if mask & candidates and _holds(term, lines[term.field]):
                places |= mask
        return places


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
