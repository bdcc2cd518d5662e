"""Public editions: what was new on a list on a day or in a week, composed from the publication for everybody."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.digest.edit import edit
from broadsheet.digest.edition import Digest
from broadsheet.model import ListId, ListKind, read_source
from broadsheet.times import A_DAY, midnight
from broadsheet.web.periods import Period, day_of, week_of
from broadsheet.web.questions import ask, newest_snapshot_at
from broadsheet.web.wording import segment

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Source = ListId | ListKind
"""What editions are of: a list, or a kind of dated lists."""

_DAWN = date(1991, 8, 14)
"""Before arXiv opened there was nothing to list."""


A_SEASON = 90 * A_DAY
"""How much of the newest past is looked through for editions before all of it is."""


class PublicEdition(msgspec.Struct, frozen=True, kw_only=True):
    """That there is an edition: ``source`` is a list or a kind of dated lists as `read_source` reads it, ``day`` a
    day in UTC on which it changed, ``as_of`` the day's last snapshot of it.
    """

    source: str
    day: date
    snapshots: int
    as_of: datetime


def public_editions(
    con: "DuckDBPyConnection", source: Source | None = None, *, most: int, offset: int = 0
) -> list[PublicEdition]:
    """The editions there are, newest first: ``most`` of them behind ``offset``, of one source unless it is None."""
    asked = {"source": None if source is None else str(source), "most": most, "offset": offset}
    newest = newest_snapshot_at(con)
    # Mostly the newest are asked for: then nothing older is read.
    rows = ask(con, "editions/days", **asked, since=midnight(newest.date()) - A_SEASON) if newest else []
    if len(rows) < most:
        rows = ask(con, "editions/days", **asked, since=None)
    return [msgspec.convert(row, PublicEdition) for row in rows]


def read_digest(con: "DuckDBPyConnection", source: Source, period: Period, *, hub_url: str) -> Digest | None:
    """What a reader of ``source`` was told at the end of the period who had read everything up to its beginning.

    Of a period that is not over it tells what is known so far. None before anything was known of the source, and for
    a period that has not begun.
    """
    newest = newest_snapshot_at(con)
    if newest is None or not _DAWN <= period.begins <= newest.date():
        return None
    digest = _compose(con, source, period, hub_url)
    return digest if digest.editions else None


def digest_of(con: "DuckDBPyConnection", edition: PublicEdition, *, hub_url: str) -> Digest:
    """What an edition that there is tells: `read_digest` of its day."""
    return _compose(con, read_source(edition.source), day_of(edition.day), hub_url)


def beside(con: "DuckDBPyConnection", source: Source, period: Period) -> Sequence[Period | None]:
    """The periods of the same length before and after, in which the source changed; None where there is none."""
    (row,) = ask(con, "editions/neighbours", source=str(source), begins=period.begins, ends=period.ends)
    as_period = week_of if period.is_week else day_of
    return [None if day is None else as_period(day) for day in (row["earlier"], row["later"])]


def edition_path(source: Source, period: Period) -> str:
    """The path of an edition's page: ``/editions/trending/2026-11-12``."""
    return f"/editions/{segment(str(source))}/{period.key}"


def _compose(con: "DuckDBPyConnection", source: Source, period: Period, hub_url: str) -> Digest:
    since, until = period.window
    return edit(con, {source: since}, until, hub_url=hub_url)
