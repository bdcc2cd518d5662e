"""What the tasks about mail do. The ledger holds what was sent: every task may be tried or run again."""

import logging
from typing import Any

from airflow.sdk.exceptions import AirflowSkipException

from broadsheet import settings as configuration
from broadsheet.errors import BroadsheetError, TryAgainError, UsageError
from broadsheet.settings import Settings
from broadsheet_airflow.settings import task_settings

log = logging.getLogger(__name__)


class NotDeliveredError(TryAgainError):
    """A part of a run could not be sent to its end now; the message says what is left and why."""


class PausedError(UsageError):
    """A run is paused: what is wrong is in the settings or at the mail server, and a person decides."""


class MailAlarmError(BroadsheetError):
    """Mail needs to be looked at; the message says what and where."""


def open_run() -> list[dict[str, Any]]:
    """Freeze the run of this slot, if anybody is due; gives the parts of every run to be sent, letters first."""
    from broadsheet.mail import opening
    from broadsheet.mail.accounts import open_runs
    from broadsheet.mail.database import open_database
    from broadsheet.mail.states import GOING_RUNS

    settings = task_settings()
    opened = opening.open_run(settings, configuration.now(settings))
    log.info("run %s: %s", opened.run_key or "of this slot", opened.reason)
    with open_database(settings) as database, database.read() as con:
        runs = open_runs(con)
    return [
        {"run": run.run_key, "shard": shard}
        for run in runs
        if run.state in GOING_RUNS
        for shard in range(run.shards)
    ]


def send(part: dict[str, Any]) -> dict[str, Any]:
    """Send one part of a run, or what an earlier attempt left of it.

    Raises:
        NotDeliveredError: more was due, but the next hop was away, or it has taken nothing of the run so far.
        PausedError: the run was paused, by the circuit breaker or by hand.
    """
    from broadsheet.mail.sending import send_shard
    from broadsheet.mail.states import RunState, State

    settings = task_settings()
    report = send_shard(settings, part["run"], part["shard"], lambda: configuration.now(settings))
    done = {str(state): count for state, count in report.done.items()}
    left = {str(state): count for state, count in report.left.items()}
    log.info("shard %s of run %s: done %s, left %s", part["shard"], part["run"], done, left)
    if report.run_state is RunState.PAUSED:
        raise PausedError(f"run {part['run']} is paused: {report.reason}")
    if report.stopped:
        raise NotDeliveredError(f"run {part['run']}: {report.stopped}; left: {left}")
    if State.DEFERRED in report.left and not _anything_delivered(settings, part["run"]):
        raise NotDeliveredError(f"run {part['run']}: the next hop has taken nothing yet; left: {left}")
    return part | {"done": done, "left": left}


def _anything_delivered(settings: Settings, run_key: str) -> bool:
    from broadsheet.mail.accounts import account, get_run
    from broadsheet.mail.database import open_database
    from broadsheet.mail.states import DELIVERED

    with open_database(settings) as database, database.read() as con:
        states = account(con, get_run(con, run_key)).states
    return any(state in states for state in DELIVERED)


def close() -> dict[str, str]:
    """Close the runs that are over; of the others, says what is left."""
    from broadsheet.mail.closing import close_runs

    settings = task_settings()
    closed = close_runs(settings, configuration.now(settings))
    return {run_key: run.reason for run_key, run in closed.items()}


def record() -> dict[str, int]:
    """Copy what became of runs and deliveries into the published warehouse."""
    from broadsheet.mail.facts import record_facts

    settings = task_settings()
    recorded = record_facts(settings, configuration.now(settings))
    return {"runs": recorded.runs, "deliveries": recorded.deliveries}


def collect_bounces() -> dict[str, Any]:
    """Read what came back and act on it."""
    from broadsheet.mail.bounces.collecting import collect

    settings = task_settings()
    if not settings.bounce_mailbox:
        raise AirflowSkipException("no bounce_mailbox is set: nothing is collected")
    report = collect(settings, configuration.now(settings))
    log.info("%s", report)
    return {"mails": report.mails}


def check_mail() -> str:
    """Say that mail goes as it should.

    Raises:
        MailAlarmError: a run is paused, digests were missed, or too many readers complained.
    """
    from broadsheet.mail.alarms import mail_alarms

    settings = task_settings()
    if alarms := mail_alarms(settings, configuration.now(settings)):
        raise MailAlarmError("; ".join(alarms))
    return "no run is stuck, nobody was missed"


def drop_old_journals() -> int:
    """Delete the senders' journals that no run needs any more; gives their number."""
    from broadsheet.mail.accounts import open_runs
    from broadsheet.mail.database import open_database
    from broadsheet.mail.journal import remove_old

    settings = task_settings()
    with open_database(settings) as database, database.read() as con:
        keys = [run.run_key for run in open_runs(con)]
    return remove_old(settings.journal_path, keys, configuration.now(settings))
