"""`broadsheet explain`: why is it so?"""

import re
from typing import TYPE_CHECKING, Annotated

from broadsheet import settings as configuration
from broadsheet.commands.arguments import AsJson, read_day
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.output import emit, emit_json
from broadsheet.errors import UsageError

if TYPE_CHECKING:
    from datetime import date, datetime

    import sqlalchemy as sa

    from broadsheet.settings import Settings

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_RUN = re.compile(r"\d{4}-\d{2}-\d{2}T.*|letter:.*")
_DELIVERY = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"[0-9]{1,9}")
_CAPTURE = re.compile(r"[0-9]{10,16}")
"""Captures' numbers have more digits than subscribers' ever will."""


def explain(
    what: Annotated[
        str,
        Argument(
            help="A subscriber's address, number or channel:NAME; a run or a day; a delivery's or a capture's id."
        ),
    ],
    at: Annotated[
        str | None,
        Option(help="Of a subscriber: about that day in their zone, 2026-11-20.", metavar="DAY"),
    ] = None,
    last: Annotated[int, Option(min=1, help="Of a subscriber: so many of the last digests.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Tell the whole chain: of a subscriber why they got mail or did not, of a run what became of everybody in it,
    of a delivery every attempt, of a capture how it was fetched, parsed, judged and compared.

    Without --at a subscriber's first line is about today. Times are UTC unless they say otherwise.

    JSON of a subscriber: {answer, subscriber_id, state, suppressed, suppressed_since, wishes, today, next_due_at,
    told, occasions, consent}; of a run {run, kind, state, policy, reason, slot, opened_at, frozen_at, closed_at,
    content_hash, candidates, prepared, excluded, states, reasons, resolutions, mails, compared, shards, answers,
    bounces, complaints, handover}; of a day an array of runs; of a delivery its row with boards and events; of a
    capture its row of the table captures, and notes, changes by kind, previous_snapshot.
    """
    settings = configuration.load_settings()
    now = configuration.now(settings)
    day = read_day(at) if at is not None else None
    if _CAPTURE.fullmatch(what):
        _print_capture(settings, int(what), as_json=as_json)
        return

    from broadsheet.mail.configured import open_in_step

    with open_in_step(settings, now) as database, database.read() as con:
        if "@" in what or what.startswith("channel:"):
            _print_subscriber(con, settings, what, (now, day, last), as_json=as_json)
        elif _DAY.fullmatch(what):
            _print_day(con, settings, what, as_json=as_json)
        elif _RUN.fullmatch(what):
            _print_run(con, settings, what, as_json=as_json)
        elif _DELIVERY.fullmatch(what):
            _print_delivery(con, what, as_json=as_json)
        elif not _NUMBER.fullmatch(what):
            raise UsageError(
                f"{what!r} is nothing that can be explained: write a subscriber's address, number or channel:NAME, a "
                "day or a run as in `broadsheet runs`, a delivery's id, or a capture's as in `broadsheet status`"
            )
        elif _is_subscriber(con, what):
            _print_subscriber(con, settings, what, (now, day, last), as_json=as_json)
        else:
            _print_capture(settings, int(what), as_json=as_json)


def _is_subscriber(con: "sa.Connection", number: str) -> bool:
    from broadsheet.mail.subscribers import find

    return find(con, number) is not None


def _print_subscriber(
    con: "sa.Connection",
    settings: "Settings",
    who: str,
    about: "tuple[datetime, date | None, int]",
    *,
    as_json: bool,
) -> None:
    from broadsheet.commands.explain_subscriber import (
        barred_in_words,
        barred_row,
        dossier_in_words,
        dossier_row,
    )
    from broadsheet.mail.dossier import dossier_of, find_anybody
    from broadsheet.mail.suppressions import Suppression

    now, day, last = about
    found = find_anybody(con, settings, who)
    if isinstance(found, Suppression):
        if as_json:
            emit_json(barred_row(found))
        else:
            emit(barred_in_words(who, found))
        return
    dossier = dossier_of(con, found, now, day=day, most=last)
    if as_json:
        emit_json(dossier_row(dossier, settings, now))
    else:
        emit("".join(dossier_in_words(who, dossier, settings, now)))


def _print_day(con: "sa.Connection", settings: "Settings", day: str, *, as_json: bool) -> None:
    from broadsheet.commands.explain_run import run_in_words, run_row
    from broadsheet.mail.chronicle import runs_of_day

    read_day(day)
    keys = runs_of_day(con, day)
    if as_json:
        emit_json([run_row(con, settings, key) for key in keys])
    elif keys:
        emit("\n".join("".join(run_in_words(con, settings, key)) for key in keys))
    else:
        raise UsageError(
            f"nobody was due on {day}: no run was opened; `broadsheet runs` lists those there are"
        )


def _print_run(con: "sa.Connection", settings: "Settings", run_key: str, *, as_json: bool) -> None:
    from broadsheet.commands.explain_run import run_in_words, run_row

    if as_json:
        emit_json(run_row(con, settings, run_key))
    else:
        emit("".join(run_in_words(con, settings, run_key)))


def _print_delivery(con: "sa.Connection", delivery_id: str, *, as_json: bool) -> None:
    from broadsheet.commands.explain_delivery import delivery_in_words
    from broadsheet.mail.tracking import track

    tracked = track(con, delivery_id)
    if tracked is None:
        raise UsageError(f"there is no delivery {delivery_id}: `broadsheet explain SUBSCRIBER` names theirs")
    if as_json:
        emit_json(tracked)
    else:
        emit("".join(delivery_in_words(tracked)))


def _print_capture(settings: "Settings", number: int, *, as_json: bool) -> None:
    from broadsheet.commands.explain_capture import capture_in_words, find_capture

    found = find_capture(settings, number)
    if as_json:
        emit_json(found)
    else:
        emit("".join(capture_in_words(found)))
