"""The made-up hub's contents at any moment: boards, daily lists, counts.

Everything is a function of the seed and the moment. Counts move on the hour, the trending board every six
hours, and on weekends the board keeps its papers and only re-orders them.
"""

import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import exp

from broadsheet.sample.papers import (
    CLASSIC_SLOT,
    MAX_LAG_DAYS,
    Paper,
    classic_paper,
    daily_papers,
    published_day,
)

TRENDING_PAPERS = 50
BOARD_HOURS = 6
POOL_DAYS = 45
"""How many days back a daily list can still feed the trending board."""
CLASSIC_MONTHS = 30
FIRST_DAY = date(2023, 5, 4)
"""The first day with a daily list."""
WOBBLE = 0.12
SECOND_WIND_SHARE = 0.9
VOTE_DAYS = 3.0
"""After so many days a paper has two thirds of its votes."""


class World:
    """One made-up history of the hub, kept small by caching whole days."""

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed
        self.listed_on = lru_cache(maxsize=400)(self._listed_on)
        self._classic = lru_cache(maxsize=100)(self._make_classic)
        self._board = lru_cache(maxsize=64)(self._make_board)

    def at(self, moment: datetime) -> "State":
        """The hub as it stood at ``moment`` (aware).

        Raises:
            ValueError: before the first daily list.
        """
        hour = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        if hour.date() < FIRST_DAY:
            raise ValueError(f"the sample hub's history begins on {FIRST_DAY}, after {moment.isoformat()}")
        return State(self, hour)

    def _listed_on(self, day: date) -> tuple[Paper, ...]:
        return daily_papers(self.seed, day) if day >= FIRST_DAY else ()

    def _make_classic(self, year: int, month: int) -> Paper:
        return classic_paper(self.seed, year, month)

    def pool(self, moment: datetime, days: int = POOL_DAYS) -> list[Paper]:
        """The papers that the hub knows at ``moment`` from the last ``days`` days, and the classics."""
        today = moment.date()
        recent = (p for back in range(days) for p in self.listed_on(today - timedelta(days=back)))
        months = (divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(CLASSIC_MONTHS))
        classics = (self._classic(year, month + 1) for year, month in months)
        return [paper for paper in (*recent, *classics) if is_listed(paper, moment)]

    def trending(self, moment: datetime) -> tuple[Paper, ...]:
        """The trending board: 50 papers, hottest first."""
        return self._board(moment.replace(hour=moment.hour - moment.hour % BOARD_HOURS))

    def _make_board(self, slot: datetime) -> tuple[Paper, ...]:
        clock = working_days(slot)
        pool = self.pool(slot)
        heat = {paper.id: _heat(paper, clock) for paper in pool}
        members = sorted(pool, key=lambda p: (-heat[p.id], p.id))[:TRENDING_PAPERS]
        return tuple(sorted(members, key=lambda p: (-heat[p.id] * _wobble(p.id, slot.isoformat()), p.id)))

    def find(self, paper_id: str) -> Paper | None:
        """The paper of that id, whether the hub knows it yet or not."""
        place = published_day(paper_id)
        if place is None:
            return None
        published, slot = place
        if slot == CLASSIC_SLOT:
            papers: Iterable[Paper] = (self._classic(published.year, published.month),)
        else:
            days = (published + timedelta(days=lag) for lag in range(1, MAX_LAG_DAYS + 1))
            papers = (paper for day in days for paper in self.listed_on(day))
        return next((paper for paper in papers if paper.id == paper_id), None)


class State:
    """The hub at one hour. Lists are in the order in which the hub shows them."""

    def __init__(self, world: World, moment: datetime) -> None:
        self.world = world
        self.moment = moment

    def trending(self) -> tuple[Paper, ...]:
        """The trending board."""
        return self.world.trending(self.moment)

    def daily(self, day: date) -> tuple[Paper, ...]:
        """The list of ``day`` as far as it has filled, most votes first; empty on weekends and in the future."""
        return self.listed(day, day + timedelta(days=1))

    def listed(self, first: date, end: date) -> tuple[Paper, ...]:
        """The papers of the daily lists from ``first`` until before ``end``, most votes first."""
        days = (first + timedelta(days=n) for n in range((end - first).days))
        papers = [p for day in days for p in self.world.listed_on(day) if is_listed(p, self.moment)]
        still_listed = [p for p in papers if p.withdrawn_at is None or p.withdrawn_at > self.moment]
        return tuple(sorted(still_listed, key=lambda p: (-self.votes(p), p.id)))

    def newest(self) -> tuple[Paper, ...]:
        """The papers of the last weeks, latest arXiv day first."""
        return tuple(sorted(self.world.pool(self.moment), key=lambda p: (p.published_on, p.id), reverse=True))

    def search(self, query: str) -> tuple[Paper, ...]:
        """The papers of the last weeks that hold a word of ``query``, those with most of its words first."""
        words = set(query.casefold().split())
        pool = self.world.pool(self.moment)
        texts = {paper.id: self._searched(paper) for paper in pool}
        hits = {paper_id: sum(word in text for word in words) for paper_id, text in texts.items()}
        found = [paper for paper in pool if hits[paper.id]]
        return tuple(sorted(found, key=lambda p: (-hits[p.id], -self.votes(p), p.id)))

    def _searched(self, paper: Paper) -> str:
        title, abstract = self.text(paper)
        return " ".join([title, abstract or "", *paper.ai_keywords]).casefold()

    def paper(self, paper_id: str) -> Paper | None:
        """A paper that the hub knows by now."""
        paper = self.world.find(paper_id)
        return paper if paper and is_listed(paper, self.moment) else None

    def newest_day(self, limit: date | None = None) -> date:
        """The newest day, not after ``limit``, whose list holds papers."""
        day = min(limit or date.max, self.moment.date())
        while not self.daily(day) and day > FIRST_DAY:
            day -= timedelta(days=1)
        return max(day, FIRST_DAY)

    def text(self, paper: Paper) -> tuple[str, str | None]:
        """Title and abstract in their present version."""
        if paper.revision and paper.revision.at <= self.moment:
            return paper.revision.title, paper.revision.abstract
        return paper.title, paper.abstract

    def votes(self, paper: Paper) -> int:
        """Upvotes: they grow towards the paper's total; now and then one is taken back."""
        taken_back = paper.vote_withdrawn_at is not None and paper.vote_withdrawn_at <= self.moment
        return max(0, self._grown(paper, paper.votes) - taken_back)

    def comments(self, paper: Paper) -> int:
        """Comments so far."""
        return self._grown(paper, paper.comments)

    def stars(self, paper: Paper) -> int | None:
        """GitHub stars; None where the hub does not say."""
        return None if paper.stars is None else paper.stars + self._grown(paper, paper.stars // 3)

    def _grown(self, paper: Paper, total: int) -> int:
        age = (self.moment - paper.listed_at) / timedelta(days=VOTE_DAYS)
        return round(total * (1 - exp(-age)))


def is_listed(paper: Paper, moment: datetime) -> bool:
    """Whether the hub knows ``paper`` at ``moment``."""
    return paper.listed_at <= moment


@lru_cache(maxsize=4096)
def working_days(moment: datetime) -> float:
    """Days since the first Monday of history that were not on a weekend; weekends stand still."""
    start = datetime(2001, 1, 1, tzinfo=UTC)
    weeks, rest = divmod((moment - start) / timedelta(days=1), 7)
    return weeks * 5 + min(rest, 5.0)


def _heat(paper: Paper, clock: float) -> float:
    age = clock - working_days(paper.listed_at)
    heat = paper.heat * exp(-age / paper.decay)
    if paper.second_wind is not None and age >= paper.second_wind:
        heat += SECOND_WIND_SHARE * paper.heat * exp(-(age - paper.second_wind) / paper.decay)
    return heat * _wobble(paper.id, f"{clock:.2f}")


def _wobble(paper_id: str, slot: str) -> float:
    """A factor near 1 that belongs to one paper at one time."""
    return 1 + WOBBLE * (zlib.crc32(f"{paper_id}/{slot}".encode()) / 2**32 - 0.5)
