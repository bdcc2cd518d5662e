"""The mail office: all that is due goes out in one call; and what a person does to a run by hand."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from broadsheet.errors import UsageError
from broadsheet.mail.accounts import Run, get_run, open_runs
from broadsheet.mail.closing import close_run, close_runs
from broadsheet.mail.database import Database, open_database
from broadsheet.mail.doubts import settle_doubts
from broadsheet.mail.errors import MailBusyError
from broadsheet.mail.ledger import Shard, Tenure, move, note_told
from broadsheet.mail.ledger import pause as pause_run
from broadsheet.mail.locks import shard_lock
from broadsheet.mail.opening import Opened, open_run
from broadsheet.mail.recovery import recover
from broadsheet.mail.schema import deliveries, runs
from broadsheet.mail.sender import TERMINATED
from broadsheet.mail.sending import SendReport, send_shard
from broadsheet.mail.states import GOING_RUNS, OPEN, RunKind, RunState, State
from broadsheet.mail.transport import Transport
from broadsheet.mail.ways import Ways
from broadsheet.settings import Settings

BY_HAND = "by hand"
RESENT_FOR = timedelta(hours=24)
"""What somebody wants to be sent again is worth sending at least so long."""


class DeliveryReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one call came to: the run of this slot, each shard that was sent, and the runs that are over now."""

    opened: Opened | None
    sent: tuple[SendReport, ...]
    closed: tuple[str, ...]

    @property
    def done(self) -> dict[State, int]:
        """What became of deliveries in this call."""
        return dict(sum((Counter(report.done) for report in self.sent), Counter()))

    @property
    def left(self) -> dict[State, int]:
        """The deliveries that are not over, but for those of paused runs."""
        going = (report for report in self.sent if report.run_state is RunState.SENDING)
        return dict(sum((Counter(report.left) for report in going), Counter()))

    @property
    def paused(self) -> dict[str, str]:
        """The runs that this call paused, and why."""
        found = (report for report in self.sent if report.run_state is RunState.PAUSED)
        return {report.run_key: report.reason or "" for report in found}


class Verdict(StrEnum):
    """What somebody found out about mails in doubt: they were ``sent``, or they are to be sent again."""

    SENT = "sent"
    RESEND = "resend"


def deliver_due(
    settings: Settings, now: Callable[[], datetime], transport: Transport | None = None
) -> DeliveryReport:
    """Send the letters that wait, open this slot's run, send every open run but paused ones, close what is over.

    Calling again sends nothing twice. On SIGTERM to a main thread it ends early.

    Args:
        now: the clock, aware.
        transport: where mails go; default: as the settings say.

    Raises:
        MailBusyError: another process is opening the run or sending a part of one that is no letter.
        MailError: the mail database, the journal's folder or the key cannot be used.
        SettingsError: a setting about mail that cannot be used.
        WarehouseError: the published file cannot be read.
    """
    sent = list(_send(settings, now, transport, RunKind.LETTER))
    opened = None
    if not _terminated(sent):
        opened = open_run(settings, now())
        sent += _send(settings, now, transport, RunKind.DIGEST)
    closed = [run_key for run_key, run in close_runs(settings, now()).items() if run.closed]
    return DeliveryReport(opened=opened, sent=tuple(sent), closed=tuple(closed))


def pause(settings: Settings, run_key: str, reason: str = BY_HAND) -> None:
    """Let nothing more of a run be begun. Raises UsageError if it is not being sent."""
    with open_database(settings) as database, database.write() as con:
        run = get_run(con, run_key)
        if not pause_run(con, run_key, reason):
            raise UsageError(f"run {run_key} is {run.state}: there is nothing to pause")


def resume(settings: Settings, run_key: str) -> None:
    """Let a paused run be sent again. Raises UsageError if it is not paused."""
    with open_database(settings) as database, database.write() as con:
        run = get_run(con, run_key)
        if run.state is not RunState.PAUSED:
            raise UsageError(f"run {run_key} is {run.state}: only a paused run can be resumed")
        _set_run(con, run_key, state=str(RunState.SENDING), reason=None)


def abort(settings: Settings, run_key: str, now: datetime, transport: Transport | None = None) -> int:
    """Give up what is left of a run; how many deliveries that are.

    What is under way is waited for, and doubts are settled as always: what was sent counts as sent.

    Raises:
        MailBusyError: the run's sender did not end in time: nothing more of it is begun, but abort it again.
        UsageError: the run is over.
    """
    with open_database(settings) as database:
        with database.write() as con:
            run = get_run(con, run_key)
            if run.closed_at is not None or run.state is RunState.DONE:
                raise UsageError(f"run {run_key} is {run.state}: there is nothing to abort")
            _set_run(con, run_key, state=str(RunState.ABORTED), reason=BY_HAND)
        given_up = 0
        for tenure in _shards(settings, database, run, now):
            settle_doubts(database, tenure, run.policy, now, Ways(settings, transport).lookup)
            rest = sa.and_(tenure.shard.of(deliveries), deliveries.c.state.in_(OPEN))
            with database.write() as con:
                given_up += move(con, rest, State.ABORTED, f"aborted {BY_HAND}", now)
    close_run(settings, run_key, now)
    return given_up


def resolve(
    settings: Settings, run_key: str, verdict: Verdict, now: datetime, delivery_id: str | None = None
) -> int:
    """Settle by hand what is in doubt or was left to a person; how many deliveries that were.

    With ``delivery_id`` only that one is settled.

    What is to be sent again goes out with the run's next sender, even if the run was over.

    Raises:
        MailBusyError: the run is being sent just now.
        UsageError: there is no such run.
    """
    settled = 0
    with open_database(settings) as database:
        with database.read() as con:
            run = get_run(con, run_key)
        for tenure in _shards(settings, database, run, now):
            open_question = deliveries.c.state.in_((str(State.IN_DOUBT), str(State.QUARANTINED)))
            which = sa.and_(tenure.shard.of(deliveries), open_question)
            if delivery_id is not None:
                which = sa.and_(which, deliveries.c.delivery_id == delivery_id)
            with database.write() as con:
                settled += _settle(con, which, verdict, now)
        if settled and verdict is Verdict.RESEND and run.state in {RunState.DONE, RunState.ABORTED}:
            with database.write() as con:
                _set_run(con, run_key, state=str(RunState.SENDING), reason=None, closed_at=None)
    return settled


def _settle(con: sa.Connection, which: sa.ColumnElement[bool], verdict: Verdict, now: datetime) -> int:
    ids = con.scalars(sa.select(deliveries.c.delivery_id).where(which)).all()
    chosen = deliveries.c.delivery_id.in_(ids)
    if verdict is Verdict.SENT:
        move(con, chosen, State.ACCEPTED, f"{BY_HAND}: it was sent", now)
        note_told(con, ids)
        return len(ids)
    move(con, chosen, State.PENDING, f"{BY_HAND}: sent again", now)
    again = deliveries.update().where(chosen)
    con.execute(again.values(doubts=0, sha256=None))
    con.execute(again.where(deliveries.c.deadline_at < now + RESENT_FOR).values(deadline_at=now + RESENT_FOR))
    return len(ids)


def _send(
    settings: Settings, now: Callable[[], datetime], transport: Transport | None, kind: RunKind
) -> Iterator[SendReport]:
    """Send the open runs of a kind that are not paused, until somebody wants an end."""
    for run in _open(settings):
        if run.kind is not kind or run.state not in GOING_RUNS:
            continue
        for shard in range(run.shards):
            try:
                report = send_shard(settings, run.run_key, shard, now, transport)
            except MailBusyError:
                if kind is RunKind.LETTER:  # whoever it was asked of sends it just now
                    continue
                raise
            yield report
            if report.stopped == TERMINATED:
                return


def _terminated(sent: list[SendReport]) -> bool:
    return any(report.stopped == TERMINATED for report in sent)


def _open(settings: Settings) -> tuple[Run, ...]:
    with open_database(settings) as database, database.read() as con:
        return open_runs(con)


def _shards(settings: Settings, database: Database, run: Run, now: datetime) -> Iterator[Tenure]:
    """Each shard of the run, held, with all that is known of it written down."""
    for number in range(run.shards):
        shard = Shard(run.run_key, number)
        with shard_lock(settings, database, shard, settings.lock_timeout_seconds):
            yield recover(database, settings.journal_path, shard, now)


def _set_run(con: sa.Connection, run_key: str, **values: object) -> None:
    con.execute(runs.update().where(runs.c.run_key == run_key).values(**values))
