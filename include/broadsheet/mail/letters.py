"""Letters: single mails that somebody waits for, such as a confirmation. They go out before digests.

A letter is a run of its own with one delivery. A doubt about it that no evidence settles is settled by sending the
same bytes again: a lost letter is worse than a second copy.
"""

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from broadsheet.digest.forme import encode
from broadsheet.mail.errors import MailError
from broadsheet.mail.schedule import slot_of
from broadsheet.mail.schema import deliveries, run_contents, runs, selections, subscribers
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import Policy, RunKind, RunState, State
from broadsheet.mail.subscribers import Subscriber
from broadsheet.mail.tokens import delivery_id
from broadsheet.settings import Settings

EXPIRES_AFTER = timedelta(hours=72)
"""A letter that could not be handed over for so long is given up."""
CONTENT = "letter"
"""Under which name a run keeps its letter."""


class Words(msgspec.Struct, frozen=True):
    """What a letter says.

    ``kind`` is one word for the record, such as ``confirmation``. ``text`` is paragraphs with an empty line between
    them; addresses of pages become links.
    """

    kind: str
    subject: str
    text: str


class Letter(msgspec.Struct, frozen=True):
    """A letter as it is stored: ``html`` and ``text`` in quoted-printable, ``plain`` as it was written."""

    html: bytes
    text: bytes
    plain: str


def post_letter(
    con: sa.Connection, settings: Settings, subscriber: Subscriber, words: Words, now: datetime
) -> str:
    """Freeze a letter and leave it to the next sender; gives the run's key, such as ``letter:17:1``.

    It is part of the caller's transaction. ``now`` is aware and becomes the letter's Date.

    Raises:
        MailError: the subscriber was erased.
    """
    if subscriber.address is None:
        raise MailError(f"subscriber {subscriber.subscriber_id} was erased: there is no address to write to")
    number = _posted(con, subscriber) + 1
    run_key = f"letter:{subscriber.subscriber_id}:{number}"
    letter = Letter(encode(_page(words)), encode(f"{words.text}\n"), words.text)
    con.execute(
        runs.insert(),
        {
            "run_key": run_key,
            "kind": str(RunKind.LETTER),
            "slot": slot_of(now),
            "opened_at": now,
            "state": str(RunState.FROZEN),
            "policy": str(Policy.RESEND),
            "candidates": 1,
            "prepared": 1,
            "excluded": 0,
            "frozen_at": now,
        },
    )
    con.execute(
        run_contents.insert(), {"run_key": run_key, "name": CONTENT, "data": msgspec.msgpack.encode(letter)}
    )
    con.execute(
        selections.insert(),
        {"run_key": run_key, "selection_id": 1, "subject": words.subject, "items": 0, "data": b""},
    )
    con.execute(
        deliveries.insert(),
        {
            "delivery_id": delivery_id(run_key, subscriber.subscriber_id, secret_key(settings)),
            "run_key": run_key,
            "subscriber_id": subscriber.subscriber_id,
            "occasion": f"{words.kind} {number}",
            "kind": str(subscriber.kind),
            "address": subscriber.address,
            "address_key": subscriber.address_key,
            "address_hash": subscriber.address_hash,
            "selection_id": 1,
            "state": str(State.PENDING),
            "deadline_at": now + EXPIRES_AFTER,
            "updated_at": now,
        },
    )
    return run_key


def load_letter(con: sa.Connection, run_key: str) -> tuple[int, str, Letter]:
    """The selection, the subject and the content of a run that is a letter. Raises MailError if they are gone."""
    query = (
        sa.select(selections.c.selection_id, selections.c.subject, run_contents.c.data)
        .join(run_contents, run_contents.c.run_key == selections.c.run_key)
        .where(selections.c.run_key == run_key, run_contents.c.name == CONTENT)
    )
    row = con.execute(query).first()
    if row is None:
        raise MailError(f"the content of {run_key} is gone from the mail database")
    return row.selection_id, row.subject, msgspec.msgpack.decode(row.data, type=Letter)


def _posted(con: sa.Connection, subscriber: Subscriber) -> int:
    """How many letters the subscriber was sent so far; until the transaction ends nobody else posts one."""
    who = subscribers.c.subscriber_id == subscriber.subscriber_id
    con.execute(sa.select(subscribers.c.subscriber_id).where(who).with_for_update())
    mine = (
        sa.select(sa.func.count())
        .select_from(deliveries.join(runs))
        .where(deliveries.c.subscriber_id == subscriber.subscriber_id, runs.c.kind == RunKind.LETTER)
    )
    return con.scalar(mine) or 0


def _page(words: Words) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("broadsheet.mail"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("letter.html").render(
        subject=words.subject, paragraphs=words.text.split("\n\n")
    )
