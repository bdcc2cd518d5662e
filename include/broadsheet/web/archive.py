"""The archive of public editions: which there are, by week and day, and what each tells in a line."""

import threading
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, islice
from typing import TYPE_CHECKING

import msgspec
from cachetools import LRUCache

from broadsheet.digest import headlines
from broadsheet.digest.edition import NEWS, Digest, Edition
from broadsheet.digest.headlines import tally
from broadsheet.model import read_source
from broadsheet.web.periods import Period, day_of, week_of
from broadsheet.web.public_editions import (
    PublicEdition,
    Source,
    digest_of,
    edition_path,
    public_editions,
)
from broadsheet.web.questions import ask
from broadsheet.web.shown import TRENDING
from broadsheet.web.wording import source_name

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

A_PAGE = 20
"""How many editions the archive shows at once."""
MOST_TITLES = 3
MOST_KEPT = 2000
"""Of how many editions it is kept what they tell."""


class Listed(msgspec.Struct, frozen=True):
    """An edition as the archive lists it: where it is, of what, its counts in a sentence, its first titles."""

    path: str
    name: str
    sentence: str
    titles: tuple[str, ...]


class Day(msgspec.Struct, frozen=True):
    """A day's editions."""

    period: Period
    editions: tuple[Listed, ...]


class Week(msgspec.Struct, frozen=True):
    """A week's days, the newest first, and the path of the edition of the whole week."""

    period: Period
    path: str
    days: tuple[Day, ...]


class Archive(msgspec.Struct, frozen=True):
    """A page of the archive; ``more`` says that there are older ones."""

    weeks: tuple[Week, ...]
    more: bool


class Archivist:
    """Reads pages of the archive, for any number of threads.

    A publication changes little of the past, so what an edition tells is kept from one to the next: until what was
    known at the end of its day is known otherwise.
    """

    def __init__(self, hub_url: str) -> None:
        self._hub_url = hub_url
        self._lock = threading.Lock()
        self._kept: LRUCache[tuple[str, date, int], Listed] = LRUCache(MOST_KEPT)

    def read(self, con: "DuckDBPyConnection", wanted: Source | None, offset: int) -> Archive:
        """``A_PAGE`` editions behind ``offset``, the newest first, of one source unless it is None."""
        found = public_editions(con, wanted, most=A_PAGE + 1, offset=offset)
        days = (
            Day(period, tuple(listed for _, listed in group))
            for period, group in groupby(self._listed(con, found[:A_PAGE]), key=lambda pair: pair[0])
        )
        weeks = (
            Week(week, edition_path(wanted or TRENDING, week), tuple(group))
            for week, group in groupby(days, key=lambda day: week_of(day.period.begins))
        )
        return Archive(tuple(weeks), len(found) > A_PAGE)

    def _listed(
        self, con: "DuckDBPyConnection", editions: Sequence[PublicEdition]
    ) -> list[tuple[Period, Listed]]:
        asked = sorted({edition.day.isoformat() for edition in editions})
        known = {row["day"]: row["known"] for row in ask(con, "editions/known", days=asked)}
        return [(day_of(edition.day), self._one(con, edition, known[edition.day])) for edition in editions]

    def _one(self, con: "DuckDBPyConnection", edition: PublicEdition, known: int) -> Listed:
        key = (edition.source, edition.day, known)
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            kept = _listed(edition, digest_of(con, edition, hub_url=self._hub_url))
            with self._lock:
                self._kept[key] = kept
        return kept


def read_sources(con: "DuckDBPyConnection") -> list[tuple[str, str]]:
    """The sources that there are editions of, each with its name."""
    return [(row["source"], source_name(read_source(row["source"]))) for row in ask(con, "editions/sources")]


def sentence(digest: Digest) -> str:
    """The counts of a digest's newest edition in a sentence."""
    return headlines.sentence(tally(digest.editions[0]), all_quiet=digest.quiet)


def _listed(edition: PublicEdition, digest: Digest) -> Listed:
    source = read_source(edition.source)
    path = edition_path(source, day_of(edition.day))
    return Listed(path, source_name(source), sentence(digest), _titles(digest.editions))


def _titles(editions: Iterable[Edition]) -> tuple[str, ...]:
    """The first titles that are news."""
    items = (item for edition in editions for name in NEWS for item in edition.items(name))
    return tuple(item.title for item in islice(items, MOST_TITLES))
