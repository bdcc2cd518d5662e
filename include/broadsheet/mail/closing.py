"""Closing a run: when every mail of it is over, and every candidate is accounted for."""

import logging
from datetime import datetime

import msgspec

from broadsheet.mail.accounts import Account, account, get_run, open_runs
from broadsheet.mail.database import open_database
from broadsheet.mail.locks import remove_locks
from broadsheet.mail.schema import runs
from broadsheet.mail.states import RunState
from broadsheet.settings import Settings

_log = logging.getLogger(__name__)


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """What a call came to: whether the run is over, its counts, and in words what is left otherwise."""

    closed: bool
    account: Account
    reason: str


def close_run(settings: Settings, run_key: str, now: datetime) -> Closed:
    """Close the run if nothing of it is left to do; one that is closed already stays as it is.

    A run whose deliveries and exclusions do not add up to its candidates stays open, and the log says so.

    Raises:
        MailError: the mail database cannot be used.
        UsageError: there is no such run.
    """
    with open_database(settings) as database, database.write() as con:
        counts = account(con, get_run(con, run_key))
        left = _left(counts) if counts.run.closed_at is None else ""
        if left:
            return Closed(closed=False, account=counts, reason=left)
        # An aborted run stays what it is; it is over when its last mail is.
        state = RunState.ABORTED if counts.run.state is RunState.ABORTED else RunState.DONE
        con.execute(
            runs.update()
            .where(runs.c.run_key == run_key, runs.c.closed_at.is_(None))
            .values(state=str(state), closed_at=now)
        )
        remove_locks(settings, run_key, counts.run.shards)
        return Closed(closed=True, account=account(con, get_run(con, run_key)), reason="every mail is over")


def close_runs(settings: Settings, now: datetime) -> dict[str, Closed]:
    """`close_run` for every open run, by its key. Raises MailError as it does."""
    with open_database(settings) as database, database.read() as con:
        keys = [run.run_key for run in open_runs(con)]
    return {key: close_run(settings, key, now) for key in keys}


def _left(counts: Account) -> str:
    """What keeps the run open, in words; "" if nothing does."""
    if counts.left:
        return "left: " + ", ".join(f"{count} {state}" for state, count in counts.left.items())
    if counts.is_complete:
        return ""
    text = (
        f"the run has {counts.run.candidates} candidates, {sum(counts.states.values())} deliveries and "
        f"{sum(counts.reasons.values())} exclusions: rows are missing"
    )
    _log.error("run %s cannot be closed: %s", counts.run.run_key, text, extra={"run": counts.run.run_key})
    return text
