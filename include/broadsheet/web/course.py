"""A paper's course over the lists: where it stood on each, drawn and by the day, and what happened to it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from broadsheet.model import ChangeKind, ListId, ListKind
from broadsheet.times import A_DAY
from broadsheet.warehouse.rows import Record, list_of
from broadsheet.web.drawing.chart import Chart, Series, count_chart, rank_chart
from broadsheet.web.questions import ask
from broadsheet.web.sentences import sentence
from broadsheet.web.wording import list_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MOVES = frozenset({ChangeKind.ROSE, ChangeKind.FELL, ChangeKind.GAINED})
FIRST_LISTED = "first_listed"
"""The event of a paper that was on a list when that was first seen."""


class Stay(msgspec.Struct, frozen=True, kw_only=True):
    """A paper on one list: its rank there now or at last, its best, and how many days it was shown.

    ``here`` says whether it is on the list's newest snapshot.
    """

    list_id: ListId
    rank: int
    best: int
    best_at: datetime
    days: int
    here: bool


class DayPlace(msgspec.Struct, frozen=True):
    """Where a paper stood last on a list on a day (UTC)."""

    day: date
    list_id: ListId
    rank: int | None
    upvotes: int | None


class Happening(msgspec.Struct, frozen=True):
    """What happened to a paper on a list, in words; the moves of one day are told as one."""

    at: datetime
    list_id: ListId
    words: str


class Course(msgspec.Struct, frozen=True):
    """All of it; the charts are None where there is no course to be seen. ``stars``: of its code, as told last."""

    stays: tuple[Stay, ...]
    ranks: Chart | None
    votes: Chart | None
    days: tuple[DayPlace, ...]
    stars: int | None


def read_course(con: "DuckDBPyConnection", paper_id: str) -> Course:
    """The course of a paper that is known."""
    places: dict[ListId, list[Record]] = {}
    for row in ask(con, "paper_places", paper=paper_id):
        places.setdefault(list_of(row), []).append(row)
    ranked = {
        list_id: places[list_id] for list_id in sorted(places, key=_reading_order) if _ranked(places[list_id])
    }
    return Course(
        stays=tuple(_stay(list_id, rows) for list_id, rows in ranked.items()),
        ranks=rank_chart([_ranks(list_id, rows) for list_id, rows in ranked.items()]),
        votes=count_chart([_votes(row for rows in places.values() for row in rows)]),
        days=tuple(_days(places.items())),
        stars=_stars(row for rows in places.values() for row in rows),
    )


def happenings(timeline: Sequence[Record]) -> list[Happening]:
    """What happened, newest first; ``timeline`` are the rows of the view paper_timeline of one paper, in order."""
    told: dict[tuple[object, ...], list[Record]] = {}
    for event in timeline:
        list_id, moves = list_of(event), event["event"] in _MOVES
        when = event["captured_at"].date() if moves else event["captured_at"]
        told.setdefault((list_id, when, moves or event["event"]), []).append(event)
    left_at: dict[ListId, datetime] = {}
    found = []
    for events in told.values():
        list_id, last = list_of(events[-1]), events[-1]
        found.append(Happening(last["captured_at"], list_id, _in_words(events, left_at.get(list_id))))
        if last["event"] == ChangeKind.LEFT:
            left_at[list_id] = last["captured_at"]
    return sorted(found, key=lambda happening: happening.at, reverse=True)


def _in_words(events: Sequence[Record], left_at: datetime | None) -> str:
    """Events that are told as one."""
    first, last = events[0], events[-1]
    if last["event"] == FIRST_LISTED:
        return f"first listed at {last['rank']}"
    change = last | {name: first[name] for name in ("previous_rank", "previous_upvotes")}
    kind = _direction(change) if last["event"] in _MOVES else last["event"]
    if kind is ChangeKind.GAINED and change["upvotes"] == change["previous_upvotes"]:
        return f"up and down, at {change['rank']} as before" if change["rank"] else "votes up and down"
    return sentence(change | {"change": kind, "left_at": left_at})


def _direction(change: Record) -> ChangeKind:
    now, before = change["rank"], change["previous_rank"]
    if now is None or before is None or now == before:
        return ChangeKind.GAINED
    return ChangeKind.ROSE if now < before else ChangeKind.FELL


def _reading_order(list_id: ListId) -> tuple[int, str]:
    """Trending, then days, weeks, months and searches."""
    return list(ListKind).index(list_id.kind), list_id.key


def _ranked(rows: Iterable[Record]) -> bool:
    """A paper's own page is a list without ranks."""
    return any(row["rank"] for row in rows)


def _stay(list_id: ListId, rows: Sequence[Record]) -> Stay:
    ranked = [row for row in rows if row["rank"]]
    best = min(ranked, key=lambda row: (row["rank"], row["captured_at"]))
    return Stay(
        list_id=list_id,
        rank=ranked[-1]["rank"],
        best=best["rank"],
        best_at=best["captured_at"],
        days=_days_shown(rows),
        here=rows[-1]["replaced_at"] is None,
    )


def _days_shown(rows: Iterable[Record]) -> int:
    """How many days a list showed a paper; begun days count. A snapshot stands until the next one of its list."""
    stood = (row["replaced_at"] - row["captured_at"] for row in rows if row["present"] and row["replaced_at"])
    return sum(stood, timedelta()) // A_DAY + 1


def _ranks(list_id: ListId, rows: Iterable[Record]) -> Series:
    return Series(list_name(list_id), tuple((row["captured_at"], row["rank"]) for row in rows))


def _votes(rows: Iterable[Record]) -> Series:
    """A paper's upvotes are the same wherever they are shown: one line, in order of time."""
    told = ((row["captured_at"], row["upvotes"]) for row in rows if row["upvotes"] is not None)
    return Series("Upvotes", tuple(sorted(told)))


def _stars(rows: Iterable[Record]) -> int | None:
    told = [(row["captured_at"], row["github_stars"]) for row in rows if row["github_stars"] is not None]
    return max(told)[1] if told else None


def _days(places: Iterable[tuple[ListId, list[Record]]]) -> list[DayPlace]:
    last = {
        (row["captured_at"].date(), list_id): row
        for list_id, rows in places
        for row in rows
        if row["present"]
    }
    found = [DayPlace(day, list_id, row["rank"], row["upvotes"]) for (day, list_id), row in last.items()]
    return sorted(found, key=lambda place: (place.day, place.list_id))
