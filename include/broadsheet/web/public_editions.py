"""Public editions: what was new on a list on a day, the same for everybody, composed from the publication."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from broadsheet.digest.edit import edit
from broadsheet.digest.edition import Digest
from broadsheet.model import ListId, ListKind
from broadsheet.times import midnight
from broadsheet.web.questions import ask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

A_DAY = timedelta(days=1)
_DAWN = date(1991, 8, 14)
"""Before arXiv opened there was nothing to list."""


class PublicEdition(msgspec.Struct, frozen=True, kw_only=True):
    """That there is an edition: ``source`` is a list or a kind of dated lists as `read_source` reads it, ``day`` a
    day in UTC on which it changed, ``as_of`` the day's last snapshot of it.
    """

    source: str
    day: date
    snapshots: int
    as_of: datetime


def public_editions(
    con: "DuckDBPyConnection", source: ListId | ListKind | None = None, *, most: int, offset: int = 0
) -> list[PublicEdition]:
    """The editions there are, newest first: ``most`` of them behind ``offset``, of one source unless it is None."""
    rows = ask(
        con, "public_editions", source=None if source is None else str(source), most=most, offset=offset
    )
    return [msgspec.convert(row, PublicEdition) for row in rows]


def public_digest(
    con: "DuckDBPyConnection", source: ListId | ListKind, day: date, *, hub_url: str
) -> Digest | None:
    """What a reader of ``source`` was told at the end of ``day`` who had read everything up to its beginning.

    Of a day that is not over it tells what is known so far. None before anything was known of the source, and for a
    day that has not come.
    """
    newest = ask(con, "newest_snapshot")[0]["captured_at"]
    if newest is None or not _DAWN <= day <= newest.date():
        return None
    begins = midnight(day)
    # What was captured at the very beginning of a day belongs to it.
    since, until = begins - timedelta(microseconds=1), begins + A_DAY - timedelta(microseconds=1)
    digest = edit(con, {source: since}, until, hub_url=hub_url)
    return digest if digest.editions else None
