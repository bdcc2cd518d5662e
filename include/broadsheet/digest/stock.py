"""All that a run can say of one list over one window, whoever reads it: made once, picked from for each reader.

Whether a paper passes a reader's wishes is a matter of a board: of its votes there, and of its texts as known when
the board was captured. So what passed on the board that was told is the same when that board is the next window's
baseline, and nothing is told twice or falls between two windows.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from broadsheet.digest.edition import (
    Board,
    Edition,
    Item,
    Paper,
    SectionName,
    Window,
    compose,
    out_of_sight,
)
from broadsheet.digest.window import Scope, WindowReader
from broadsheet.model import ListId, ListKind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LATE = (SectionName.NEW, SectionName.BACK)
"""What is still news of a dated list once a newer one is out."""
STAYED = (SectionName.RISING, SectionName.STILL_HERE)
"""What an edition calls papers that were on the list already."""


class Standing(msgspec.Struct, frozen=True):
    """What wishes look at: a paper's texts and votes as they stood on a board. Unknown votes are None."""

    paper: Paper
    upvotes: int | None


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One paper in one role it can be told in, parallel to an item of the stock.

    ``now`` is how it stands on the newest board, ``then`` how it stood on the baseline board; None where it is not
    on it. With ``second`` it is an item for those whose wishes the paper passes now and did not pass then.
    """

    now: Standing | None
    then: Standing | None
    second: bool = False


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """One list over one window.

    ``edition`` is what a reader without wishes is told. ``items`` holds every paper in every role it can be told
    in: first the edition's, in reading order, then those that were on the list already, as new for readers whose
    wishes they only pass now. ``offers`` is parallel to it. ``order`` has the places of all items in the order
    they are read. ``late`` says that a newer list of the same kind is out: then only new and returned papers are
    told, and nothing at all if there are none.
    """

    edition: Edition
    items: tuple[Item, ...]
    offers: tuple[Offer, ...]
    order: tuple[int, ...]
    late: bool = False


Standings = dict[str, Standing]


class Stocks:
    """A run's stocks: one for each list and pair of boards, however many readers and moments ask for it.

    ``stocks`` grows with what is asked for. ``con`` is a connection to the published file.
    """

    def __init__(self, con: "DuckDBPyConnection", until: datetime, hub_url: str) -> None:
        self.stocks: list[Stock] = []
        self._reader = WindowReader(con, until)
        self._hub_url = hub_url
        self._asked: dict[tuple[ListId | ListKind, datetime | None], tuple[int, ...]] = {}
        self._numbers: dict[Scope, int] = {}

    def of(self, source: ListId | ListKind, since: datetime | None) -> tuple[int, ...]:
        """The numbers in ``stocks`` for who was last told of ``source`` as it stood at ``since`` (None: never).

        They are in reading order, and none if nothing is known of the source.
        """
        asked = (source, since)
        if asked not in self._asked:
            self._asked[asked] = tuple(
                self._number(scope, since) for scope in self._reader.scopes(source, since)
            )
        return self._asked[asked]

    def _number(self, scope: Scope, since: datetime | None) -> int:
        if scope not in self._numbers:
            window = self._reader.window(scope, since)
            now, then = _now(self._reader, window), _then(self._reader, window)
            self.stocks.append(take_stock(window, now, then, self._hub_url, late=scope.late))
            self._numbers[scope] = len(self.stocks) - 1
        return self._numbers[scope]


def read_stocks(
    con: "DuckDBPyConnection",
    source: ListId | ListKind,
    since: datetime | None,
    until: datetime,
    hub_url: str,
) -> tuple[Stock, ...]:
    """The stocks of one source over one window, in reading order; what `Stocks` gives for many at once."""
    stocks = Stocks(con, until, hub_url)
    return tuple(stocks.stocks[number] for number in stocks.of(source, since))


def take_stock(window: Window, now: Standings, then: Standings, hub_url: str, *, late: bool = False) -> Stock:
    """Everything that can be told of a window; pure.

    ``now`` holds how each paper of the newest board stands there. ``then`` holds how each paper of the baseline
    board stood there, and how those did that may have stood on it behind the hub's limit.
    """
    whole = compose(window, hub_url)
    told = tuple(section for section in whole.sections if not late or section.name in LATE)
    edition = replace(whole, sections=told) if late else whole
    first = [item for section in told for item in section.items]
    seconds = [replace(item, section=SectionName.NEW) for name in STAYED for item in whole.items(name)]
    return Stock(
        edition=edition,
        items=(*first, *seconds),
        offers=(*_offers(first, now, then), *_offers(seconds, now, then, second=True)),
        order=_reading_order([*first, *seconds], window.board),
        late=late,
    )


def _reading_order(items: Sequence[Item], board: Board) -> tuple[int, ...]:
    """New papers come first, in the board's order whatever made them new; the others stand as they should."""
    turns = {place.paper_id: turn for turn, place in enumerate(board.places)}
    new = [at for at, item in enumerate(items) if item.section is SectionName.NEW]
    others = [at for at, item in enumerate(items) if item.section is not SectionName.NEW]
    return (*sorted(new, key=lambda at: turns[items[at].paper_id]), *others)


def _offers(
    items: Iterable[Item], now: Standings, then: Standings, *, second: bool = False
) -> Iterable[Offer]:
    return (Offer(now=now.get(item.paper_id), then=then.get(item.paper_id), second=second) for item in items)


def _now(reader: WindowReader, window: Window) -> Standings:
    board = window.board
    papers = reader.papers((place.paper_id for place in board.places), board.captured_at)
    return {place.paper_id: Standing(papers[place.paper_id], place.upvotes) for place in board.places}


def _then(reader: WindowReader, window: Window) -> Standings:
    """Of papers that the baseline board does not show but may have held, what was last known by then stands in:
    the votes that the list last told, and the texts of then, or where there were none those of the window's end.
    """
    baseline = window.baseline
    if baseline is None:
        return {}
    shown = {place.paper_id: place.upvotes for place in baseline.places}
    unseen = [
        place.paper_id
        for place in window.board.places
        if place.paper_id not in shown and out_of_sight(place, baseline)
    ]
    votes: dict[str, int | None] = dict(shown)
    if unseen:
        votes |= dict.fromkeys(unseen)
        votes |= reader.last_votes(window.board.list_id, unseen, baseline.captured_at)
    papers = {**window.papers, **reader.papers(votes, baseline.captured_at)}
    return {paper_id: Standing(papers[paper_id], upvotes) for paper_id, upvotes in votes.items()}
