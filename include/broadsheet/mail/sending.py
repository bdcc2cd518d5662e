"""Sending one shard of a run: to be ended at any moment and taken up again, with no mail lost and none sent twice."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from broadsheet.mail.accounts import Run, get_run
from broadsheet.mail.composer import Composer
from broadsheet.mail.database import Database, open_database
from broadsheet.mail.doubts import settle_doubts
from broadsheet.mail.journal import Journal
from broadsheet.mail.ledger import Shard, expire, kinds_left, left
from broadsheet.mail.locks import shard_lock
from broadsheet.mail.recovery import recover
from broadsheet.mail.schema import runs
from broadsheet.mail.sender import Desk, Sender
from broadsheet.mail.states import RunState, State
from broadsheet.mail.transport import Transport
from broadsheet.mail.ways import Ways
from broadsheet.settings import Settings
from broadsheet.telemetry import count, span

_log = logging.getLogger(__name__)


class SendReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one call came to.

    ``done`` counts what became of deliveries in this call, ``left`` those of the shard that are not over, by state.
    ``next_attempt_at`` is when the first of the deferred ones is due again. ``stopped`` says in words why it ended
    although more was due, ``reason`` why the run is paused or was aborted.
    """

    run_key: str
    shard: int
    run_state: RunState
    done: dict[State, int]
    left: dict[State, int]
    next_attempt_at: datetime | None
    stopped: str | None
    reason: str | None


def send_shard(
    settings: Settings,
    run_key: str,
    shard: int,
    now: Callable[[], datetime],
    transport: Transport | None = None,
) -> SendReport:
    """Send what is due of one shard of a frozen run, and finish what an earlier sender left behind.

    Calling again sends nothing twice. It ends when nothing is due any more, when the run is paused or the next hop
    is away, and on SIGTERM to a main thread: then it waits for what is under way.

    Args:
        now: the clock, aware.
        transport: where mails go; default: as the settings say.

    Raises:
        MailBusyError: another process is sending this shard, or has taken it over.
        MailError: the mail database, the journal's folder or the key cannot be used.
        SettingsError: a setting about mail that cannot be used.
        UsageError: there is no such run.
    """
    place = Shard(run_key, shard)
    with (
        span("send", run=run_key, shard=shard) as told,
        open_database(settings) as database,
        shard_lock(settings, database, place),
        _ending_on_sigterm() as ending,
    ):
        run = _begin(database, run_key)
        sender = None
        if run.state is RunState.SENDING:
            tenure = recover(database, settings.journal_path, place, now())
            journal = Journal(settings.journal_path, run_key, shard, tenure.epoch)
            with database.read() as con:
                composer = Composer(con, settings, run)
            desk = Desk(database, tenure, composer, journal, now)
            sender = Sender(settings, desk, ending)
            try:
                _send(sender, desk, settings, run, transport)
            finally:
                # A thread that still waits for an answer would otherwise write it to whatever is opened next.
                if sender.is_over:
                    journal.close()
        report = _report(database, place, sender)
        told |= {f"done.{state}": mails for state, mails in report.done.items()}
    for state, mails in report.done.items():
        count("mails", mails, state=str(state))
    counted = {"run": run_key, "shard": shard, "done": report.done, "left": report.left}
    _log.info("run %s, shard %d: %s, left: %s", *counted.values(), extra=counted)
    return report


def _send(sender: Sender, desk: Desk, settings: Settings, run: Run, transport: Transport | None) -> None:
    """Settle doubts and send what is due, until neither leaves anything to do."""
    database, tenure = desk.database, desk.tenure
    ways = Ways(settings, transport)
    begun = 1
    while begun and sender.stopped is None:
        sender.note_settled(settle_doubts(database, tenure, run.policy, desk.now(), ways.lookup))
        with database.write() as con:
            expire(con, tenure, desk.now())
            kinds = kinds_left(con, tenure.shard)
        begun = sum(sender.send_due(kind, ways.of(kind)) for kind in kinds if sender.stopped is None)


def _begin(database: Database, run_key: str) -> Run:
    """The run, which is being sent from now on if it is frozen."""
    frozen = (runs.c.run_key == run_key, runs.c.state == str(RunState.FROZEN))
    with database.write() as con:
        con.execute(runs.update().where(*frozen).values(state=str(RunState.SENDING)))
        return get_run(con, run_key)


def _report(database: Database, shard: Shard, sender: Sender | None) -> SendReport:
    with database.read() as con:
        run = get_run(con, shard.run_key)
        states, next_attempt_at = left(con, shard)
    return SendReport(
        run_key=shard.run_key,
        shard=shard.number,
        run_state=run.state,
        done=dict(sender.done) if sender else {},
        left=states,
        next_attempt_at=next_attempt_at,
        stopped=sender.stopped if sender else None,
        reason=run.reason,
    )


@contextmanager
def _ending_on_sigterm() -> Iterator[threading.Event]:
    """An event that SIGTERM sets, where this is the main thread: only there signals can be heard."""
    ending = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield ending
        return
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: ending.set())
    try:
        yield ending
    finally:
        signal.signal(signal.SIGTERM, before)
