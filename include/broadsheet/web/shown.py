"""A list as pages show it: the papers of one board in order, and how they moved since a moment before."""

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.digest.edition import Edition, Item, SectionName, compose
from broadsheet.digest.window import read_windows
from broadsheet.model import ListId, ListKind
from broadsheet.web.questions import ask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TRENDING = ListId(ListKind.TRENDING)


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """A list's snapshot as of a moment, ``stood_at``, and the times of those beside it; None: there is none."""

    first_at: datetime
    newest_at: datetime
    stood_at: datetime | None
    earlier_at: datetime | None
    later_at: datetime | None


class ShownPaper(msgspec.Struct, frozen=True):
    """A paper of the board."""

    item: Item
    keywords: tuple[str, ...]


class ShownList(msgspec.Struct, frozen=True):
    """A board: its papers in order of rank, and what left it since the board it is compared with."""

    edition: Edition
    papers: tuple[ShownPaper, ...]
    left: tuple[Item, ...]

    @property
    def compared(self) -> bool:
        """Whether there is an earlier board to tell movement from."""
        return self.edition.from_snapshot is not None


def stand(con: "DuckDBPyConnection", list_id: ListId, at: datetime | None = None) -> Stand | None:
    """How a list stood at ``at``, by default now; None if it was never seen."""
    (row,) = ask(con, "lists/stand", kind=list_id.kind, key=list_id.key, at=at)
    return msgspec.convert(row, Stand) if row["first_at"] is not None else None


def show(
    con: "DuckDBPyConnection", list_id: ListId, at: datetime, since: datetime, *, hub_url: str
) -> ShownList:
    """The list as it stood at ``at``, beside the board that stood at ``since``; it must have stood at ``at``."""
    (window,) = read_windows(con, list_id, since, at)
    edition = compose(window, hub_url)
    places = {place.paper_id: number for number, place in enumerate(window.board.places)}
    items = (
        item for section in edition.sections if section.name is not SectionName.LEFT for item in section.items
    )
    papers = (
        ShownPaper(item, window.papers[item.paper_id].ai_keywords)
        for item in sorted(items, key=lambda item: places[item.paper_id])
    )
    return ShownList(edition, tuple(papers), edition.items(SectionName.LEFT))
