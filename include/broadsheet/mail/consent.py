"""The record of consent: who agreed to what, when and how; only ever added to, and never an address in it."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
import sqlalchemy as sa

from broadsheet.errors import UsageError
from broadsheet.mail.schema import consent_events

_ADDRESS = re.compile(r"[^\s@]@[^\s@]")


class ConsentEvent(StrEnum):
    """``requested`` waits for ``confirmed``; ``added`` by an operator, a file or a setting, who answers for it."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    ADDED = "added"
    CHANGED = "changed"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    UNSUPPRESSED = "unsuppressed"
    ERASED = "erased"


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One event as it is stored; ``source`` and ``detail`` are those of its `Act`."""

    event_id: int
    subscriber_id: int
    at: datetime
    event: ConsentEvent
    source: str
    detail: dict[str, Any]


class Act(msgspec.Struct, frozen=True):
    """Something that was done to a subscription: when, where it came from, and what is to be remembered of it.

    ``source`` is cli, import, web, setting or mail; ``detail`` goes into the record of consent as JSON.
    """

    at: datetime
    source: str
    detail: Mapping[str, Any] = {}


def record(con: sa.Connection, subscriber_id: int, event: ConsentEvent, act: Act) -> None:
    """Add one event. Raises UsageError as `consent_row`."""
    con.execute(consent_events.insert(), consent_row(subscriber_id, event, act))


def consent_row(subscriber_id: int, event: ConsentEvent, act: Act) -> dict[str, Any]:
    """A row of ``consent_events``, for who adds many at once.

    Raises:
        UsageError: ``detail`` holds what looks like an address.
    """
    detail = json.dumps(dict(act.detail), ensure_ascii=False, sort_keys=True)
    if _ADDRESS.search(detail):
        raise UsageError(
            "a record of consent outlives the address: say how they agreed without an address in it"
        )
    return {
        "subscriber_id": subscriber_id,
        "at": act.at,
        "event": str(event),
        "source": act.source,
        "detail": detail,
    }


def events(con: sa.Connection, subscriber_id: int | None = None) -> Iterator[Recorded]:
    """The events of one subscriber, or of all, in the order they were recorded."""
    query = sa.select(consent_events).order_by(consent_events.c.event_id)
    if subscriber_id is not None:
        query = query.where(consent_events.c.subscriber_id == subscriber_id)
    for row in con.execute(query.execution_options(yield_per=1000)).mappings():
        yield _recorded(row)


def latest(
    con: sa.Connection, subscriber_id: int, of: Iterable[ConsentEvent], source: str | None = None
) -> Recorded | None:
    """The newest event of one of these kinds, from that source if one is named."""
    query = (
        sa.select(consent_events)
        .where(consent_events.c.subscriber_id == subscriber_id, consent_events.c.event.in_(list(of)))
        .order_by(consent_events.c.event_id.desc())
        .limit(1)
    )
    if source is not None:
        query = query.where(consent_events.c.source == source)
    row = con.execute(query).mappings().first()
    return None if row is None else _recorded(row)


def _recorded(row: Mapping[Any, Any]) -> Recorded:
    return Recorded(
        event_id=row["event_id"],
        subscriber_id=row["subscriber_id"],
        at=row["at"],
        event=ConsentEvent(row["event"]),
        source=row["source"],
        detail=json.loads(row["detail"]),
    )
