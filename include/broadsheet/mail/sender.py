"""A sender at work on one shard: it claims what is due, leaves it to its crew and writes down what became of it."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from msgspec.structs import replace

from broadsheet.mail.clerk import Tools
from broadsheet.mail.composer import Composer
from broadsheet.mail.crew import Crew, Hands
from broadsheet.mail.database import Database
from broadsheet.mail.entries import Settled
from broadsheet.mail.guard import Guard
from broadsheet.mail.identity import Kind
from broadsheet.mail.journal import Journal
from broadsheet.mail.ledger import Claimed, Tenure, claim, fold, pause, release
from broadsheet.mail.pacing import Pacer
from broadsheet.mail.rates import TokenBucket, keep_pace, kept_pace
from broadsheet.mail.refusals import watching
from broadsheet.mail.smtp import SmtpTransport
from broadsheet.mail.states import State
from broadsheet.mail.switchboard import Switchboard
from broadsheet.mail.transport import Transport
from broadsheet.settings import Settings

BATCH = 200
"""So many deliveries are claimed at once; as many more are under way meanwhile."""
WRITE_SECONDS = 1.0
"""What became of them is written down after so long, however few they are."""
POLL_SECONDS = 0.2
TERMINATED = "told to end"


class Desk(NamedTuple):
    """What a sender works with."""

    database: Database
    tenure: Tenure
    composer: Composer
    journal: Journal
    now: Callable[[], datetime]


class Sender:
    """One call's sender.

    Attributes:
        done: what became of deliveries so far.
    """

    def __init__(self, settings: Settings, desk: Desk, ending: threading.Event) -> None:
        self.done: Counter[State] = Counter()
        self._settings = settings
        self._desk = desk
        self._ending = ending
        self._guard = Guard()
        self._unwritten: list[Settled] = []
        self._written_at = time.monotonic()
        self._pace_name = f"mail/{desk.tenure.shard.number}"
        self._pacer = self._mail_pacer()
        self._crews: list[Crew] = []

    @property
    def stopped(self) -> str | None:
        """Why it stopped although more was due, in words; None as long as it did not."""
        return self._guard.reason

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is at work any more."""
        return all(crew.is_over for crew in self._crews)

    def note_settled(self, states: Counter[State]) -> None:
        """Count what doubts ended in, in place of the doubts of this call; who is sent to again is counted then."""
        self.done[State.IN_DOUBT] -= min(states.total(), self.done[State.IN_DOUBT])
        self.done += states - Counter({State.PENDING: states[State.PENDING]})

    def send_due(self, kind: str, transport: Transport) -> int:
        """Send all messages of a kind that are due, or until there is a reason to stop; how many were begun.

        Raises:
            FencedError: another sender has taken the shard over.
            MailError: the mail database cannot be used.
        """
        desk = self._desk
        before = self.done.total()
        with watching(desk.database, desk.tenure) as refusals:
            pacer = self._pacer if kind == Kind.MAIL else _unbounded(desk.now())
            tools = Tools(
                kind=kind,
                transport=transport,
                composer=desk.composer,
                journal=desk.journal,
                refusals=refusals,
                pacer=pacer,
                guard=self._guard,
                allow=self._settings.recipients_allow,
                now=desk.now,
            )
            crew = _hire(self._settings.connections, tools)
            self._crews.append(crew)
            with crew:
                self._work(crew, kind)
        self._unwritten += crew.take(0, 0)
        self._write()
        self._release(crew.unbegun)
        if self._guard.pauses:
            with desk.database.write() as con:
                pause(con, desk.tenure.shard.run_key, str(self._guard.reason))
        return self.done.total() - before

    def _work(self, crew: Crew, kind: str) -> None:
        in_hand, more = 0, True
        while not self._must_stop():
            if more and in_hand <= BATCH:
                claimed = self._write(kind)
                crew.begin(claimed)
                in_hand += len(claimed)
                more = len(claimed) == BATCH
            elif len(self._unwritten) >= BATCH or time.monotonic() - self._written_at > WRITE_SECONDS:
                self._write()
            if not in_hand:
                return
            done = crew.take(POLL_SECONDS, min(in_hand, BATCH))
            self._unwritten += done
            in_hand -= len(done)

    def _must_stop(self) -> bool:
        if self._ending.is_set():
            self._guard.stop(TERMINATED)
        return self.stopped is not None

    def _write(self, kind: str | None = None) -> tuple[Claimed, ...]:
        """Write down what was done and, for a ``kind``, claim the next ones: one transaction is cheaper than two."""
        desk = self._desk
        claimed: tuple[Claimed, ...] = ()
        if not self._unwritten and kind is None:
            return claimed
        with desk.database.write() as con:
            if self._unwritten:
                if not self._guard.knows_mailboxes:
                    self._unwritten = [replace(one, suppress=None) for one in self._unwritten]
                fold(con, desk.tenure, self._unwritten, desk.now())
                keep_pace(con, self._pace_name, self._pacer.pace)
            if kind is not None:
                claimed = claim(con, desk.tenure, kind, desk.now(), BATCH)
                desk.composer.load(con, claimed)
        self.done.update(one.state for one in self._unwritten)
        self._unwritten.clear()
        self._written_at = time.monotonic()
        return claimed

    def _release(self, unbegun: list[Claimed]) -> None:
        if unbegun:
            with self._desk.database.write() as con:
                release(con, self._desk.tenure, [one.delivery_id for one in unbegun])

    def _mail_pacer(self) -> Pacer:
        settings, now = self._settings, self._desk.now()
        with self._desk.database.read() as con:
            pace = kept_pace(con, self._pace_name)
        share = 1 / settings.shards
        bucket = TokenBucket(settings.rate_per_second, settings.rate_per_hour, now, share=share, pace=pace)
        return Pacer(bucket, now)


def _hire(connections: int, tools: Tools) -> Crew:
    if isinstance(tools.transport, SmtpTransport):
        return Switchboard(connections, tools, tools.transport.relay)
    return Hands(connections, tools)


def _unbounded(now: datetime) -> Pacer:
    """Chat services set their own pace."""
    return Pacer(TokenBucket(0, 0, now), now)
