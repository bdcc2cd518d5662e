"""The archive of public editions: which there are, by week and day, and what each tells in a line."""

from collections.abc import Iterable
from itertools import groupby, islice
from typing import TYPE_CHECKING

import msgspec

from broadsheet.digest import headlines
from broadsheet.digest.edition import NEWS, Digest, Edition
from broadsheet.digest.headlines import tally
from broadsheet.model import ListId, ListKind, read_source
from broadsheet.web.periods import Period, day_of, read_digest, week_of
from broadsheet.web.public_editions import public_editions
from broadsheet.web.questions import ask
from broadsheet.web.wording import kind_name, list_name, segment

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Source = ListId | ListKind

A_PAGE = 20
"""How many editions the archive shows at once."""
MOST_TITLES = 3


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


def read_archive(con: "DuckDBPyConnection", wanted: Source | None, offset: int, *, hub_url: str) -> Archive:
    """``A_PAGE`` editions behind ``offset``, the newest first, of one source unless it is None."""
    found = public_editions(con, wanted, most=A_PAGE + 1, offset=offset)
    places = ((read_source(one.source), day_of(one.day)) for one in found[:A_PAGE])
    listed = [
        (day, _listed(source, day, digest))
        for source, day in places
        if (digest := read_digest(con, source, day, hub_url=hub_url)) is not None
    ]
    days = (
        Day(period, tuple(edition for _, edition in group))
        for period, group in groupby(listed, key=lambda pair: pair[0])
    )
    weeks = (
        Week(week, edition_path(wanted or ListId(ListKind.TRENDING), week), tuple(group))
        for week, group in groupby(days, key=lambda day: week_of(day.period.begins))
    )
    return Archive(tuple(weeks), len(found) > A_PAGE)


def read_sources(con: "DuckDBPyConnection") -> list[tuple[str, str]]:
    """The sources that there are editions of, each with its name."""
    return [(row["source"], source_name(read_source(row["source"]))) for row in ask(con, "edition_sources")]


def source_name(source: Source) -> str:
    """``Trending papers``, ``Daily papers``, ``Search “speech”``."""
    return list_name(source) if isinstance(source, ListId) else kind_name(source)


def edition_path(source: Source, period: Period) -> str:
    """The path of an edition's page: ``/editions/trending/2026-11-12``."""
    return f"/editions/{segment(str(source))}/{period.key}"


def sentence(digest: Digest) -> str:
    """The counts of a digest's newest edition in a sentence."""
    return headlines.sentence(tally(digest.editions[0]), all_quiet=digest.quiet)


def _listed(source: Source, period: Period, digest: Digest) -> Listed:
    return Listed(
        edition_path(source, period), source_name(source), sentence(digest), _titles(digest.editions)
    )


def _titles(editions: Iterable[Edition]) -> tuple[str, ...]:
    """The first titles that are news."""
    items = (item for edition in editions for name in NEWS for item in edition.items(name))
    return tuple(item.title for item in islice(items, MOST_TITLES))
