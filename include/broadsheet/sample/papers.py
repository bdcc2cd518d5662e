"""Made-up papers: plausible, of real length, the same for the same seed, and nobody's.

A paper is a plan of its whole life (when it is listed, when its AI summary arrives, how many votes it ends
with); ``world.py`` tells how much of the plan has come true at a moment. Ids look like arXiv's but number
from 60000 in each month, further than arXiv has ever counted, so no sample paper has the id of a real one.
"""

import random
import re
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from broadsheet.sample.writing import Awkward, Pen, dice, hard_wrap, load_words

FIRST_NUMBER = 60_000
NUMBERS_A_DAY = 1_250
SLOTS_A_LIST = 150
"""Numbers of one arXiv day that one daily list may use; seven lists in a row share an arXiv day."""
CLASSIC_SLOT = 7 * SLOTS_A_LIST
MAX_LAG_DAYS = 5
"""The longest time from arXiv to the daily list."""
PAPERS_A_DAY = (16, 29)
AWKWARD_PLACES = (1, 2)
AWKWARD_HEAT = 2.5
REVISED_PLACE = 3
"""On Tuesdays the paper at this place is hot and gets a new title later, so that every fortnight has some."""
REVISED_HEAT = 5.0
VOTES_PER_HEAT = 12
DAY_DECAY = 11.0
CLASSIC_DECAY = 260.0


class Person(msgspec.Struct, frozen=True):
    """Somebody who does not exist; ``username`` is None for an author whom no member claims."""

    fullname: str
    username: str | None = None


class Revision(msgspec.Struct, frozen=True):
    """A new title and abstract, from ``at`` on."""

    at: datetime
    title: str
    abstract: str | None


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """The plan of one paper's life. Times are aware and UTC; ``…_at`` is when that part arrives on the hub.

    ``listed_on`` is None for a paper that never was on a daily list; ``listed_at`` is then when the hub first
    knew it. ``heat`` is how it starts on the trending board and ``decay`` after how many working days it has
    cooled to a third; a second wind heats it again that many working days after its first.
    """

    id: str
    published_on: date
    listed_on: date | None
    listed_at: datetime
    withdrawn_at: datetime | None = None
    title: str
    abstract: str | None
    revision: Revision | None = None
    authors: tuple[Person, ...]
    submitter: Person | None = None
    organization: tuple[str, str] | None = None
    organization_at: datetime
    github_url: str | None = None
    github_at: datetime
    stars: int | None = None
    project_url: str | None = None
    ai_summary: str | None = None
    ai_summary_model: str | None = None
    ai_summary_at: datetime
    ai_keywords: tuple[str, ...] = ()
    has_thumbnail: bool = True
    has_discussion: bool = True
    media: bool = False
    heat: float
    decay: float = DAY_DECAY
    second_wind: float | None = None
    votes: int
    vote_withdrawn_at: datetime | None = None
    comments: int = 0


def daily_papers(seed: int, day: date) -> tuple[Paper, ...]:
    """All papers that the daily list of ``day`` will ever hold; none on weekends."""
    if day.weekday() >= 5:
        return ()
    places = dice(seed, day).randint(*PAPERS_A_DAY)
    return tuple(_daily_paper(seed, day, place) for place in range(places))


def classic_paper(seed: int, year: int, month: int) -> Paper:
    """The one paper of a month that stays on the trending board for a year; it was never on a daily list."""
    rng = dice(seed, year, month, "classic")
    published = date(year, month, rng.randint(1, 28))
    birth = _Birth(
        published=published,
        slot=CLASSIC_SLOT,
        listed_at=datetime.combine(published + timedelta(days=1), time(9), UTC),
        heat=rng.uniform(2.6, 6.0),
    )
    return _life(rng, birth)


def published_day(paper_id: str) -> tuple[date, int] | None:
    """The arXiv day and the slot in it that a sample paper's id tells; None for any other id."""
    if re.fullmatch(r"[0-9]{4}\.[0-9]{5}", paper_id) is None:
        return None
    month_text, number_text = paper_id.split(".")
    days, slot = divmod(int(number_text) - FIRST_NUMBER, NUMBERS_A_DAY)
    try:
        return date(2000 + int(month_text[:2]), int(month_text[2:]), days + 1), slot
    except ValueError:
        return None


class _Birth(msgspec.Struct, frozen=True, kw_only=True):
    """What decides a paper's life before chance does."""

    published: date
    slot: int
    listed_at: datetime
    listed_on: date | None = None
    heat: float
    awkward: Awkward | None = None
    is_revised: bool = False


def _daily_paper(seed: int, day: date, place: int) -> Paper:
    rng = dice(seed, day, place)
    at_the_turn = place <= day.toordinal() % 4
    hour = 0 if at_the_turn else min(17, int(rng.triangular(1, 18, 7)))
    birth = _Birth(
        published=day - timedelta(days=rng.randint(1, MAX_LAG_DAYS)),
        slot=(day.toordinal() % 7) * SLOTS_A_LIST + place,
        listed_at=datetime.combine(day, time(hour), UTC),
        listed_on=day,
        heat=max(rng.lognormvariate(0, 0.9), _least_heat(day, place)),
        awkward=awkward_kind(day, place),
        is_revised=_is_revised(day, place),
    )
    return _life(rng, birth)


def _working_day(day: date) -> int:
    """A number that grows by one from each working day to the next."""
    return day.toordinal() // 7 * 5 + day.weekday()


def awkward_kind(day: date, place: int) -> Awkward | None:
    """Two places of each working day go through the awkward kinds in turn."""
    if place not in AWKWARD_PLACES:
        return None
    kinds = load_words().awkward
    turn = len(AWKWARD_PLACES) * _working_day(day) + AWKWARD_PLACES.index(place)
    return kinds[turn % len(kinds)]


def _is_revised(day: date, place: int) -> bool:
    return place == REVISED_PLACE and day.weekday() == 1


def _least_heat(day: date, place: int) -> float:
    """Who must reach the trending board: the revised, and each day one awkward paper, of every kind in turn."""
    if _is_revised(day, place):
        return REVISED_HEAT
    rounds = _working_day(day) * len(AWKWARD_PLACES) // len(load_words().awkward)
    return AWKWARD_HEAT if place == AWKWARD_PLACES[rounds % len(AWKWARD_PLACES)] else 0.0


def _life(rng: random.Random, birth: _Birth) -> Paper:
    pen = Pen(rng)
    awkward, published, day = birth.awkward, birth.published, birth.listed_on
    title = awkward.title.replace("{name}", pen.name) if awkward else pen.title()
    abstract = pen.abstract(awkward.abstract_start, awkward.sentences) if awkward else pen.abstract()
    authors = tuple(_author(rng, pen) for _ in range((awkward and awkward.authors) or rng.randint(1, 14)))
    repository = pen.name.lower()
    vote_withdrawn_at = birth.listed_at + timedelta(hours=rng.randint(80, 160))
    owner, _ = organization = rng.choice(load_words().organizations)

    def arrives(late_share: float) -> datetime:
        """Mostly with the paper, else ten hours to three days later."""
        return birth.listed_at + timedelta(hours=rng.randint(10, 72) if rng.random() < late_share else 0)

    paper = Paper(
        id=f"{published:%y%m}.{FIRST_NUMBER + (published.day - 1) * NUMBERS_A_DAY + birth.slot:05d}",
        published_on=published,
        listed_on=day,
        listed_at=birth.listed_at,
        withdrawn_at=_withdrawal(day, birth.slot % SLOTS_A_LIST),
        title=title,
        abstract=abstract,
        revision=_revision(birth.listed_at, title, abstract) if birth.is_revised else None,
        authors=authors,
        submitter=Person(*pen.person()) if day else None,
        organization=organization if rng.random() < 0.6 else None,
        organization_at=arrives(0.15),
        github_url=f"https://github.com/{owner}/{repository}" if rng.random() < 0.45 else None,
        github_at=arrives(0.3),
        stars=int(20 * birth.heat * rng.lognormvariate(0, 1.2)) if rng.random() < 0.85 else None,
        project_url=f"https://{repository}.example/" if rng.random() < 0.3 else None,
        ai_summary=pen.ai_summary() if rng.random() < 0.85 else None,
        ai_summary_model=rng.choice(load_words().models),
        ai_summary_at=arrives(0.3),
        ai_keywords=pen.ai_keywords(),
        media=rng.random() < 0.15,
        heat=birth.heat,
        decay=DAY_DECAY if day else CLASSIC_DECAY,
        second_wind=rng.uniform(6, 14) if day and rng.random() < 0.25 else None,
        votes=0 if rng.random() < 0.03 else int(VOTES_PER_HEAT * birth.heat),
        vote_withdrawn_at=vote_withdrawn_at if rng.random() < 0.02 else None,
        comments=int(rng.expovariate(0.5)),
    )
    return _without(paper, awkward) if awkward else paper


def _author(rng: random.Random, pen: Pen) -> Person:
    fullname, username = pen.person()
    return Person(fullname, username if rng.random() < 0.1 else None)


def _withdrawal(day: date | None, place: int) -> datetime | None:
    """About once in six days one paper is taken off its daily list in the evening."""
    if day is None or place != 5 or day.toordinal() % 6 != 2:
        return None
    return datetime.combine(day, time(20), UTC)


def _revision(listed_at: datetime, title: str, abstract: str) -> Revision:
    return Revision(
        at=listed_at + timedelta(hours=30),
        title=f"{title}, Revised and Extended",
        abstract=f"{abstract} This version corrects an error in the third table.",
    )


def _without(paper: Paper, awkward: Awkward) -> Paper:
    """Take away what an awkward paper never gets, and break its lines where they are to be broken."""
    gone = awkward.without
    abstract = hard_wrap(paper.abstract or "") if awkward.wrap else paper.abstract
    return msgspec.structs.replace(
        paper,
        abstract=None if "abstract" in gone else abstract,
        has_thumbnail="thumbnail" not in gone,
        has_discussion="discussion" not in gone,
        organization=None if "organization" in gone else paper.organization,
        ai_summary=None if "ai_summary" in gone else paper.ai_summary,
        github_url=None if "github" in gone else paper.github_url,
    )
