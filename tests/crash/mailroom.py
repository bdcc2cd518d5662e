"""A mail room to be crashed: readers, a run frozen for them, a relay that misbehaves, and senders that are killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from broadsheet.mail.accounts import account, get_run
from broadsheet.mail.closing import close_run
from broadsheet.mail.consent import Act
from broadsheet.mail.csvfile import read_entries
from broadsheet.mail.database import open_database
from broadsheet.mail.evidence.acceptances import Acceptance, AcceptanceLog
from broadsheet.mail.importing import carry_out, plan_import
from broadsheet.mail.opening import open_run
from broadsheet.mail.preferences import starting
from broadsheet.mail.secret import secret_key
from broadsheet.mail.sending import SendReport, send_shard
from broadsheet.mail.states import DELIVERED, OPEN, RunState, State
from broadsheet.sample.mishaps import Mishap
from broadsheet.settings import Settings
from digest.boards import Warehouse

OPENED_AT = datetime(2026, 11, 20, 7, 1, tzinfo=UTC)
SUBSCRIBED_AT = OPENED_AT - timedelta(days=1)
PAPERS = tuple(f"2611.{number:05d}" for number in range(1, 9))
LEAP = timedelta(minutes=20)
"""At least so far the clock goes while mails are deferred."""
SECONDS_TO_FINISH = 120
FAILED = 70
Send = Callable[[Settings, str, int, Callable[[], datetime]], SendReport]


class Tally(msgspec.Struct):
    """What a crash test came to, counted from outside: from what the relay noted, and from the ledger.

    ``copies`` are mails beyond a reader's first, ``lost`` readers without any, but for those ``held`` for a person to
    decide because senders crashed over them again and again. ``doubts`` counts how often a delivery
    came to be in doubt, ``most_copies`` is the most that one reader got.
    """

    readers: int = 0
    kills: int = 0
    doubts: int = 0
    copies: int = 0
    most_copies: int = 0
    lost: int = 0
    held: int = 0

    def add(self, other: "Tally") -> None:
        """Sum up."""
        for name in ("readers", "kills", "doubts", "copies", "lost", "held"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.most_copies = max(self.most_copies, other.most_copies)


class Relay:
    """The sample relay in a process of its own, so that it outlives every sender and can be killed as well."""

    def __init__(self, log: Path, mishaps: Sequence[Mishap], seed: int) -> None:
        self.log = log
        self._options = ["--seed", str(seed)]
        for mishap in mishaps:
            self._options += ["--mishap", msgspec.json.encode(mishap).decode()]
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "broadsheet.sample.relay", str(self.log), "--port", str(self.port)]
        self._process = subprocess.Popen([*command, *self._options], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline().strip().rpartition(":")[2])

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.communicate()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def accepted(self) -> tuple[Acceptance, ...]:
        return AcceptanceLog(self.log).read()


class Mailroom:
    """A frozen run, and everything that happens to it."""

    def __init__(self, settings: Settings, relay: Relay, run_key: str) -> None:
        self.settings = settings
        self.relay = relay
        self.run_key = run_key
        self.clock = OPENED_AT + timedelta(seconds=10)

    def sender(self, shard: int = 0, send: Send = send_shard) -> "Sender":
        """Start a sender in a process of its own."""
        return Sender(self, shard, send)

    def hunt(self, rng: random.Random, kills: int, shard: int = 0, send: Send = send_shard) -> int:
        """Start senders one after the other, killing that many of them; gives how many died of it."""
        died = 0
        for _ in range(kills):
            sender = self.sender(shard, send)
            died += sender.kill_after(rng.uniform(0.04, 0.24))
            if sender.report is not None and not sender.report.left:
                break
        return died

    def finish(self, shard: int = 0, send: Send = send_shard) -> None:
        """Send until nothing is left, the clock going from one due moment to the next; then close the run."""
        end = time.monotonic() + SECONDS_TO_FINISH
        while time.monotonic() < end:
            report = self.sender(shard, send).wait()
            if not report.left:
                return
            if report.run_state is RunState.PAUSED:
                raise AssertionError(f"the run is paused: {report.reason}")
            if report.next_attempt_at is not None and set(report.left) == {State.DEFERRED}:
                self.clock = max(self.clock + LEAP, report.next_attempt_at)
            else:
                # Evidence of what was under way at a kill takes the relay a moment, and a new host waits a minute.
                time.sleep(0.25)
                self.clock += timedelta(seconds=20)
        raise AssertionError(f"not finished in {SECONDS_TO_FINISH} s: {report.left}")

    def tally(self, kills: int = 0) -> Tally:
        """Close the run, hold ledger and relay against each other, and count."""
        closed = close_run(self.settings, self.run_key, self.clock)
        assert closed.closed, closed.reason
        by_reader: dict[str, list[Acceptance]] = defaultdict(list)
        for taken in self.relay.accepted():
            by_reader[taken.recipient].append(taken)
        for copies in by_reader.values():
            assert len({(copy.message_id, copy.sha256) for copy in copies}) == 1, "copies that differ"
        with open_database(self.settings) as database, database.read() as con:
            counts = account(con, get_run(con, self.run_key))
            rows = con.exec_driver_sql("SELECT address, state, doubts FROM deliveries").all()
            doubted = con.exec_driver_sql("SELECT count(*) FROM attempts WHERE event = 'in_doubt'").scalar()
        assert counts.is_complete
        assert counts.run.state is RunState.DONE
        assert not [state for _, state, _ in rows if state in OPEN]
        accepted = {address for address, state, _ in rows if state == State.ACCEPTED}
        assert accepted <= set(by_reader), "the ledger says accepted, the relay never saw it"
        told = {address for address, state, _ in rows if state in DELIVERED}
        held = {address for address, state, doubts in rows if state == State.QUARANTINED and doubts >= 3}
        assert set(by_reader) <= told | held, "the relay took it, the ledger does not know"
        return Tally(
            readers=len(rows),
            kills=kills,
            doubts=int(doubted or 0),
            copies=sum(len(copies) - 1 for copies in by_reader.values()),
            most_copies=max(Counter(taken.recipient for taken in self.relay.accepted()).values(), default=0),
            lost=len({address for address, _, _ in rows} - held - set(by_reader)),
            held=len(held),
        )


class Sender:
    """A sender in a child process."""

    def __init__(self, room: Mailroom, shard: int, send: Send) -> None:
        self.report: SendReport | None = None
        self._read, write = os.pipe()
        began, clock = time.monotonic(), room.clock
        self.pid = os.fork()
        if self.pid == 0:
            code = FAILED
            try:
                os.close(self._read)
                report = send(
                    room.settings,
                    room.run_key,
                    shard,
                    lambda: clock + timedelta(seconds=time.monotonic() - began),
                )
                os.write(write, msgspec.json.encode(report))
                code = 0
            finally:
                os._exit(code)
        os.close(write)

    def kill_after(self, seconds: float) -> bool:
        """SIGKILL after so long; False if it was over by then."""
        time.sleep(seconds)
        os.kill(self.pid, signal.SIGKILL)
        return self._reap() == -signal.SIGKILL

    def terminate(self) -> int:
        """SIGTERM; gives the exit code."""
        os.kill(self.pid, signal.SIGTERM)
        return self._reap()

    def wait(self) -> SendReport:
        """What it reports when it ends by itself."""
        code = self._reap()
        assert code == 0, f"the sender ended with {code}"
        assert self.report is not None
        return self.report

    def ended(self) -> int:
        """Its exit code, when it ends by itself."""
        return self._reap()

    def _reap(self) -> int:
        with os.fdopen(self._read, "rb") as pipe:
            said = pipe.read()
        _, status = os.waitpid(self.pid, 0)
        if said:
            self.report = msgspec.json.decode(said, type=SendReport)
        return os.waitstatus_to_exitcode(status)


@contextmanager
def mailroom(
    folder: Path,
    *,
    policy: str,
    mishaps: Sequence[Mishap] = (),
    seed: int = 0,
    readers: int = 150,
    database_url: str = "",
    shards: int = 1,
) -> Iterator[Mailroom]:
    """A run frozen for so many readers, with a relay that is up."""
    relay = Relay(folder / "accepted.log", mishaps, seed)
    relay.start()
    settings = Settings(
        home=str(folder / "home"),
        hub_url="https://hub.example",
        secret_key="crash",
        smtp_url=relay.url,
        evidence=f"acceptances:{relay.log}" if policy == "verify" else "",
        in_doubt=policy,
        database_url=database_url,
        shards=shards,
    )
    try:
        publish(settings)
        subscribe(settings, readers)
        opened = open_run(settings, OPENED_AT)
        assert opened.run_key is not None
        assert opened.prepared == readers
        yield Mailroom(settings, relay, opened.run_key)
    finally:
        relay.kill()


def publish(settings: Settings) -> None:
    """A list to tell of."""
    settings.published_path.parent.mkdir(parents=True)
    warehouse = Warehouse(settings.published_path)
    warehouse.show("trending", "2026-11-20T06:00", PAPERS)
    warehouse.con.close()


def subscribe(settings: Settings, readers: int) -> None:
    """That many readers, all of them due in the same slot."""
    lines = ["address", *(f"reader{number:05d}@example.org" for number in range(readers))]
    entries = read_entries(lines, "readers.csv", ())
    secret = secret_key(settings)
    act = Act(SUBSCRIBED_AT, "import")
    with open_database(settings) as database, database.write() as con:
        plan = plan_import(con, entries, starting(settings), secret)
        carry_out(con, plan, act, secret, lambda _done, _total: None)
