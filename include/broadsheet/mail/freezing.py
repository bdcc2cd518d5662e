"""Writing a run down: fragments, selections, deliveries and exclusions, part by part in the caller's transaction."""

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from broadsheet.digest.edition import Edition
from broadsheet.mail.audience import Lapsed, Owed
from broadsheet.mail.contents import FRAGMENTS
from broadsheet.mail.deciding import Editor, Told
from broadsheet.mail.errors import MailError
from broadsheet.mail.members import Member, members
from broadsheet.mail.schema import (
    deliveries,
    exclusions,
    run_contents,
    runs,
    selection_boards,
    selections,
    subscribers,
)
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import Reason, RunState, State
from broadsheet.mail.tokens import delivery_id
from broadsheet.settings import Settings

Row = dict[str, Any]


class Freezer:
    """Writes one run down, for everybody it is owed to. Until `close` its row is ``building``."""

    def __init__(
        self, con: sa.Connection, run_key: str, now: datetime, editor: Editor, settings: Settings
    ) -> None:
        self._con = con
        self._run_key = run_key
        self._now = now
        self._editor = editor
        self._shards = settings.shards
        self._secret = secret_key(settings)
        self._numbers: dict[tuple[bytes, tuple[int, ...]], int] = {}
        self._unwritten: list[tuple[int, Told, bytes]] = []
        self._hash = hashlib.sha256()
        self._candidates = 0
        self.waiting = 0

    def note_missed(self, went_by: Iterable[Lapsed]) -> None:
        """Exclude those whose occasion went by unserved."""
        for occasion, unserved in went_by:
            rows = sa.select(
                sa.literal(self._run_key),
                subscribers.c.subscriber_id,
                sa.literal(occasion),
                sa.literal(str(Reason.MISSED)),
                sa.literal(self._now, exclusions.c.at.type),
            ).where(unserved)
            written = self._con.execute(exclusions.insert().from_select(list(exclusions.c.keys()), rows))
            self._candidates += written.rowcount

    def serve(self, owed: Owed) -> None:
        """Write what becomes of everybody who is owed this occasion."""
        for part in members(self._con, owed):
            self._serve(owed, part)

    def close(self) -> None:
        """Write the content and the counts: the run is frozen then, or gone again if it was owed to nobody.

        Raises:
            MailError: the counts do not add up.
        """
        mine = runs.c.run_key == self._run_key
        if not self._candidates:
            self._con.execute(runs.delete().where(mine))
            return
        fragments = self._editor.fragments().encode()
        self._hash.update(fragments)
        self._con.execute(
            run_contents.insert(), {"run_key": self._run_key, "name": FRAGMENTS, "data": fragments}
        )
        prepared, excluded = self._count(deliveries), self._count(exclusions)
        if self._candidates != prepared + excluded:
            raise MailError(
                f"run {self._run_key} does not add up: {self._candidates} are owed a digest, {prepared} are prepared "
                f"and {excluded} excluded. Nothing was written; this is a fault of the program"
            )
        self._con.execute(
            runs.update()
            .where(mine)
            .values(
                state=str(RunState.FROZEN),
                candidates=self._candidates,
                prepared=prepared,
                excluded=excluded,
                content_hash=self._hash.hexdigest(),
                frozen_at=self._now,
            )
        )

    def _serve(self, owed: Owed, part: Sequence[Member]) -> None:
        prepared, excluded = [], []
        for member in part:
            decision = self._editor.decide(member)
            if decision is None:
                self.waiting += 1
                continue
            self._candidates += 1
            if isinstance(decision, Told):
                prepared.append(self._delivery(owed, member, self._number(decision)))
            else:
                excluded.append(self._exclusion(owed, member, decision))
        self._write_selections()
        _insert(self._con, deliveries, prepared)
        _insert(self._con, exclusions, excluded)

    def _delivery(self, owed: Owed, member: Member, selection: int) -> Row:
        return {
            "delivery_id": delivery_id(self._run_key, member.subscriber_id, self._secret),
            "run_key": self._run_key,
            "subscriber_id": member.subscriber_id,
            "occasion": owed.due.occasion,
            "shard": shard_of(member.subscriber_id, self._shards),
            "kind": member.kind,
            "address": member.address,
            "address_key": member.address_key,
            "address_hash": member.address_hash,
            "selection_id": selection,
            "state": str(State.PENDING),
            "deadline_at": owed.deadline_at,
            "updated_at": self._now,
        }

    def _exclusion(self, owed: Owed, member: Member, reason: Reason) -> Row:
        return {
            "run_key": self._run_key,
            "subscriber_id": member.subscriber_id,
            "occasion": owed.due.occasion,
            "reason": str(reason),
            "at": self._now,
        }

    def _number(self, told: Told) -> int:
        """The selection's number; it is written the first time it is seen with these windows."""
        data = told.selection.encode()
        content = hashlib.sha256(told.selection.subject.encode() + b"\n" + data).digest()
        number = self._numbers.get((content, told.stocks))
        if number is None:
            number = self._numbers[content, told.stocks] = len(self._numbers) + 1
            self._hash.update(content)
            self._unwritten.append((number, told, data))
        return number

    def _write_selections(self) -> None:
        contents, boards = [], []
        for number, told, data in self._unwritten:
            key = {"run_key": self._run_key, "selection_id": number}
            contents.append(
                key | {"subject": told.selection.subject, "items": told.selection.items, "data": data}
            )
            boards += [key | _board(edition) for edition in self._editor.editions(told.stocks)]
        _insert(self._con, selections, contents)
        _insert(self._con, selection_boards, boards)
        self._unwritten.clear()

    def _count(self, table: sa.Table) -> int:
        query = sa.select(sa.func.count()).select_from(table).where(table.c.run_key == self._run_key)
        return self._con.execute(query).scalar_one()


def shard_of(subscriber_id: int, shards: int) -> int:
    """Which part of a run a subscriber is in: always the same for as many parts."""
    return zlib.crc32(str(subscriber_id).encode()) % shards


def _board(edition: Edition) -> Row:
    return {
        "source": edition.source,
        "list": str(edition.list_id),
        "from_snapshot": edition.from_snapshot,
        "to_snapshot": edition.to_snapshot,
        "as_of": edition.as_of,
    }


def _insert(con: sa.Connection, table: sa.Table, rows: list[Row]) -> None:
    """Many rows a statement: SQLAlchemy packs them so only where something is returned."""
    if rows:
        con.execute(table.insert().returning(table.c.run_key), rows)
