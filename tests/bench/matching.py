"""Matching topics: what each of 100,000 readers is told of 120 papers."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from harness.contest import contest
from harness.measurement import Measurement, below, faster

from broadsheet.digest.edition import Board, Paper, Past, Place, Window
from broadsheet.digest.folding import folded_words
from broadsheet.digest.lookup import Lookup
from broadsheet.digest.matching import lines_of
from broadsheet.digest.picking import Picker, Shelf
from broadsheet.digest.stock import Standing, Stock, take_stock
from broadsheet.digest.topics import read_topics
from broadsheet.digest.wishes import Wishes
from broadsheet.model import ListId, ListKind

READERS, PAPERS, SETS = 100_000, 120, 500
SAMPLE = 100
"""Readers whom the substring tests answer: their time is what so many of all readers take."""
Answer = Callable[[Stock, Sequence[Wishes]], list[int]]
"""A way to answer all readers: for each of them, or the first `SAMPLE`, a bit for each paper."""
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def made_up_words(rng: random.Random, count: int = 4_000) -> list[str]:
    """Words as English has them: a few very common ones, many rare ones."""
    syllables = [
        "ra",
        "to",
        "mi",
        "den",
        "sol",
        "ka",
        "ver",
        "ne",
        "lo",
        "pha",
        "gri",
        "us",
        "in",
        "or",
        "te",
    ]
    return list({"".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(2 * count)})[:count]


def text(rng: random.Random, words: Sequence[str], length: int) -> str:
    return " ".join(words[min(int(rng.paretovariate(0.35)) - 1, len(words) - 1)] for _ in range(length))


def papers(rng: random.Random, words: Sequence[str]) -> list[Paper]:
    """Papers with an abstract of about 180 words each."""
    return [
        Paper(
            paper_id=f"2611.{number:05}",
            title=text(rng, words, 9).title(),
            abstract=text(rng, words, 180),
            ai_summary=text(rng, words, 40),
            ai_keywords=tuple(text(rng, words, 2) for _ in range(8)),
        )
        for number in range(PAPERS)
    ]


def first_look(found: Sequence[Paper]) -> Stock:
    """The stock of a list with these papers, told for the first time."""
    places = tuple(Place(paper.paper_id, rank, rank) for rank, paper in enumerate(found, 1))
    window = Window(
        source="trending",
        since=None,
        until=NOON,
        board=Board(ListId(ListKind.TRENDING), 1, NOON, truncated=False, places=places),
        baseline=None,
        pasts={paper.paper_id: Past(1) for paper in found},
        papers={paper.paper_id: paper for paper in found},
        detail_news={},
    )
    now = {paper.paper_id: Standing(paper, rank) for rank, paper in enumerate(found, 1)}
    return take_stock(window, now, {}, "https://hub.example")


def keyword_sets(
    rng: random.Random, words: Sequence[str], found: Sequence[Paper], count: int
) -> list[Wishes]:
    """Sets of one to eight terms, common words or phrases that some paper has among its keywords."""
    known = [*words[: len(words) // 4], *(keyword for paper in found for keyword in paper.ai_keywords)]
    return [Wishes(read_topics(", ".join(rng.choices(known, k=rng.randint(1, 8))))) for _ in range(count)]


def topic_sets(rng: random.Random, words: Sequence[str], count: int) -> list[Wishes]:
    """Sets of five to ten terms, every third a phrase of any two words, one or two of them excluded."""
    common = words[: len(words) // 4]

    def terms(number: int) -> str:
        found = [" ".join(rng.choices(common, k=1 + (turn % 3 == 2))) for turn in range(5 + number % 6)]
        return ", ".join([*found, *(f"-{rng.choice(words)}" for _ in range(1 + number % 2))])

    return [Wishes(read_topics(terms(number))) for number in range(count)]


def chosen(stock: Stock, readers: Sequence[Wishes]) -> list[int]:
    """Which papers each is told of, as bits; ours, from the finished stock on."""
    choose = Shelf(stock, Lookup(lines_of)).choose
    return [choose(wishes) for wishes in readers]


def picked(stock: Stock, readers: Sequence[Wishes]) -> list[int]:
    """The same with places and reasons spelled out, and equal wishes remembered."""
    pick = Picker([stock]).pick
    which = (0,)
    picks = [pick(which, wishes) for wishes in readers]
    return [_mask(each.positions[0]) for each in picks[:SAMPLE]]


class Substrings:
    """A test of each term in each paper's text for each reader; texts and terms are folded beforehand."""

    def __init__(self, found: Sequence[Paper], readers: Sequence[Wishes]) -> None:
        self._texts = ["\n".join(map(_padded, fields(paper))) for paper in found]
        self._wanted = [[_padded(term.text) for term in wishes.topics.includes] for wishes in readers]
        self._unwanted = [[_padded(term.text) for term in wishes.topics.excludes] for wishes in readers]

    def __call__(self) -> list[int]:
        return [
            _mask(
                at
                for at, body in enumerate(self._texts)
                if any(term in body for term in wanted) and not any(term in body for term in unwanted)
            )
            for wanted, unwanted in zip(self._wanted, self._unwanted, strict=True)
        ]


def _mask(places: Iterable[int]) -> int:
    return sum(1 << place for place in places)


def fields(paper: Paper) -> list[str]:
    return [paper.title or "", paper.abstract or "", paper.ai_summary or "", *paper.ai_keywords]


def _padded(field: str) -> str:
    return f" {' '.join(folded_words(field))} "


def measure(
    title: str, found: Sequence[Paper], readers: Sequence[Wishes], ours: Mapping[str, Answer]
) -> Measurement:
    """What all readers take; what they take by substring tests is told from a sample of them."""
    stock = first_look(found)
    tests = Substrings(found, readers[:SAMPLE])
    *ways, others = contest(
        {name: partial(_sample, way, stock, readers) for name, way in ours.items()}
        | {f"substring tests (from {SAMPLE} readers)": tests}
    )
    return Measurement(
        number=9,
        title=f"{len(readers):,} readers' topics against {PAPERS} papers, {title}",
        contenders=[*ways, others.times(len(readers) / SAMPLE)],
        goals=[faster(500, others.name), below(0.1)] if len(readers) == READERS else [],
    )


def _sample(way: Answer, stock: Stock, readers: Sequence[Wishes]) -> list[int]:
    return way(stock, readers)[:SAMPLE]


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """How long it takes with 500 sets of topics, with each reader's own, and with phrases that nobody shares."""
    rng = random.Random(20261120)
    words = made_up_words(rng)
    found = papers(rng, words)
    masks, spelled_out = {"Broadsheet, bit masks": chosen}, {"Broadsheet, places and reasons": picked}
    shared = rng.choices(topic_sets(rng, words, SETS), k=READERS)
    yield measure(f"{SETS} sets of topics", found, shared, spelled_out)
    yield measure("each reader's own 1 to 8 keywords", found, keyword_sets(rng, words, found, READERS), masks)
    own = topic_sets(rng, words, READERS // 10)
    yield measure("own phrases and exclusions", found, own, masks | spelled_out)
