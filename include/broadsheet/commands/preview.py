"""`broadsheet preview`: a mail as it would be, or as it was."""

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from broadsheet import settings as configuration
from broadsheet.commands.arguments import TIME_HELP, read_time
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.mail_words import reason_in_words
from broadsheet.commands.output import emit, emit_bytes, say
from broadsheet.errors import BroadsheetError, UsageError
from broadsheet.mail.states import DELIVERED, SubscriberState

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa

    from broadsheet.mail.copies import Copy
    from broadsheet.mail.message import Message
    from broadsheet.mail.proofs import Proof, Sheets
    from broadsheet.mail.subscribers import Subscriber
    from broadsheet.settings import Settings

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Form(StrEnum):
    """The forms of a mail; ``eml`` is the mail itself, headers and all."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"
    EML = "eml"


def preview(
    who: Annotated[
        str | None, Argument(help="An address, channel:NAME or a number.", metavar="[SUBSCRIBER]")
    ] = None,
    as_of: Annotated[str | None, Option(help=f"As it was, or would have been, then: {TIME_HELP}.")] = None,
    run: Annotated[str | None, Option(help="The mail of that run, such as 2026-11-20T07:00Z.")] = None,
    form: Annotated[Form, Option("--format", help="How to print it.")] = Form.TEXT,
    as_json: Annotated[bool, Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Print a subscriber's digest: as it would be now, or as it was sent to them. Sends nothing.

    Now it tells what is new to them since their last delivered digest. With --as-of a day or a time in whose quarter
    of an hour a digest was made for them, or with --run, it is that mail, byte for byte as it was sent (--format
    eml); at any other time it is what they would have been told then, with today's wishes. Without SUBSCRIBER it is
    the mail of digest_to, or of the only subscriber there is; where there is none, what digest_lists have to tell.

    JSON: the document broadsheet.digest/1, the same that the mail is made from.
    """
    from broadsheet.mail.configured import open_in_step

    settings = configuration.load_settings()
    now = configuration.now(settings)
    wanted = Form.JSON if as_json else form
    if as_of is not None and run is not None:
        raise UsageError("say either --as-of or --run: a run is of one time")
    with open_in_step(settings, now) as database, database.read() as con:
        reader = _reader(con, settings, who)
        sent = _delivery(con, reader, as_of, run, now)
        if sent is not None:
            from broadsheet.mail.copies import copy_delivery

            _print_copy(copy_delivery(con, settings, sent), wanted)
            return
        until = read_time(as_of, now, end_of_day=True) if as_of else None
        _print_proof(_proof(con, settings, reader, until, now), wanted)


def _reader(con: "sa.Connection", settings: "Settings", who: str | None) -> "Subscriber | None":
    """Whose mail it is about; None where nobody is subscribed. Raises UsageError where that is not clear."""
    from itertools import islice

    from broadsheet.mail.address import read_mailbox
    from broadsheet.mail.subscribers import every, find, named

    if who is not None:
        return named(con, who)
    if settings.digest_to:
        configured = find(con, read_mailbox(settings.digest_to, "digest_to").address)
        if configured is not None:
            return configured
    first = list(islice(every(con, SubscriberState.ACTIVE), 2))
    if len(first) > 1:
        raise UsageError(
            "there is more than one subscriber: say whose digest, by address or number; "
            "`broadsheet subscribers list` shows who there is"
        )
    return first[0] if first else None


def _delivery(
    con: "sa.Connection", reader: "Subscriber | None", as_of: str | None, run: str | None, now: "datetime"
) -> str | None:
    """The delivery whose mail is asked for. Raises UsageError if the run that is named has none for them."""
    from broadsheet.mail import copies
    from broadsheet.mail.accounts import get_run

    if run is not None:
        get_run(con, run)
        found = copies.delivery_of_run(con, reader.subscriber_id, run) if reader else None
        if found is None:
            raise UsageError(f"run {run} has no mail for them: `broadsheet explain` tells why")
        return found
    if as_of is None or reader is None:
        return None
    if _DAY.fullmatch(as_of.strip()):
        return copies.delivery_of_day(con, reader.subscriber_id, as_of.strip())
    return copies.delivery_in_slot(con, reader.subscriber_id, read_time(as_of, now))


def _proof(
    con: "sa.Connection",
    settings: "Settings",
    reader: "Subscriber | None",
    until: "datetime | None",
    now: "datetime",
) -> "Proof":
    from broadsheet.mail.proofs import anybody, make_proof, reader_at

    if reader is None:
        return make_proof(settings, anybody(settings), 1, until or now)
    if reader.state is not SubscriberState.ACTIVE:
        say(f"they get nothing: they are {reader.state}")
    return make_proof(settings, reader_at(con, reader, until), reader.generation, until or now)


def _print_proof(proof: "Proof", form: Form) -> None:
    if proof.reason is not None:
        say(f"this would not be sent: {reason_in_words(proof.reason)}")
    _print(proof.sheets, proof.message, form)


def _print_copy(copy: "Copy", form: Form) -> None:
    if copy.state not in DELIVERED:
        say(f"this was made for run {copy.run_key} and not delivered: {copy.state}")
    if copy.is_same is False:
        lost = (
            "the bytes that were sent cannot be made again: the address was erased, or one of the settings "
            "digest_from, public_url, bounce_address and secret_key is another one now"
        )
        if form is Form.EML:
            raise BroadsheetError(f"{lost}; --format html shows what it said")
        say(lost)
    _print(copy.sheets, copy.message, form)


def _print(sheets: "Sheets", message: "Message | None", form: Form) -> None:
    if form is Form.EML:
        if message is None:
            raise UsageError(
                "a mail is to somebody: name a subscriber, or add one with `broadsheet subscribers add`"
            )
        emit_bytes(message.data)
    elif form is Form.JSON:
        if sheets.document is None:
            raise UsageError("this is a letter, which is text and HTML alone")
        emit(f"{sheets.document}\n")
    else:
        emit(sheets.html if form is Form.HTML else sheets.text)
