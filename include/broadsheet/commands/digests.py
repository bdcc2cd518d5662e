"""`broadsheet send`: everybody who is due gets their digest."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

from broadsheet import settings as configuration
from broadsheet.commands.arguments import TIME_HELP, AsJson, read_time
from broadsheet.commands.declaring import Option
from broadsheet.commands.mail_words import counts_in_words, mails, reason_in_words
from broadsheet.commands.output import Column, emit, emit_json, shown, table
from broadsheet.commands.progress import Advance, progress_bar
from broadsheet.errors import DONE, FAILED, TRY_AGAIN, UsageError
from broadsheet.mail.states import DELIVERED, State

if TYPE_CHECKING:
    from datetime import datetime

    from broadsheet.mail.accounts import Account
    from broadsheet.mail.office import DeliveryReport
    from broadsheet.mail.opening import Opened, Planned
    from broadsheet.settings import Settings

COUNTED_EVERY = 0.5
"""Seconds between two looks at how far it is."""
SUBJECTS = (
    Column("readers", "Readers", number=True),
    Column("papers", "Papers", number=True),
    Column("subject", "Subject"),
)
SHOWN_SUBJECTS = 20


def send(
    slot: Annotated[str | None, Option(help=f"As if it were then: {TIME_HELP}.")] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Only say who would get what.")] = False,
    as_json: AsJson = False,
) -> int:
    """Send to everybody who is due, and finish what an earlier sender left. Sending again sends nothing twice.

    Ends with 75 while something is left that is tried again later, with 1 when a run was paused or all was refused.
    With --dry-run nothing is sent and nothing is kept: it says how many would get a mail and which, and why others
    would not.

    JSON: {run, new, prepared, excluded, waiting, reason, done, left, next_attempt_at, stopped, paused, closed}; run
    is null where nobody was due, excluded counts by reason, done and left by state, paused maps runs to reasons. With
    --dry-run: {run, new, prepared, excluded, waiting, reason, by_cadence, subjects [{subject, papers, readers}], open
    [{run, state, left}]}.
    """
    from broadsheet.mail.office import deliver_due
    from broadsheet.mail.opening import plan_run

    settings = configuration.load_settings()
    if settings.log_format == "json":
        from broadsheet import logs

        # A person reads the report below; what senders note is for whoever collects logs.
        logs.write_to_stderr(settings.log_format, "broadsheet.mail")
    moment = _moment(settings, slot) if slot is not None else None
    if dry_run:
        planned = plan_run(settings, moment or configuration.now(settings))
        _print_plan(planned, _open(settings), as_json=as_json)
        return DONE
    with _counting(settings):
        report = deliver_due(settings, lambda: moment or configuration.now(settings))
    _print_report(report, as_json=as_json)
    return _exit_code(report)


def _moment(settings: "Settings", slot: str) -> "datetime":
    """The time that somebody wants it to be. Raises UsageError for one to come, or before what was done already."""
    from broadsheet.mail.accounts import list_runs
    from broadsheet.mail.database import open_database
    from broadsheet.mail.states import RunKind

    now = configuration.now(settings)
    moment = read_time(slot, now)
    if moment > now:
        raise UsageError(f"--slot {slot}: that is still to come, it is {now:%Y-%m-%d %H:%M} UTC")
    with open_database(settings) as database, database.read() as con:
        last = next(iter(list_runs(con, kind=RunKind.DIGEST, most=1)), None)
    if last is not None and moment < last.slot:
        raise UsageError(
            f"--slot {slot}: run {last.run_key} was opened since, and whoever was due before it is in it"
        )
    return moment


def _open(settings: "Settings") -> "tuple[Account, ...]":
    from broadsheet.mail.accounts import accounts, open_runs
    from broadsheet.mail.database import open_database

    with open_database(settings) as database, database.read() as con:
        return accounts(con, open_runs(con))


@contextmanager
def _counting(settings: "Settings") -> Iterator[None]:
    """Show how far it is while the block sends, where somebody looks."""
    if not sys.stderr.isatty():
        yield
        return
    over = threading.Event()
    with progress_bar("sending") as advance:
        watcher = threading.Thread(target=_count, args=(settings, advance, over), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


def _count(settings: "Settings", advance: Advance, over: threading.Event) -> None:
    known: dict[str, tuple[int, int]] = {}
    while not over.wait(COUNTED_EVERY):
        known = {key: (total, total) for key, (_, total) in known.items()}
        for counts in _open(settings):
            total = sum(counts.states.values())
            known[counts.run.run_key] = (total - sum(counts.left.values()), total)
        advance(sum(done for done, _ in known.values()), sum(total for _, total in known.values()))


def _exit_code(report: "DeliveryReport") -> int:
    done = report.done
    refused = State.FAILED in done and done.keys().isdisjoint(DELIVERED)
    if report.paused or refused:
        return FAILED
    return TRY_AGAIN if report.left else DONE


def _opened_row(opened: "Opened | None") -> dict[str, Any]:
    return {
        "run": opened.run_key if opened else None,
        "new": opened.new if opened else False,
        "prepared": opened.prepared if opened else 0,
        "excluded": opened.excluded if opened else {},
        "waiting": opened.waiting if opened else 0,
        "reason": opened.reason if opened else "told to end before a run was opened",
    }


def _print_report(report: "DeliveryReport", *, as_json: bool) -> None:
    times = [one.next_attempt_at for one in report.sent if one.next_attempt_at is not None]
    row = _opened_row(report.opened) | {
        "done": report.done,
        "left": report.left,
        "next_attempt_at": min(times, default=None),
        "stopped": list(dict.fromkeys(one.stopped for one in report.sent if one.stopped)),
        "paused": report.paused,
        "closed": report.closed,
    }
    if as_json:
        emit_json(row)
        return
    emit(f"{row['reason']}\n")
    emit(f"{counts_in_words(report.done) or 'nothing was sent'}\n")
    for key, reason in report.paused.items():
        emit(f"run {key} is paused: {reason}; `broadsheet explain {key}`, then `broadsheet resume {key}`\n")
    if row["left"]:
        when = f", the next attempt at {shown(row['next_attempt_at'])} UTC" if row["next_attempt_at"] else ""
        why = "".join(f" ({reason})" for reason in row["stopped"])
        emit(f"left: {counts_in_words(report.left)}{why}{when}; `broadsheet send` goes on with it\n")


def _print_plan(planned: "Planned", going: "tuple[Account, ...]", *, as_json: bool) -> None:
    subjects = [
        {"subject": subject, "papers": papers, "readers": readers}
        for subject, papers, readers in planned.subjects
    ]
    unfinished = [counts for counts in going if counts.left]
    if as_json:
        rows = [{"run": one.run.run_key, "state": str(one.run.state), "left": one.left} for one in unfinished]
        plan = {"by_cadence": planned.by_cadence, "subjects": subjects, "open": rows}
        emit_json(_opened_row(planned.opened) | plan)
        return
    opened = planned.opened
    found = opened.run_key is not None and not opened.new
    emit(f"{mails(opened.prepared)} {f'in run {opened.run_key} already' if found else 'would be sent'}")
    emit(f": {counts_in_words(planned.by_cadence)}\n" if planned.by_cadence else "\n")
    if subjects:
        emit(table(subjects[:SHOWN_SUBJECTS], SUBJECTS))
    if len(subjects) > SHOWN_SUBJECTS:
        emit(f"and {len(subjects) - SHOWN_SUBJECTS} more subjects\n")
    for reason, count in opened.excluded.items():
        emit(f"{count:,} would get none: {reason_in_words(reason)}\n")
    if opened.waiting:
        emit(f"{opened.waiting:,} stay due: nothing is known yet of their lists\n")
    for one in unfinished:
        emit(f"run {one.run.run_key} is {one.run.state}: {counts_in_words(one.left)} left of it\n")
