"""Sixty scripted days of one made-up list: what stands on it, what its answer shows, and so what is news.

Everything that watches the list is asked once a day. What it reports is later held against `Day.news`: who came and
who left, whatever the answer of that day showed.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import msgspec

from broadsheet.sample.papers import Paper
from broadsheet.sample.world import World

DAYS = 60
FIRST = datetime(2026, 9, 1, 6, tzinfo=UTC)
"""When the list is asked on the first day; on the others at the same hour."""
LENGTH = 48
"""How many papers stand on the list at first."""
AGE_OF_STALE = timedelta(days=2)
WORLD = World(seed=5)
LEAD = 40
"""The papers are those of so many days before the first."""


class Event(StrEnum):
    """What happens on a day, besides votes that grow."""

    QUIET = "quiet"
    NEWCOMER = "newcomer"
    REORDERED = "re-ordered"
    DROPPED = "dropped"
    COME_BACK = "come back"
    EMPTY = "empty page"
    PARTIAL = "partial page"
    UNAVAILABLE = "503"
    STALE = "stale copy"
    LAYOUT = "layout changed"
    RERUN = "run again"
    KILLED = "killed"


class Form(StrEnum):
    """What is wrong with the answer of a day."""

    SOUND = "sound"
    EMPTY = "empty"
    PARTIAL = "partial"
    UNAVAILABLE = "unavailable"
    STALE = "stale"
    LAYOUT = "layout"


class Kind(StrEnum):
    """What may be news of a paper: it came (for the first time, or back), or it left."""

    CAME = "came"
    LEFT = "left"


class News(NamedTuple):
    """One true change, or one that somebody claims."""

    kind: Kind
    paper: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one day does to the list, to its answer and to whoever asks for it.

    ``enter``, ``leave`` and ``back`` count papers; ``back`` brings those that left first. ``share`` of the list is
    shown. ``runs``: how often the day's whole run is made. ``killed_at``: the first run gets SIGKILL when it begins
    its so manieth mail, and the second is to mend it.
    """

    event: Event
    form: Form = Form.SOUND
    enter: int = 0
    leave: int = 0
    back: int = 0
    shuffled: bool = False
    share: float = 1.0
    runs: int = 1
    killed_at: int | None = None


SCRIPT: dict[int, Step] = {
    3: Step(event=Event.NEWCOMER, enter=1),
    5: Step(event=Event.NEWCOMER, enter=2),
    7: Step(event=Event.REORDERED, shuffled=True),
    8: Step(event=Event.REORDERED, shuffled=True),
    9: Step(event=Event.REORDERED, shuffled=True),
    11: Step(event=Event.DROPPED, leave=1),
    13: Step(event=Event.DROPPED, leave=2),
    18: Step(event=Event.COME_BACK, back=1),
    20: Step(event=Event.COME_BACK, back=2),
    22: Step(event=Event.EMPTY, form=Form.EMPTY),
    23: Step(event=Event.EMPTY, form=Form.EMPTY, enter=1),
    24: Step(event=Event.EMPTY),
    27: Step(event=Event.PARTIAL, form=Form.PARTIAL, share=0.4, enter=1),
    28: Step(event=Event.PARTIAL),
    29: Step(event=Event.PARTIAL, form=Form.PARTIAL, share=0.02, enter=1),
    30: Step(event=Event.PARTIAL),
    33: Step(event=Event.UNAVAILABLE, form=Form.UNAVAILABLE),
    34: Step(event=Event.UNAVAILABLE, form=Form.UNAVAILABLE, enter=1),
    35: Step(event=Event.UNAVAILABLE, form=Form.UNAVAILABLE),
    36: Step(event=Event.UNAVAILABLE),
    39: Step(event=Event.STALE, enter=2),
    40: Step(event=Event.STALE, form=Form.STALE),
    41: Step(event=Event.STALE, form=Form.STALE, enter=1),
    42: Step(event=Event.STALE),
    45: Step(event=Event.LAYOUT, form=Form.LAYOUT),
    46: Step(event=Event.LAYOUT, form=Form.LAYOUT, enter=1),
    47: Step(event=Event.LAYOUT, form=Form.LAYOUT),
    48: Step(event=Event.LAYOUT),
    51: Step(event=Event.RERUN, enter=2, runs=3),
    52: Step(event=Event.RERUN, runs=2),
    55: Step(event=Event.KILLED, enter=3, runs=2, killed_at=1),
    56: Step(event=Event.KILLED),
    57: Step(event=Event.KILLED, enter=3, runs=2, killed_at=2),
    58: Step(event=Event.KILLED),
}
"""The days, counted from 0, on which something happens."""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day: ``board`` holds the ids that stand on the list in order, ``shown`` those in the answer."""

    number: int
    step: Step
    board: tuple[str, ...]
    shown: tuple[str, ...]
    news: frozenset[News]

    @property
    def at(self) -> datetime:
        """When the list is asked."""
        return FIRST + timedelta(days=self.number)

    @property
    def shown_at(self) -> datetime:
        """As of when the answer is."""
        return self.at - AGE_OF_STALE if self.step.form is Form.STALE else self.at


@cache
def history() -> tuple[Day, ...]:
    """All days."""
    return tuple(_days())


@cache
def papers() -> dict[str, Paper]:
    """Every paper that may come on the list, by its id: no two of a title, none whose title changes."""
    found: dict[str, Paper] = {}
    for back in range(LEAD, 0, -1):
        for paper in WORLD.listed_on((FIRST - timedelta(days=back)).date()):
            if paper.revision is None and paper.withdrawn_at is None and _is_plain(paper.title):
                found[paper.title] = paper
    return {paper.id: paper for paper in found.values()}


def _is_plain(title: str) -> bool:
    """Letters only: how markup in titles is taken is another question."""
    return title.isascii() and not set(title) & set("<>&$\\\"'\n") and title == " ".join(title.split())


def _days() -> Iterator[Day]:
    ids = list(papers())
    chance = random.Random(60)
    board, unused, gone = ids[:LENGTH], ids[LENGTH:], list[str]()
    boards: list[tuple[str, ...]] = []
    for number in range(DAYS):
        step = SCRIPT.get(number, Step(event=Event.QUIET))
        before = frozenset(board)
        for _ in range(step.leave):
            gone.append(board.pop(chance.randrange(len(board))))
        arriving = [gone.pop(0) for _ in range(step.back)] + [unused.pop(0) for _ in range(step.enter)]
        for paper in arriving:
            board.insert(chance.randrange(len(board)), paper)
        if step.shuffled:
            chance.shuffle(board)
        boards.append(tuple(board))
        yield Day(
            number=number, step=step, board=boards[-1], shown=_shown(step, boards), news=_news(before, board)
        )


def _shown(step: Step, boards: list[tuple[str, ...]]) -> tuple[str, ...]:
    match step.form:
        case Form.EMPTY | Form.UNAVAILABLE:
            return ()
        case Form.PARTIAL:
            return boards[-1][: max(1, int(len(boards[-1]) * step.share))]
        case Form.STALE:
            return boards[-1 - AGE_OF_STALE.days]
        case Form.SOUND | Form.LAYOUT:
            return boards[-1]


def _news(before: frozenset[str], board: list[str]) -> frozenset[News]:
    came = (News(Kind.CAME, paper) for paper in board if paper not in before)
    left = (News(Kind.LEFT, paper) for paper in before - set(board))
    return frozenset((*came, *left))
