"""A mail as it was frozen with its run: made again, byte for byte, out of what the run keeps."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from broadsheet.digest.forme import Forme
from broadsheet.digest.quoted import decode
from broadsheet.mail.accounts import Run, get_run
from broadsheet.mail.composer import Composer
from broadsheet.mail.contents import load_fragments, load_selection
from broadsheet.mail.identity import Kind
from broadsheet.mail.ledger import Claimed
from broadsheet.mail.letters import load_letter
from broadsheet.mail.message import Message
from broadsheet.mail.proofs import Sheets, digest_sheets
from broadsheet.mail.schedule import slot_of
from broadsheet.mail.schema import deliveries, runs, subscribers
from broadsheet.mail.states import RunKind, State
from broadsheet.mail.stationery import Stationery
from broadsheet.settings import Settings

FORGOTTEN = "forgotten@invalid"
"""Stands for an address that was erased: what the mail said can still be read."""


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A mail out of a run and where its delivery stands.

    ``is_same`` says whether its bytes are those that were offered; None if none ever were.
    """

    sheets: Sheets
    message: Message
    run_key: str
    delivery_id: str
    state: State
    is_same: bool | None


class _Frozen(msgspec.Struct, frozen=True, kw_only=True):
    claimed: Claimed
    run_key: str
    kind: str
    state: State


def delivery_in_slot(con: sa.Connection, subscriber_id: int, moment: datetime) -> str | None:
    """The delivery to a subscriber of the digest run of the slot that a time lies in; None if there is none."""
    return _find(con, subscriber_id, runs.c.slot == slot_of(moment))


def delivery_of_day(con: sa.Connection, subscriber_id: int, day: str) -> str | None:
    """The delivery of a subscriber's digest of a local day such as ``2026-11-20``; None if there is none."""
    return _find(con, subscriber_id, deliveries.c.occasion == day)


def delivery_of_run(con: sa.Connection, subscriber_id: int, run_key: str) -> str | None:
    """The delivery to a subscriber in a run, a letter's, too; None if there is none."""
    query = sa.select(deliveries.c.delivery_id).where(
        deliveries.c.subscriber_id == subscriber_id, deliveries.c.run_key == run_key
    )
    return con.scalar(query)


def copy_delivery(con: sa.Connection, settings: Settings, delivery_id: str) -> Copy:
    """The mail of a delivery, in all its forms.

    Raises:
        MailError: the run's content is gone.
    """
    frozen = _read(con, delivery_id)
    run = get_run(con, frozen.run_key)
    composer = Composer(con, settings, run)
    composer.load(con, [frozen.claimed])
    frozen, message = _same(composer, frozen)
    offered = frozen.claimed.sha256
    return Copy(
        sheets=_letter(con, run) if run.kind is RunKind.LETTER else _digest(con, settings, run, frozen),
        message=message,
        run_key=run.run_key,
        delivery_id=delivery_id,
        state=frozen.state,
        is_same=message.sha256 == offered if offered else None,
    )


def _same(composer: Composer, frozen: _Frozen) -> tuple[_Frozen, Message]:
    """The message as it was offered. Who has subscribed anew since has other links in their mails now: those of
    the subscription that it went to are found by its bytes.
    """
    last = frozen.claimed.generation
    made = []
    for generation in range(last, 0, -1):
        claimed = msgspec.structs.replace(frozen.claimed, generation=generation)
        message, _ = composer.message(claimed, frozen.kind)
        made.append((msgspec.structs.replace(frozen, claimed=claimed), message))
        if claimed.sha256 in {None, message.sha256}:
            return made[-1]
    return made[0]


def _letter(con: sa.Connection, run: Run) -> Sheets:
    _, subject, letter = load_letter(con, run.run_key)
    return Sheets(subject=subject, html=decode(letter.html), text=letter.plain, document=None)


def _digest(con: sa.Connection, settings: Settings, run: Run, frozen: _Frozen) -> Sheets:
    claimed = frozen.claimed
    paper = Stationery(settings, run.run_key, run.kind, run.opened_at)
    return digest_sheets(
        Forme(load_fragments(con, run.run_key)),
        load_selection(con, run.run_key, claimed.selection_id),
        paper.links(claimed.subscriber_id, claimed.generation, claimed.selection_id),
        channel=frozen.kind == Kind.CHANNEL,
    )


def _find(con: sa.Connection, subscriber_id: int, which: sa.ColumnElement[bool]) -> str | None:
    query = (
        sa.select(deliveries.c.delivery_id)
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .where(deliveries.c.subscriber_id == subscriber_id, runs.c.kind == RunKind.DIGEST, which)
    )
    return con.scalar(query)


def _read(con: sa.Connection, delivery_id: str) -> _Frozen:
    names = [name for name in Claimed.__struct_fields__ if name not in {"generation", "address"}]
    query = (
        sa.select(
            *(deliveries.c[name] for name in names),
            sa.func.coalesce(deliveries.c.address, FORGOTTEN).label("address"),
            subscribers.c.generation,
            deliveries.c.run_key,
            deliveries.c.kind,
            deliveries.c.state,
        )
        .join(subscribers, subscribers.c.subscriber_id == deliveries.c.subscriber_id)
        .where(deliveries.c.delivery_id == delivery_id)
    )
    row = con.execute(query).mappings().one()
    return _Frozen(
        claimed=Claimed(**{name: row[name] for name in Claimed.__struct_fields__}),
        run_key=row["run_key"],
        kind=row["kind"],
        state=State(row["state"]),
    )
