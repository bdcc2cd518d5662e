"""Which watched lists have given nothing to believe for too long."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from broadsheet.model import ListId
from broadsheet.settings import Settings
from broadsheet.warehouse.rows import fetch, from_db
from broadsheet.warehouse.store import open_published

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHORTEST = timedelta(hours=3)
"""No list counts as silent before: a hub's bad hour is not yet news."""

POLLS = 8
"""Nor before it has missed so many polls."""


class Silence(msgspec.Struct, frozen=True):
    """A list that is silent; ``since`` is when it last gave something to believe, None for never."""

    list_id: ListId
    since: datetime | None
    last_word: str | None
    """The verdict and reason of what came last, None when nothing ever came."""

    def __str__(self) -> str:
        since = f"since {self.since:%Y-%m-%d %H:%M} UTC" if self.since else "ever"
        return f"{self.list_id}: nothing to believe {since} ({self.last_word or 'it was never asked'})"


def silent_lists(settings: Settings, now: datetime) -> tuple[Silence, ...]:
    """The watched lists that are silent at ``now``, by the published file.

    Raises:
        WarehouseError: nothing is published yet.
    """
    with open_published(settings) as con:
        return silences(con, settings, now)


def silences(con: "DuckDBPyConnection", settings: Settings, now: datetime) -> tuple[Silence, ...]:
    """The same, by a connection to the publication."""
    oldest = now - max(SHORTEST, timedelta(seconds=POLLS * settings.poll_seconds))
    found = []
    for list_id in settings.watched_lists:
        rows = fetch(con, "read/source_belief", kind=str(list_id.kind), key=list_id.key)
        believed_at, verdict, reason = rows[0] if rows else (None, None, None)
        since = from_db(believed_at) if believed_at else None
        if since is None or since < oldest:
            found.append(Silence(list_id, since, f"{verdict}: {reason}" if verdict else None))
    return tuple(found)
