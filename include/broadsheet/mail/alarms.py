"""What a person should look at: mail that went wrong in ways that do not mend themselves."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from broadsheet.mail.accounts import Account, accounts, list_runs
from broadsheet.mail.audience import owed
from broadsheet.mail.bounces.complaints import run_complaints
from broadsheet.mail.database import open_database
from broadsheet.mail.schema import exclusions
from broadsheet.mail.states import OPEN_RUNS, Reason, RunKind, RunState, State
from broadsheet.settings import Settings

LOOKED_BACK = timedelta(hours=25)
"""How far back is looked for what was missed: a day, and the time that a look once a day may be late."""
COMPLAINTS_FOR = timedelta(days=7)
"""Complaints come days after their mail."""
TAKEN_UP_WITHIN = timedelta(hours=1)
"""A run takes up whoever is due within a quarter of an hour; so long after nobody opens runs, or nothing is known."""
LONGEST_RUN = timedelta(hours=73)
"""No delivery may take longer: its deadline ends it. A run that is open then has nobody who sends it."""


def mail_alarms(settings: Settings, now: datetime) -> tuple[str, ...]:
    """What is wrong, each in a line that says what to do; empty if all is well.

    Raises:
        MailError: the mail database cannot be used.
    """
    with open_database(settings) as database, database.read() as con:
        recent = accounts(con, list_runs(con, since=now - COMPLAINTS_FOR))
        return (
            *_stuck(con, now),
            *_half_aborted(con),
            *_refused(recent, now),
            *_owed(con, now),
            *_missed(con, now),
            *_quarantined(recent),
            *_complaints(con, recent),
        )


def _stuck(con: sa.Connection, now: datetime) -> Iterator[str]:
    for run in list_runs(con, states=OPEN_RUNS):
        if run.state is RunState.PAUSED:
            yield (
                f"run {run.run_key} is paused ({run.reason}): `broadsheet explain {run.run_key}` tells why, "
                f"`broadsheet resume {run.run_key}` goes on with it"
            )
        elif now - run.opened_at > LONGEST_RUN:
            yield f"run {run.run_key} is still {run.state}: nobody sends it; `broadsheet send` does"


def _half_aborted(con: sa.Connection) -> Iterator[str]:
    for run in list_runs(con, states=[RunState.ABORTED]):
        if run.closed_at is None:
            yield f"run {run.run_key} was not aborted to its end: `broadsheet abort {run.run_key}` again"


def _refused(recent: Iterable[Account], now: datetime) -> Iterator[str]:
    for counts in recent:
        failed = counts.states.get(State.FAILED, 0)
        is_new = counts.run.kind is RunKind.DIGEST and counts.run.opened_at >= now - LOOKED_BACK
        if is_new and failed > 1 and failed == sum(counts.states.values()):
            key = counts.run.run_key
            yield f"the mail server refused all {failed} mails of run {key}: `broadsheet explain {key}` tells why"


def _owed(con: sa.Connection, now: datetime) -> Iterator[str]:
    late = [each for each in owed(con, now) if now - each.due.at > TAKEN_UP_WITHIN]
    if late:
        count = sum(len(each.subscriber_ids) for each in late)
        since = min(each.due.at for each in late)
        yield (
            f"{count:,} digests are owed since {since:%Y-%m-%d %H:%M} UTC or later and in no run: "
            "`broadsheet send --dry-run` tells why, `broadsheet send` sends them"
        )


def _missed(con: sa.Connection, now: datetime) -> Iterator[str]:
    query = sa.select(sa.func.count()).where(
        exclusions.c.reason == str(Reason.MISSED), exclusions.c.at > now - LOOKED_BACK
    )
    if count := con.execute(query).scalar_one():
        yield (
            f"{count} digests were missed: nothing was sent for longer than they may be late; "
            "their news comes with the next ones"
        )


def _quarantined(recent: Iterable[Account]) -> Iterator[str]:
    for counts in recent:
        if count := counts.states.get(State.QUARANTINED):
            key = counts.run.run_key
            yield (
                f"{count} deliveries of run {key} are quarantined: senders crashed over them; "
                f"`broadsheet resolve {key} --as sent` or `--as resend`"
            )


def _complaints(con: sa.Connection, recent: Iterable[Account]) -> Iterator[str]:
    for run in (counts.run for counts in recent if counts.run.kind is RunKind.DIGEST):
        complaints = run_complaints(con, run.run_key)
        if complaints.is_alarming:
            yield (
                f"{complaints.rate:.2%} of run {run.run_key} were reported as spam: "
                "mailbox providers begin to refuse mail at 0.10%"
            )
