"""The subscribers of an audience with all that decides what they are told; read in parts, however many they are."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from broadsheet.digest.topics import read_topics
from broadsheet.digest.wishes import Wishes
from broadsheet.mail.audience import Owed
from broadsheet.mail.preferences import FIELDS, Preferences, from_columns
from broadsheet.mail.schema import subscribers, suppressions, told
from broadsheet.model import ListId, ListKind

Need = tuple[ListId | ListKind, datetime | None]
"""A source, and the time of the newest board of it that somebody was told; None if they never were."""

AT_ONCE = 1000
"""How many subscribers one query asks for."""


_COLUMNS = [
    subscribers.c[name]
    for name in ("subscriber_id", "kind", "address", "address_key", "address_hash", *FIELDS)
]


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
    """Those of ``owed`` who still are to be served, in parts, by their numbers.

    Their rows are held until the transaction ends, so that nobody is forgotten or unsubscribed in the middle of it.
    """
    ids = owed.subscriber_ids
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        # A range is shorter to write than a thousand numbers; who is in it and owed nothing is passed over here.
        these = sa.and_(
            subscribers.c.subscriber_id.between(part[0], part[-1]),
            owed.schedule.holders,
            subscribers.c.scheduled_from <= owed.due.at,
        )
        yield _read(con, these, frozenset(part))


def _read(con: sa.Connection, these: sa.ColumnElement[bool], wanted: Collection[int]) -> list[Member]:
    query = (
        sa.select(*_COLUMNS, suppressions.c.reason.label("suppressed"))
        .outerjoin(suppressions, suppressions.c.address_hash == subscribers.c.address_hash)
        .where(these)
        .order_by(subscribers.c.subscriber_id)
        .with_for_update(read=True, of=subscribers)
    )
    rows = con.execute(query).mappings().all()
    boards = _told(con, these)
    return [
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
        if row["subscriber_id"] in wanted
    ]


def _told(con: sa.Connection, these: sa.ColumnElement[bool]) -> dict[int, dict[str, datetime]]:
    query = (
        sa.select(told).join(subscribers, subscribers.c.subscriber_id == told.c.subscriber_id).where(these)
    )
    found: dict[int, dict[str, datetime]] = {}
    for subscriber_id, source, as_of in con.execute(query):
        found.setdefault(subscriber_id, {})[source] = as_of
    return found


@lru_cache(maxsize=4096)
def _wishes(topics: str, min_upvotes: int) -> Wishes:
    return Wishes(read_topics(topics), min_upvotes)
