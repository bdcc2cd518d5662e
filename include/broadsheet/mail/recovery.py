"""What an earlier sender left behind: its epoch is ended, and what its journals know is written down."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa

from broadsheet.mail.database import Database
from broadsheet.mail.entries import Settled, settled
from broadsheet.mail.journal import Attempt, JournalFile, Replay, journal_id, journals, read_journal
from broadsheet.mail.ledger import Shard, Tenure, fold
from broadsheet.mail.outcomes import judge
from broadsheet.mail.schema import deliveries, folded_journals, shards
from broadsheet.mail.states import OPEN, State
from broadsheet.mail.transport import Result

ENDED_BEFORE = "the sender ended before it was offered"
ENDED_AFTER = "the sender ended after it may have been offered"

ABSENT_AFTER = timedelta(seconds=60)
"""Who may have been offered to the very end of an earlier sender is looked for from the claim on, and is missing only
if that is still so at this time after the take-over."""


def recover(database: Database, folder: Path, shard: Shard, now: datetime) -> Tenure:
    """Begin a new epoch of the shard, whose lock the caller holds.

    What the journals in ``folder`` know and the ledger does not is written down first, also where the ledger is an
    older copy than they are. Who was in an earlier sender's hand and was not offered waits again; whoever may have
    been offered is in doubt, and so are all of them if that sender wrote its journal elsewhere.

    Raises:
        JournalError: a journal cannot be read.
        MailError: the mail database cannot be used.
    """
    here = journal_id(folder)
    files = journals(folder, shard.run_key, shard.number)
    with database.write() as con:
        last, elsewhere = _take_over(con, shard, here)
        tenure = Tenure(shard, max([last, *(file.epoch for file in files)]) + 1)
        con.execute(shards.update().where(shard.of(shards)).values(epoch=tenure.epoch, journal_id=here))
        unread = dict(_unread(con, files))
        known = _attempts(unread.values())
        blind = elsewhere or _is_gone(last, files) or any(replay.damaged for replay in unread.values())
        found = list(_judge_rows(con, shard, known, blind, now))
        _take_in_hand(con, tenure, found)
        fold(con, tenure, found, now)
        _mark(con, unread)
    return tenure


def _take_over(con: sa.Connection, shard: Shard, here: str) -> tuple[int, bool]:
    """The shard's last epoch, 0 for none, and whether its journal is on another host."""
    row = con.execute(
        sa.select(shards.c.epoch, shards.c.journal_id).where(shard.of(shards)).with_for_update()
    ).first()
    if row is None:
        con.execute(shards.insert(), {"run_key": shard.run_key, "shard": shard.number, "epoch": 0})
        return 0, False
    return row.epoch, row.journal_id not in {None, here}


def _unread(con: sa.Connection, files: Sequence[JournalFile]) -> Iterator[tuple[JournalFile, Replay]]:
    """What stands in the journals beyond what was folded into this ledger."""
    query = sa.select(folded_journals).where(folded_journals.c.name.in_([file.name for file in files]))
    read = {row.name: row.size for row in con.execute(query)}
    for file in files:
        yield file, read_journal(file.path, read.get(file.name, 0))


def _attempts(replays: Collection[Replay]) -> dict[str, tuple[int, Attempt]]:
    """The last attempt at each delivery that the journals know."""
    known: dict[str, tuple[int, Attempt]] = {}
    for replay in replays:
        for (delivery_id, number), attempt in replay.attempts().items():
            if number >= known.get(delivery_id, (0, attempt))[0]:
                known[delivery_id] = number, attempt
    return known


def _is_gone(last: int, files: Sequence[JournalFile]) -> bool:
    """Whether the last sender's journal is missing: it is made before the first mail."""
    return last > 0 and all(file.epoch != last for file in files)


def _judge_rows(
    con: sa.Connection, shard: Shard, known: Mapping[str, tuple[int, Attempt]], blind: bool, now: datetime
) -> Iterator[Settled]:
    """What became of whoever was in hand, and of those of whom the journals know more than the ledger."""
    states = OPEN if known else (State.CLAIMED,)
    query = sa.select(
        deliveries.c.delivery_id, deliveries.c.attempt, deliveries.c.state, deliveries.c.updated_at
    ).where(shard.of(deliveries), deliveries.c.state.in_(states))
    for row in con.execute(query).all():
        number, attempt = known.get(row.delivery_id, (0, None))
        if attempt is not None and _is_news(number, attempt, row.attempt, row.state):
            yield _replayed(row.delivery_id, number, attempt, now)
        elif row.state == State.CLAIMED and blind:
            yield Settled(
                delivery_id=row.delivery_id,
                attempt=row.attempt,
                state=State.IN_DOUBT,
                next_attempt_at=now + ABSENT_AFTER,
                at=row.updated_at,
                text=ENDED_AFTER,
            )
        elif row.state == State.CLAIMED:
            yield Settled(
                delivery_id=row.delivery_id, attempt=row.attempt, state=State.PENDING, text=ENDED_BEFORE
            )


def _is_news(number: int, attempt: Attempt, known: int, state: str) -> bool:
    """Whether a journal's attempt says more than the ledger, which stands at attempt ``known`` in ``state``."""
    answered = attempt.outcome.result is not Result.IN_DOUBT
    return number > known or (
        number == known and (state == State.CLAIMED or (state == State.IN_DOUBT and answered))
    )


def _replayed(delivery_id: str, number: int, attempt: Attempt, now: datetime) -> Settled:
    consequence = judge(attempt.outcome, number, now, delivery_id)
    entry = settled(delivery_id, number, attempt.outcome, consequence, attempt.sha256)
    if entry.state is State.IN_DOUBT:
        return msgspec.structs.replace(entry, at=attempt.dot_at, text=entry.text or ENDED_AFTER)
    return entry


def _take_in_hand(con: sa.Connection, tenure: Tenure, found: Sequence[Settled]) -> None:
    """Make the new epoch the holder of all rows that it settles now or as doubts."""
    con.execute(
        deliveries.update()
        .where(tenure.shard.of(deliveries), deliveries.c.state.in_((State.CLAIMED, State.IN_DOUBT)))
        .values(claim_epoch=tenure.epoch)
    )
    if found:
        con.execute(
            deliveries.update()
            .where(deliveries.c.delivery_id == sa.bindparam("its_id"))
            .values(state=State.CLAIMED, attempt=sa.bindparam("its_attempt"), claim_epoch=tenure.epoch),
            [{"its_id": one.delivery_id, "its_attempt": one.attempt} for one in found],
        )


def _mark(con: sa.Connection, unread: Mapping[JournalFile, Replay]) -> None:
    names = [file.name for file in unread]
    con.execute(folded_journals.delete().where(folded_journals.c.name.in_(names)))
    if unread:
        con.execute(
            folded_journals.insert(),
            [{"name": file.name, "size": replay.size} for file, replay in unread.items()],
        )
