"""What the first version stored, in the tables of revision 0002.

Every address that mail went to becomes a subscriber, every local day a run. A delivery that was open is closed:
where the final dot may have gone out it counts as accepted, and what was only prepared is given up, so that its
news comes with the next digest. The finished mails are not kept: they hold addresses.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from broadsheet.mail.migrations import Before, second

DEFAULT_PREFERENCES = {"cadence": "daily", "hour": 7, "timezone": "UTC", "lists": "trending"}
EXPIRED_AFTER = timedelta(hours=20)
SLOT = timedelta(minutes=15)
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 (all times here are naive UTC, as the database keeps them)

Row = Mapping[str, Any]
Rows = Sequence[Row]

_STATES = {
    "prepared": (
        "aborted",
        "given up at the upgrade from the first version: its news comes with the next digest",
    ),
    "sending": ("presumed_accepted", "in doubt at the upgrade from the first version: presumed accepted"),
    "sent": ("accepted", None),
    "presumed_sent": ("presumed_accepted", "presumed accepted by the first version"),
    "failed": ("failed", None),
    "expired": ("expired", "could not be sent in time"),
}
_COUNTED = ("sending", "sent", "presumed_sent")
_PAPER_LINK = re.compile(r"/papers/(\d[\d.]+)")
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")

_deliveries = sa.table(
    "deliveries",
    *map(sa.column, ("delivery_id", "run", "recipient", "state", "subject", "message", "sha256", "reply")),
    *(sa.column(name, sa.DateTime) for name in ("date", "prepared_at", "tried_at", "closed_at")),
)
_told = sa.table(
    "told_boards",
    *map(sa.column, ("delivery_id", "source", "list", "from_snapshot", "to_snapshot")),
    sa.column("as_of", sa.DateTime),
)
_quiet = sa.table("quiet_days", sa.column("run"), sa.column("recipient"), sa.column("looked_at", sa.DateTime))


class Stored(NamedTuple):
    """The first version's rows; of a mail only how many papers it tells of (``items``)."""

    deliveries: Rows
    boards: Rows
    quiet: Rows


def read(con: sa.Connection) -> Stored:
    """All that the first version stored."""
    found = con.execute(sa.select(_deliveries).order_by(_deliveries.c.prepared_at)).mappings()
    deliveries = [{**row, "message": None, "items": _items(row["message"])} for row in found]
    sent_on = {(row["run"], row["recipient"]) for row in deliveries}
    boards = [dict(row) for row in con.execute(sa.select(_told)).mappings()]
    quiet = [dict(row) for row in con.execute(sa.select(_quiet)).mappings()]
    return Stored(deliveries, boards, [row for row in quiet if (row["run"], row["recipient"]) not in sent_on])


def write(con: sa.Connection, stored: Stored, before: Before) -> None:
    """Fill the new tables."""
    people = {
        recipient: _subscribe(con, recipient, moments, before)
        for recipient, moments in _moments(stored).items()
    }
    boards = defaultdict(list)
    for row in stored.boards:
        boards[row["delivery_id"]].append(row)
    days = sorted([*stored.deliveries, *stored.quiet], key=lambda row: str(row["run"]))
    for day, rows in groupby(days, key=lambda row: row["run"]):
        _write_day(con, day, list(rows), people, boards)
    _write_told(con, stored, people)


class _Person(NamedTuple):
    subscriber_id: int
    address: str
    key: str
    hash: str


def _moments(stored: Stored) -> dict[str, list[datetime]]:
    """When something was done for whom."""
    moments = defaultdict(list)
    for row in stored.deliveries:
        moments[row["recipient"]].append(row["prepared_at"])
    for row in stored.quiet:
        moments[row["recipient"]].append(row["looked_at"])
    return moments


def _subscribe(con: sa.Connection, recipient: str, moments: Iterable[datetime], before: Before) -> _Person:
    first, last = min(moments), max(moments)
    preferences = before.preferences if recipient == before.recipient else DEFAULT_PREFERENCES
    key = recipient.casefold()
    hashed = before.address_hash(key)
    row = {
        "kind": "mail",
        "address": recipient,
        "address_key": key,
        "address_hash": hashed,
        "state": "active",
        **preferences,
        "origin": "setting",
        "created_at": first,
        "updated_at": last,
        "scheduled_from": last,
    }
    made = second.subscribers.insert().returning(second.subscribers.c.subscriber_id)
    subscriber_id = con.execute(made, row).scalar_one()
    followed = {name: str(preferences[name]) for name in ("hour", "timezone", "lists")}
    event = {
        "subscriber_id": subscriber_id,
        "at": first,
        "event": "added",
        "source": "setting",
        "detail": json.dumps(followed),
    }
    con.execute(second.consent_events.insert(), event)
    return _Person(subscriber_id, recipient, key, hashed)


def _write_day(
    con: sa.Connection, day: str, rows: Rows, people: Mapping[str, _Person], boards: Mapping[str, Rows]
) -> None:
    """One local day as a run: what was sent, and to whom nothing was because nothing was new."""
    sent = [row for row in rows if "delivery_id" in row]
    quiet = [row for row in rows if "delivery_id" not in row]
    opened = min([*(row["date"] for row in sent), *(row["looked_at"] for row in quiet)])
    run = {
        "run_key": day,
        "kind": "digest",
        "slot": opened - (opened - EPOCH) % SLOT,
        "opened_at": opened,
        "state": "done",
        "policy": "verify",
        "candidates": len(rows),
        "prepared": len(sent),
        "excluded": len(quiet),
        "frozen_at": opened,
        "closed_at": max([*map(_last_touched, sent), *(row["looked_at"] for row in quiet)]),
    }
    con.execute(second.runs.insert(), run)
    for number, row in enumerate(sent, start=1):
        _write_delivery(con, row, number, people[row["recipient"]], boards[row["delivery_id"]])
    for row in quiet:
        exclusion = {
            "run_key": day,
            "subscriber_id": people[row["recipient"]].subscriber_id,
            "occasion": day,
            "reason": "nothing_new",
            "at": row["looked_at"],
        }
        con.execute(second.exclusions.insert(), exclusion)


def _write_delivery(con: sa.Connection, row: Row, number: int, person: _Person, boards: Rows) -> None:
    selection = {"run_key": row["run"], "selection_id": number}
    content = {"subject": row["subject"], "items": row["items"], "data": b""}
    con.execute(second.selections.insert(), selection | content)
    for board in boards:
        kept = {name: board[name] for name in ("source", "list", "from_snapshot", "to_snapshot", "as_of")}
        con.execute(second.selection_boards.insert(), selection | kept)
    state, resolution = _STATES[row["state"]]
    delivery = {
        "delivery_id": row["delivery_id"],
        **selection,
        "subscriber_id": person.subscriber_id,
        "occasion": row["run"],
        "address": person.address,
        "address_key": person.key,
        "address_hash": person.hash,
        "state": state,
        "attempt": int(row["tried_at"] is not None),
        "deadline_at": row["prepared_at"] + EXPIRED_AFTER,
        "sha256": row["sha256"],
        "reply": _ADDRESS.sub("…", row["reply"]) if row["reply"] else None,
        "resolution": resolution,
        "updated_at": _last_touched(row),
    }
    con.execute(second.deliveries.insert(), delivery)


def _write_told(con: sa.Connection, stored: Stored, people: Mapping[str, _Person]) -> None:
    """Of each subscriber and source the time of the newest board that was delivered."""
    counted = {row["delivery_id"]: row for row in stored.deliveries if row["state"] in _COUNTED}
    newest: dict[tuple[int, str], datetime] = {}
    for board in stored.boards:
        if board["delivery_id"] in counted:
            recipient = counted[board["delivery_id"]]["recipient"]
            told = (people[recipient].subscriber_id, board["source"])
            newest[told] = max(board["as_of"], newest.get(told, board["as_of"]))
    rows = [
        {"subscriber_id": subscriber_id, "source": source, "as_of": as_of}
        for (subscriber_id, source), as_of in newest.items()
    ]
    if rows:
        con.execute(second.told.insert(), rows)


def _last_touched(row: Row) -> datetime:
    moment: datetime = row["closed_at"] or row["tried_at"] or row["prepared_at"]
    return moment


def _items(message: bytes) -> int:
    """How many papers a finished mail links to."""
    part = message_from_bytes(message, policy=policy.default).get_body(("plain",))
    return len(set(_PAPER_LINK.findall(part.get_content()))) if part is not None else 0
