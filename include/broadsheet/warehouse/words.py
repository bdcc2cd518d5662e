"""The words of one publication in memory, as far as they were asked for: what a reader that stays answers from.

Papers have numbers from 0 here, in the order of their documents. What a word stands in is read once and kept, up to
``MOST_BYTES``; what was asked for longest ago goes first.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from broadsheet.warehouse.queries import query

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Integers = NDArray[np.integer]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_BYTES = 64 << 20
"""Memory for the words of a publication."""
K1, B = 1.2, 0.75
"""The constants of BM25: how soon a second time adds less, and how much less a word says in a long text."""


class Corpus(NamedTuple):
    """All papers. ``damping`` is what BM25 makes of a paper's length, ``written`` microseconds since 1970 in UTC,
    ``turns`` a paper's place among papers of equal score."""

    documents: Integers
    damping: Floats
    written: Integers
    turns: Integers


class Standing(NamedTuple):
    """The papers in which a word stands, ascending; how much it weighs in each, and in which parts it is: bits as in
    the table ``postings``."""

    papers: Integers
    weights: Integers
    places: Integers


Kept = TypeVar("Kept", Standing, Integers)
Term = tuple[str, str]
"""A word as the index keeps it: its field, and the word."""


class Words:
    """The words of the publication that all connections given are to. For many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._corpus: Corpus | None = None
        self._standings: LRUCache[Term, Standing] = LRUCache(MOST_BYTES / 2, _bytes)
        self._positions: LRUCache[Term, Integers] = LRUCache(MOST_BYTES / 2, _bytes)

    def corpus(self, con: "DuckDBPyConnection") -> Corpus:
        """All papers that search knows."""
        with self._lock:
            if self._corpus is None:
                self._corpus = _read_corpus(con)
            return self._corpus

    def standing(self, con: "DuckDBPyConnection", term: Term) -> Standing:
        """Where a word stands."""
        return self._once(self._standings, term, lambda: self._read_standing(con, term))

    def positions(self, con: "DuckDBPyConnection", term: Term) -> Integers:
        """Each place where a word stands, ascending: the paper's number × 2³² + the position in ``postings``."""
        return self._once(self._positions, term, lambda: self._read_positions(con, term))

    @property
    def nbytes(self) -> int:
        """The memory of the words kept."""
        return int(self._standings.currsize + self._positions.currsize)

    def _once(self, kept: "LRUCache[Term, Kept]", term: Term, read: Callable[[], Kept]) -> Kept:
        with self._lock:
            found = kept.get(term)
        if found is None:
            found = read()
            if _bytes(found) <= kept.maxsize:
                with self._lock:
                    kept[term] = found
        return found

    def _read_standing(self, con: "DuckDBPyConnection", term: Term) -> Standing:
        found = _arrays(con, "search/standing", field=term[0], term=term[1])
        papers, alive = self._papers(con, found["document"])
        return _in_order(Standing(papers, found["weight"][alive], found["places"][alive]))

    def _read_positions(self, con: "DuckDBPyConnection", term: Term) -> Integers:
        found = _arrays(con, "search/positions", field=term[0], term=term[1])
        papers, alive = self._papers(con, found["document"])
        return np.sort((papers.astype(np.int64) << 32) + found["position"][alive])

    def _papers(self, con: "DuckDBPyConnection", documents: Integers) -> tuple[Integers, Flags]:
        """The numbers of the papers that documents are of, and which of the documents still are one."""
        known = self.corpus(con).documents
        at, alive = find(known, documents)
        return at[alive].astype(np.int32), alive


def find(known: Integers, sought: Integers) -> tuple[Integers, Flags]:
    """Where each of ``sought`` is in ``known``, which ascends; and whether it is there at all."""
    if not len(known):
        return np.zeros(len(sought), np.int64), np.zeros(len(sought), np.bool_)
    at = np.minimum(np.searchsorted(known, sought), len(known) - 1)
    return at, known[at] == sought


def _read_corpus(con: "DuckDBPyConnection") -> Corpus:
    found = _arrays(con, "search/documents")
    lengths = found["length"].astype(np.float64)
    mean = lengths.mean() if lengths.any() else 1.0
    return Corpus(found["document"], K1 * (1 - B + B * lengths / mean), found["written"], found["turn"])


def _in_order(standing: Standing) -> Standing:
    order = np.argsort(standing.papers)
    return Standing(standing.papers[order], standing.weights[order], standing.places[order])


def _arrays(con: "DuckDBPyConnection", name: str, **parameters: str) -> dict[str, Integers]:
    """The answer of a query file, a column of whole numbers an array."""
    columns = con.execute(query(name), parameters).fetchnumpy()
    return {column: np.asarray(values) for column, values in columns.items()}


def _bytes(kept: Standing | Integers) -> int:
    """The memory of arrays."""
    return sum(array.nbytes for array in kept) if isinstance(kept, Standing) else kept.nbytes
