"""The subscribers of an audience with all that decides what they are told; read in parts, however many they are."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from broadsheet.digest.topics import read_topics
from broadsheet.digest.wishes import Wishes
from broadsheet.mail.audience import Owed
from broadsheet.mail.preferences import Preferences, from_columns
from broadsheet.mail.schema import subscribers, suppressions, told
from broadsheet.model import ListId, ListKind, read_source

Need = tuple[ListId | ListKind, datetime | None]
"""A source, and the time of the newest board of it that somebody was told; None if they never were."""

AT_ONCE = 1000
"""How many subscribers one query asks for."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """One subscriber of an audience. ``told`` is, by source, the time of the newest board delivered to them."""

    subscriber_id: int
    kind: str
    address: str
    address_key: str
    address_hash: str
    is_suppressed: bool
    preferences: Preferences
    told: dict[str, datetime]

    @property
    def wishes(self) -> Wishes:
        """What decides which papers they are told of."""
        return _wishes(self.preferences.topics, self.preferences.min_upvotes)

    @property
    def needs(self) -> tuple[Need, ...]:
        """What has to be known to tell them anything, in the order of their lists."""
        return tuple((source, self.told.get(str(source))) for source in self.preferences.lists)


def members(con: sa.Connection, owed: Owed) -> Iterator[Sequence[Member]]:
    """Those of ``owed`` who are still to be served, in parts, by their numbers.

    Their rows are held until the transaction ends, so that nobody is forgotten or unsubscribed in the middle of it.
    """
    for ids in _parts(owed):
        query = (
            sa.select(subscribers, suppressions.c.reason.label("suppressed"))
            .outerjoin(suppressions, suppressions.c.address_hash == subscribers.c.address_hash)
            .where(
                subscribers.c.subscriber_id.in_(ids),
                owed.schedule.holders,
                subscribers.c.scheduled_from <= owed.due.at,
            )
            .order_by(subscribers.c.subscriber_id)
            .with_for_update(read=True, of=subscribers)
        )
        rows = con.execute(query).mappings().all()
        boards = _told(con, ids)
        yield [
            Member(
                subscriber_id=row["subscriber_id"],
                kind=row["kind"],
                address=row["address"],
                address_key=row["address_key"],
                address_hash=row["address_hash"],
                is_suppressed=row["suppressed"] is not None,
                preferences=from_columns(row),
                told=boards.get(row["subscriber_id"], {}),
            )
            for row in rows
        ]


def needs(con: sa.Connection, audience: Iterable[Owed]) -> set[Need]:
    """Everything that has to be known to tell all of an audience."""
    found: set[Need] = set()
    for owed in audience:
        for ids in _parts(owed):
            found |= _needs(con, ids)
    return found


def _needs(con: sa.Connection, ids: Sequence[int]) -> set[Need]:
    lists = sa.select(subscribers.c.lists).where(subscribers.c.subscriber_id.in_(ids)).distinct()
    sources = {source for text in con.scalars(lists) for source in map(read_source, text.split(","))}
    names = {str(source): source for source in sources}
    boards = sa.select(told.c.source, told.c.as_of).where(told.c.subscriber_id.in_(ids)).distinct()
    since = {(names[name], as_of) for name, as_of in con.execute(boards) if name in names}
    return since | {(source, None) for source in sources}


def _told(con: sa.Connection, ids: Sequence[int]) -> dict[int, dict[str, datetime]]:
    query = sa.select(told).where(told.c.subscriber_id.in_(ids))
    found: dict[int, dict[str, datetime]] = {}
    for subscriber_id, source, as_of in con.execute(query):
        found.setdefault(subscriber_id, {})[source] = as_of
    return found


def _parts(owed: Owed) -> Iterator[Sequence[int]]:
    ids = owed.subscriber_ids
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


@lru_cache(maxsize=4096)
def _wishes(topics: str, min_upvotes: int) -> Wishes:
    return Wishes(read_topics(topics), min_upvotes)
