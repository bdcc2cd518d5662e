"""Made-up histories of lists and readers, and by plain sets and loops what each reader must be told.

Nothing here knows how the product does it. Times are hours after ``START``, a Monday.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from broadsheet.digest.edition import Board, Paper, Past, Place, Window
from broadsheet.digest.stock import Standing, Stock, take_stock
from broadsheet.digest.topics import read_topics
from broadsheet.digest.wishes import Wishes
from broadsheet.model import ListId, ListKind, parse_list_id
from digest.boards import Warehouse

START = datetime(2026, 11, 2, tzinfo=UTC)
HUB = "https://hub.example"
PAPERS = tuple(f"2611.0000{number}" for number in range(1, 8))
WORDS = ("robots", "speech", "proofs", "oceans")


@dataclass(frozen=True)
class Shown:
    """A board: its papers in order, and the votes known of each."""

    hour: int
    list_id: str
    papers: tuple[str, ...]
    votes: dict[str, int | None]


@dataclass(frozen=True)
class Said:
    """What somebody says of a paper at some time, on a page that is no board of the list."""

    hour: int
    paper: str
    abstract: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """What a reader wants: any of these words or keywords, none of those words, so many votes."""

    words: tuple[str, ...]
    keywords: tuple[str, ...]
    unwanted: tuple[str, ...]
    votes: int

    def as_wishes(self) -> Wishes:
        terms = [
            *self.words,
            *(f"keyword:{word}" for word in self.keywords),
            *(f"-{w}" for w in self.unwanted),
        ]
        return Wishes(read_topics(", ".join(terms)), self.votes)


@dataclass(frozen=True)
class Occasion:
    """A moment at which a reader is due, what they want by then, and whether the mail gets through."""

    hour: int
    wish: Wish
    arrives: bool


@dataclass(frozen=True)
class Reader:
    """A reader's due moments; ``quiet_days`` says that they want a mail even when there is no news."""

    occasions: tuple[Occasion, ...]
    quiet_days: bool


@dataclass(frozen=True)
class Told:
    """What one edition of a list says: papers as news, those among them that are back, papers still here, left."""

    list_id: str
    news: frozenset[str]
    back: frozenset[str]
    stayed: frozenset[str]
    left: frozenset[str]


@dataclass(frozen=True)
class History:
    """All that happened, in order."""

    boards: tuple[Shown, ...]
    sayings: tuple[Said, ...]

    def board(self, list_id: str, hour: int | None) -> Shown | None:
        found = [each for each in self.boards if hour is not None and each.hour <= hour]
        return next((each for each in reversed(found) if each.list_id == list_id), None)

    def text(self, paper: str, hour: int) -> tuple[set[str], set[str]]:
        """The words of a paper's abstract and its keywords, of each the last that was said by then."""
        abstract: set[str] = set()
        keywords: set[str] = set()
        for saying in self.sayings:
            if saying.paper == paper and saying.hour <= hour:
                abstract = set(saying.abstract) or abstract
                keywords = set(saying.keywords) or keywords
        return abstract, keywords

    def passing(self, board: Shown | None, wish: Wish) -> set[str]:
        """Which papers of a board a reader wants."""
        wanted = set()
        for paper in board.papers if board else ():
            abstract, keywords = self.text(paper, board.hour)
            votes = board.votes[paper]
            if wish.words or wish.keywords:
                on_topic = any(word in abstract | keywords for word in wish.words)
                on_topic = on_topic or any(word in keywords for word in wish.keywords)
            else:
                on_topic = True
            if any(word in abstract | keywords for word in wish.unwanted):
                on_topic = False
            if on_topic and (wish.votes == 0 or (votes is not None and votes >= wish.votes)):
                wanted.add(paper)
        return wanted

    def expected(self, source: str, told: int | None, now: int, wish: Wish) -> tuple[Told, ...]:
        """What a reader must be told now to whom the lists were last told as they stood at ``told``."""
        open_lists = sorted({each.list_id for each in self.boards if each.hour <= now}, reverse=True)
        if source == "daily" and told is not None:
            newest_then = max(each.list_id for each in self.boards if each.hour <= told)
            open_lists = [each for each in open_lists if each >= newest_then]
        elif source == "daily":
            open_lists = open_lists[:1]
        editions = []
        for age, list_id in enumerate(open_lists):
            board, before = self.board(list_id, now), self.board(list_id, told)
            wanted, had = self.passing(board, wish), self.passing(before, wish)
            news = wanted - had
            was = {
                p
                for each in self.boards
                if before and each.list_id == list_id and each.hour <= before.hour
                for p in each.papers
            }
            back = {paper for paper in news if paper in was and paper not in before.papers}
            if age == 0:
                left = had - set(board.papers)
                editions.append(_told(list_id, news, back, wanted & had, left))
            elif news:
                editions.append(_told(list_id, news, back, set(), set()))
        return tuple(editions)

    def stock(self, told: int | None, now: int) -> Stock | None:
        """The one list's stock, made by hand."""
        board, before = self.board("trending", now), self.board("trending", told)
        if board is None:
            return None
        papers = {*board.papers, *(before.papers if before else ())}
        was = {p for each in self.boards if before and each.hour <= before.hour for p in each.papers}
        away = was - set(before.papers) if before else set()
        window = Window(
            source="trending",
            since=None if before is None else time_of(told),
            until=time_of(now),
            board=_board(board),
            baseline=_board(before) if before else None,
            pasts={paper: Past(1, absent_since=START if paper in away else None) for paper in papers},
            papers={paper: self.paper(paper, now) for paper in papers},
            detail_news={},
        )
        return take_stock(window, self._standings(board), self._standings(before), HUB)

    def paper(self, paper: str, hour: int) -> Paper:
        abstract, keywords = self.text(paper, hour)
        return Paper(
            paper_id=paper,
            title=f"Paper {paper}",
            abstract=" ".join(sorted(abstract)) or None,
            ai_keywords=tuple(sorted(keywords)),
        )

    def _standings(self, board: Shown | None) -> dict[str, Standing]:
        if board is None:
            return {}
        return {p: Standing(self.paper(p, board.hour), board.votes[p]) for p in board.papers}

    def fill(self, warehouse: Warehouse) -> None:
        """Put it all into a real warehouse."""
        events: list[Shown | Said] = sorted([*self.boards, *self.sayings], key=lambda event: event.hour)
        for event in events:
            at = time_of(event.hour).replace(tzinfo=None).isoformat()
            if isinstance(event, Shown):
                warehouse.show(event.list_id, at, event.papers, upvotes=event.votes)
                continue
            snapshot = warehouse.show(f"paper:{event.paper}", at, [event.paper])
            warehouse.describe(
                snapshot,
                event.paper,
                title=f"Paper {event.paper}",
                abstract=" ".join(event.abstract) or None,
                ai_keywords=list(event.keywords) or None,
            )


def histories(source: str) -> st.SearchStrategy[History]:
    """Papers come, leave and return, votes grow from unknown, texts arrive late and from elsewhere."""
    some_words = st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple)
    board = st.tuples(
        st.integers(1, 40),
        st.lists(st.sampled_from(PAPERS), min_size=1, max_size=6, unique=True).map(tuple),
        st.dictionaries(st.sampled_from(PAPERS), st.integers(0, 3), max_size=4),
        st.integers(0, 2),
    )
    saying = st.builds(Said, st.integers(0, 300), st.sampled_from(PAPERS), some_words, some_words)
    return st.builds(
        lambda rows, sayings: History(
            tuple(_boards(source, rows)), tuple(sorted(sayings, key=lambda said: said.hour))
        ),
        st.lists(board, min_size=1, max_size=12),
        st.lists(saying, max_size=10),
    )


def readers() -> st.SearchStrategy[Reader]:
    """Readers who join at some time, change their cadence and wishes in mid-week, pause, and whose mail may fail."""
    some_words = st.lists(st.sampled_from(WORDS), max_size=2, unique=True).map(tuple)
    wish = st.builds(
        Wish, some_words, some_words, some_words.map(lambda w: w[:1]), st.sampled_from([0, 0, 2, 4])
    )
    stretch = st.tuples(
        st.integers(1, 9), st.sampled_from(["daily", "weekdays", "weekly", "paused"]), st.integers(0, 1)
    )
    return st.builds(
        lambda wishes, joined, hour, stretches, arrivals, quiet: Reader(
            tuple(_occasions(wishes, joined, hour, stretches, arrivals)), quiet
        ),
        st.tuples(wish, wish),
        st.integers(0, 5),
        st.integers(0, 23),
        st.lists(stretch, min_size=1, max_size=4),
        st.lists(st.booleans(), min_size=1, max_size=5),
        st.booleans(),
    )


def _boards(source: str, rows: list) -> Iterator[Shown]:
    hour, votes = 0, dict.fromkeys(PAPERS)
    for gap, papers, gained, lag in rows:
        hour += gap
        for paper, count in gained.items():
            votes[paper] = (votes[paper] or 0) + count
        day = (START + timedelta(hours=hour) - timedelta(days=lag)).date()
        list_id = f"daily:{day}" if source == "daily" else source
        yield Shown(hour, list_id, papers, {paper: votes[paper] for paper in papers})


def _occasions(wishes, joined, hour, stretches, arrivals) -> Iterator[Occasion]:
    day = joined
    for length, cadence, which in stretches:
        for _ in range(length):
            weekday = day % 7
            due = {"daily": True, "weekdays": weekday < 5, "weekly": weekday == 2, "paused": False}[cadence]
            if due:
                yield Occasion(day * 24 + hour, wishes[which], arrivals[day % len(arrivals)])
            day += 1


def _told(list_id: str, *sets: set[str]) -> Told:
    return Told(list_id, *(frozenset(each) for each in sets))


def _board(shown: Shown) -> Board:
    places = tuple(Place(paper, rank, shown.votes[paper]) for rank, paper in enumerate(shown.papers, 1))
    return Board(
        parse_list_id(shown.list_id), shown.hour, time_of(shown.hour), truncated=False, places=places
    )


def time_of(hour: int) -> datetime:
    """The aware time of an hour."""
    return START + timedelta(hours=hour)


def source_of(text: str) -> ListId | ListKind:
    return ListKind.DAILY if text == "daily" else parse_list_id(text)
