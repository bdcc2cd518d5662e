"""The store of deliveries: SQLite, one row for each edition and recipient, with the mail itself.

A row is ``prepared`` when the finished mail is kept and nothing was sent, ``sending`` when everything but the
final dot may be over, and then ``sent``, ``presumed_sent``, ``failed`` (refused) or ``expired``. All times are
UTC. Addresses stand here and nowhere else.
"""

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from broadsheet.digest.edition import Digest
from broadsheet.mail.errors import MailError
from broadsheet.mail.message import Message

STORE_VERSION = 1


class State(StrEnum):
    """Where a delivery stands."""

    PREPARED = "prepared"
    SENDING = "sending"
    SENT = "sent"
    PRESUMED_SENT = "presumed_sent"
    FAILED = "failed"
    EXPIRED = "expired"


DELIVERED = (State.SENT, State.PRESUMED_SENT)
OPEN = (State.PREPARED, State.SENDING)


class _Time(sa.types.TypeDecorator[datetime]):
    """Aware UTC in Python, naive UTC in the file."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


_metadata = sa.MetaData()
_deliveries = sa.Table(
    "deliveries",
    _metadata,
    sa.Column("delivery_id", sa.String, primary_key=True),
    sa.Column("run", sa.String, nullable=False),  # the local day, 2026-11-20
    sa.Column("edition_key", sa.String, nullable=False),
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("date", _Time, nullable=False),
    sa.Column("message", sa.LargeBinary, nullable=False),
    sa.Column("sha256", sa.String, nullable=False),
    sa.Column("prepared_at", _Time, nullable=False),
    sa.Column("tried_at", _Time),
    sa.Column("closed_at", _Time),
    sa.Column("reply", sa.String),
    sa.UniqueConstraint("edition_key", "recipient"),
    sa.UniqueConstraint("run", "recipient"),
)
_told = sa.Table(
    "told_boards",
    _metadata,
    sa.Column("delivery_id", sa.ForeignKey("deliveries.delivery_id"), primary_key=True),
    sa.Column("source", sa.String, primary_key=True),  # as the setting names it: trending, daily, …
    sa.Column("list", sa.String, primary_key=True),
    sa.Column("from_snapshot", sa.BigInteger),
    sa.Column("to_snapshot", sa.BigInteger, nullable=False),
    sa.Column("as_of", _Time, nullable=False),
)
_quiet = sa.Table(
    "quiet_days",
    _metadata,
    sa.Column("run", sa.String, primary_key=True),
    sa.Column("recipient", sa.String, primary_key=True),
    sa.Column("looked_at", _Time, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
)


class Draft(msgspec.Struct, frozen=True):
    """What a delivery is about. ``run`` is the local day, such as 2026-11-20."""

    run: str
    recipient: str
    subject: str
    digest: Digest


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One row: one digest to one recipient."""

    delivery_id: str
    run: str
    edition_key: str
    state: State
    subject: str
    prepared_at: datetime
    reply: str | None
    message: Message


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What a local day came to, without addresses. ``state`` is a `State`, or ``quiet`` for a day without news.

    ``boards`` are the lists told, each as (list, from snapshot, to snapshot).
    """

    run: str
    state: str
    at: datetime
    reason: str | None
    subject: str | None = None
    edition_key: str | None = None
    delivery_id: str | None = None
    boards: tuple[tuple[str, int | None, int], ...] = ()


class Deliveries:
    """The store. Every method is one durable transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def open_delivery(self, recipient: str) -> Delivery | None:
        """The delivery that is not over yet, if there is one."""
        return self._find(_deliveries.c.recipient == recipient, _deliveries.c.state.in_(OPEN))

    def of_run(self, run: str, recipient: str) -> Delivery | None:
        """The delivery of that local day."""
        return self._find(_deliveries.c.recipient == recipient, _deliveries.c.run == run)

    def told_until(self, source: str, recipient: str) -> datetime | None:
        """The time of the newest board of ``source`` that was delivered; None if none ever was."""
        query = (
            sa.select(sa.func.max(_told.c.as_of))
            .join(_deliveries)
            .where(
                _told.c.source == source,
                _deliveries.c.recipient == recipient,
                _deliveries.c.state.in_(DELIVERED),
            )
        )
        with self._engine.connect() as con:
            found: datetime | None = con.execute(query).scalar()
        return found

    def prepare(self, draft: Draft, message: Message, now: datetime) -> Delivery:
        """Keep a finished mail. One that was refused or expired makes way for it."""
        row = {
            "delivery_id": message.delivery_id,
            "run": draft.run,
            "edition_key": draft.digest.key,
            "recipient": draft.recipient,
            "state": State.PREPARED,
            "subject": draft.subject,
            "date": message.date,
            "message": message.data,
            "sha256": message.sha256,
            "prepared_at": now,
        }
        boards = [
            {
                "delivery_id": message.delivery_id,
                "source": edition.source,
                "list": str(edition.list_id),
                "from_snapshot": edition.from_snapshot,
                "to_snapshot": edition.to_snapshot,
                "as_of": edition.as_of,
            }
            for edition in draft.digest.editions
        ]
        with self._engine.begin() as con:
            con.execute(_told.delete().where(_told.c.delivery_id == message.delivery_id))
            con.execute(
                _deliveries.delete().where(
                    _deliveries.c.delivery_id == message.delivery_id,
                    _deliveries.c.state.in_((State.FAILED, State.EXPIRED)),
                )
            )
            con.execute(_deliveries.insert(), row)
            con.execute(_told.insert(), boards)
        return self._get(message.delivery_id)

    def hand_over(self, delivery_id: str, now: datetime) -> None:
        """Note, before the last byte goes out, that from now on the mail may have been taken."""
        self._update(delivery_id, state=State.SENDING, tried_at=now)

    def note(self, delivery_id: str, state: State, reply: str, now: datetime) -> Delivery:
        """Note what became of an attempt; returns the row."""
        closed = None if state in OPEN else now
        self._update(delivery_id, state=state, reply=reply, tried_at=now, closed_at=closed)
        return self._get(delivery_id)

    def note_quiet(self, run: str, recipient: str, reason: str, now: datetime) -> None:
        """Note that a day had no news; the first look of the day is kept."""
        row = {"run": run, "recipient": recipient, "looked_at": now, "reason": reason}
        with self._engine.begin() as con:
            con.execute(sa.insert(_quiet).prefix_with("OR IGNORE"), row)

    def days(self) -> list[Day]:
        """What every day so far came to, the newest first; one of a day and recipient."""
        with self._engine.connect() as con:
            light = [column for column in _deliveries.c if column is not _deliveries.c.message]
            sent = [_day(row) for row in con.execute(sa.select(*light)).mappings()]
            quiet = [
                Day(run=row["run"], state="quiet", at=row["looked_at"], reason=row["reason"])
                for row in con.execute(sa.select(_quiet)).mappings()
            ]
            boards: dict[str, list[tuple[str, int | None, int]]] = defaultdict(list)
            for row in con.execute(sa.select(_told)).mappings():
                boards[row["delivery_id"]].append((row["list"], row["from_snapshot"], row["to_snapshot"]))
        told = [msgspec.structs.replace(day, boards=tuple(boards[day.delivery_id or ""])) for day in sent]
        return sorted([*told, *quiet], key=lambda day: (day.run, day.at), reverse=True)

    def _update(self, delivery_id: str, **values: Any) -> None:
        with self._engine.begin() as con:
            con.execute(_deliveries.update().where(_deliveries.c.delivery_id == delivery_id).values(values))

    def _get(self, delivery_id: str) -> Delivery:
        found = self._find(_deliveries.c.delivery_id == delivery_id)
        if found is None:
            raise MailError(f"delivery {delivery_id} is gone from the store of deliveries")
        return found

    def _find(self, *conditions: sa.ColumnElement[bool]) -> Delivery | None:
        query = sa.select(_deliveries).where(*conditions).order_by(_deliveries.c.prepared_at)
        with self._engine.connect() as con:
            row = con.execute(query).mappings().first()
        return None if row is None else _delivery(row)


def _delivery(row: Mapping[Any, Any]) -> Delivery:
    return Delivery(
        delivery_id=row["delivery_id"],
        run=row["run"],
        edition_key=row["edition_key"],
        state=State(row["state"]),
        subject=row["subject"],
        prepared_at=row["prepared_at"],
        reply=row["reply"],
        message=Message(row["delivery_id"], row["date"], row["message"]),
    )


def _day(row: Mapping[Any, Any]) -> Day:
    return Day(
        run=row["run"],
        state=row["state"],
        at=row["closed_at"] or row["tried_at"] or row["prepared_at"],
        reason=row["reply"],
        subject=row["subject"],
        edition_key=row["edition_key"],
        delivery_id=row["delivery_id"],
    )


@contextmanager
def open_deliveries(path: Path) -> Iterator[Deliveries]:
    """The store in that file, made on first use and readable by its owner only.

    Raises:
        MailError: the file cannot be used, or a newer version wrote it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise MailError(f"{path} cannot be used: {error.strerror}") from None
    engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.pool.StaticPool, hide_parameters=True)
    sa.event.listen(engine, "connect", _configure)
    try:
        _migrate(engine, path)
        yield Deliveries(engine)
    except sa.exc.DatabaseError as error:
        raise MailError(f"{path} cannot be used: {error.orig}") from error
    finally:
        engine.dispose()


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    """A commit is on the disk when it returns: what is noted before a mail goes out must outlive a power cut."""
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 5000"):
        connection.execute(f"PRAGMA {pragma}")


def _migrate(engine: sa.Engine, path: Path) -> None:
    with engine.begin() as con:
        version = con.execute(sa.text("PRAGMA user_version")).scalar_one()
        if version > STORE_VERSION:
            raise MailError(f"{path} was written by a newer version of Broadsheet: install that one")
        if version == 0:
            _metadata.create_all(con)
            con.execute(sa.text(f"PRAGMA user_version = {STORE_VERSION}"))
