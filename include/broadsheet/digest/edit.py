"""From the published warehouse to a digest."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from broadsheet.digest.edition import Digest, Edition, SectionName, compose
from broadsheet.digest.stock import LATE
from broadsheet.digest.window import read_windows
from broadsheet.model import ListId, ListKind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def edit(
    con: "DuckDBPyConnection",
    sources: Mapping[ListId | ListKind, datetime | None],
    until: datetime,
    *,
    hub_url: str,
    timezone: str = "UTC",
) -> Digest:
    """The digest of ``sources``, each with the time of the board told last (None: never told), as of ``until``.

    Sources of which nothing was known by then have no edition. ``con`` is a connection to the published file.
    """
    editions = tuple(
        edition
        for source, since in sources.items()
        for edition in _editions(con, source, since, until, hub_url)
    )
    return Digest(editions=editions, until=until, timezone=timezone, hub_url=hub_url)


def _editions(
    con: "DuckDBPyConnection",
    source: ListId | ListKind,
    since: datetime | None,
    until: datetime,
    hub_url: str,
) -> Iterator[Edition]:
    for age, window in enumerate(read_windows(con, source, since, until)):
        edition = compose(window, hub_url)
        if age == 0:
            yield edition
        elif edition.items(SectionName.NEW) or edition.items(SectionName.BACK):
            late = tuple(section for section in edition.sections if section.name in LATE)
            yield replace(edition, sections=late)
