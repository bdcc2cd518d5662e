"""How each source stands: what came last, and what its last two weeks were worth."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from broadsheet.digest.words import day as day_name
from broadsheet.digest.words import enumerate_words
from broadsheet.model import ListId, ListKind, Verdict
from broadsheet.settings import Settings
from broadsheet.times import midnight
from broadsheet.warehouse.rows import Record
from broadsheet.warehouse.silence import Silence, silences
from broadsheet.web.questions import ask
from broadsheet.web.scope import Scope
from broadsheet.web.wording import counted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STRIP_DAYS = 14
MOST_SOURCES = 40
BELIEVED = frozenset({Verdict.OK, Verdict.UNCHANGED})
VERDICTS = {
    Verdict.OK: "new, and believed",
    Verdict.UNCHANGED: "the same as before",
    Verdict.PARTIAL: "only a part, not believed",
    Verdict.EMPTY: "no papers on it",
    Verdict.STALE: "an old copy, not believed",
    Verdict.BLOCKED: "refused by the hub",
    Verdict.FOREIGN: "another page than asked for",
    Verdict.LAYOUT_CHANGED: "not readable: the page is built differently",
    Verdict.ERROR: "no answer",
}


class Day(msgspec.Struct, frozen=True):
    """What the answers of one day were worth."""

    day: date
    verdicts: Mapping[Verdict, int]

    @property
    def state(self) -> str:
        """``believed``, ``mixed``, ``doubted``, ``empty`` (an empty list is a good answer), ``unasked``."""
        doubted = [each for each in self.verdicts if each not in BELIEVED and each is not Verdict.EMPTY]
        believed = [each for each in self.verdicts if each in BELIEVED]
        if doubted:
            return "mixed" if believed else "doubted"
        return "believed" if believed else "empty" if self.verdicts else "unasked"

    @property
    def words(self) -> str:
        """``6 Nov 2026: 1 partial``."""
        found = [f"{count} {_plain(verdict)}" for verdict, count in self.verdicts.items()]
        return f"{day_name(self.day)}: {enumerate_words(found) or 'not asked'}"


class Source(msgspec.Struct, frozen=True):
    """A list without a date, or all lists of a dated kind. ``health`` is its row of the question ``status/sources``,
    None where nothing ever came. ``silence`` is set for a watched list that is silent.
    """

    scope: Scope
    health: Record | None
    strip: tuple[Day, ...]
    silence: Silence | None = None

    @property
    def doubted_share(self) -> str:
        """``2 of 14 answers, 14 %``."""
        if self.health is None:
            return ""
        captures, doubted = self.health["captures"], self.health["doubted"]
        return f"{doubted:,} of {counted(captures, 'answer')}, {round(100 * doubted / captures)} %"

    @property
    def verdict(self) -> str:
        """What the last verdict means."""
        return "" if self.health is None else VERDICTS[Verdict(self.health["last_verdict"])]

    @property
    def strip_words(self) -> str:
        """``12 days believed; partial on 6 Nov 2026; blocked on 11 Nov 2026``."""
        states = Counter(day.state for day in self.strip)
        good = [
            f"{counted(states[state], 'day')} {word}"
            for state, word in (
                ("believed", "believed"),
                ("empty", "with no papers"),
                ("unasked", "not asked"),
            )
            if states[state]
        ]
        troubled = [day.words for day in self.strip if day.state in {"mixed", "doubted"}]
        return "; ".join([*good, *troubled])


def sources(con: "DuckDBPyConnection", settings: Settings, now: datetime) -> tuple[Source, ...]:
    """Every source at ``now``: watched lists first, also those that were never asked, then the last asked."""
    since = midnight(now.date() - timedelta(days=STRIP_DAYS - 1))
    days = [since.date() + timedelta(days=number) for number in range(STRIP_DAYS)]
    health = {_scope(row): row for row in ask(con, "status/sources", most=MOST_SOURCES)}
    strips = _strips(ask(con, "status/verdicts", since=since), days)
    silent = {each.list_id: each for each in silences(con, settings, now)}
    watched = [Scope(each.kind, each.key) for each in settings.watched_lists]
    return tuple(
        Source(
            scope,
            health.get(scope),
            strips.get(scope) or tuple(Day(day, {}) for day in days),
            silent.get(ListId(scope.kind, scope.key)) if scope.kind and scope.key is not None else None,
        )
        for scope in dict.fromkeys([*watched, *health])
    )


def _strips(rows: Iterable[Record], days: list[date]) -> dict[Scope, tuple[Day, ...]]:
    found: dict[Scope, dict[date, dict[Verdict, int]]] = {}
    for row in rows:
        on_day = found.setdefault(_scope(row), {}).setdefault(row["day"], {})
        on_day[Verdict(row["verdict"])] = row["captures"]
    return {scope: tuple(Day(day, by_day.get(day, {})) for day in days) for scope, by_day in found.items()}


def _scope(row: Record) -> Scope:
    return Scope(ListKind(row["list_kind"]), row["list_key"])


def _plain(verdict: Verdict) -> str:
    return str(verdict).replace("_", " ")
