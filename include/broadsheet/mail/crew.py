"""The hands of a sender: threads that each offer one message after the other over a session of their own."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

from broadsheet.mail.composer import Composer
from broadsheet.mail.entries import Settled, settled
from broadsheet.mail.errors import AddressError
from broadsheet.mail.guard import Guard
from broadsheet.mail.identity import Kind, is_allowed
from broadsheet.mail.journal import Journal, JournalError
from broadsheet.mail.ledger import EXPIRED, Claimed
from broadsheet.mail.outcomes import judge
from broadsheet.mail.pacing import Pacer
from broadsheet.mail.refusals import Refusals
from broadsheet.mail.states import State
from broadsheet.mail.transport import Outcome, Session, Transport
from broadsheet.mail.tray import Tray

GRACE_SECONDS = 30.0
"""How long messages that are under way are waited for once no more are begun."""

OTHER_BYTES = "it would not be the same mail as before; decide by hand"
NOT_ALLOWED = "setting recipients_allow does not name them now"
UNWRITABLE = "no mail can be written to that address"
NO_JOURNAL = "not offered: the journal cannot be written"


class Tools(NamedTuple):
    """What all hands use."""

    kind: str
    transport: Transport
    composer: Composer
    journal: Journal
    refusals: Refusals
    pacer: Pacer
    guard: Guard
    allow: Sequence[str]
    now: Callable[[], datetime]


class Crew:
    """A number of threads for one kind of messages; a context manager.

    Leaving it begins nothing more and waits for what is under way, up to `GRACE_SECONDS`. A thread that still waits
    then for an answer is left alone, and sends no dot any more: its mail is in doubt, as after a crash.

    Attributes:
        unbegun: what was given to the crew and not begun, once it was left.
    """

    def __init__(self, size: int, tools: Tools) -> None:
        self._jobs: queue.SimpleQueue[Claimed | None] = queue.SimpleQueue()
        self._done: Tray[Settled] = Tray()
        self._stopping = threading.Event()
        self._hands = [_Hand(tools, self._jobs, self._done, self._stopping) for _ in range(size)]
        self.unbegun: list[Claimed] = []

    def __enter__(self) -> Self:
        for hand in self._hands:
            hand.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._recall()
        if kind is not None:
            self._stop_dots()
        for _ in self._hands:
            self._jobs.put(None)
        end = time.monotonic() + GRACE_SECONDS
        for hand in self._hands:
            hand.join(max(end - time.monotonic(), 0))
        self._stop_dots()
        self._recall()

    @property
    def is_over(self) -> bool:
        """Whether all threads have ended."""
        return not any(hand.is_alive() for hand in self._hands)

    def begin(self, claimed: Iterable[Claimed]) -> None:
        """Leave these to whoever is free."""
        for one in claimed:
            self._jobs.put(one)

    def take(self, seconds: float, enough: int) -> list[Settled]:
        """What was done; waits up to ``seconds`` for ``enough`` of it. Raises what made a thread end."""
        return self._done.take(seconds, enough)

    def _recall(self) -> None:
        with suppress(queue.Empty):
            while True:
                one = self._jobs.get_nowait()
                if one is not None:
                    self.unbegun.append(one)

    def _stop_dots(self) -> None:
        for hand in self._hands:
            hand.stop_dots()


class _StoppedError(Exception):
    """No dot may be sent any more."""


class _Hand(threading.Thread):
    """One thread and its session."""

    def __init__(
        self,
        tools: Tools,
        jobs: "queue.SimpleQueue[Claimed | None]",
        done: Tray[Settled],
        stopping: threading.Event,
    ) -> None:
        super().__init__(name="sender", daemon=True)
        self._tools = tools
        self._jobs = jobs
        self._done = done
        self._stopping = stopping
        self._dotting = threading.Lock()
        self._stopped = False
        self._dot_at: datetime | None = None

    def stop_dots(self) -> None:
        """When this returns, a dot that may go out has its record on the disk, and no other will go out."""
        self._stopped = True
        with self._dotting:
            pass

    def run(self) -> None:
        """Work until a None comes."""
        try:
            with self._tools.transport.open() as session:
                while (claimed := self._jobs.get()) is not None:
                    if not self._may_begin():
                        self._jobs.put(claimed)
                        return
                    self._done.put(self._serve(session, claimed))
        except _StoppedError:
            return
        except BaseException as error:  # noqa: BLE001 (it is raised in the thread that takes what was done)
            self._done.fail(error)

    def _may_begin(self) -> bool:
        return self._tools.guard.reason is None and self._tools.pacer.wait(self._stopping)

    def _serve(self, session: Session, claimed: Claimed) -> Settled:
        tools = self._tools
        reason = tools.refusals.why(claimed.delivery_id)
        if reason is None and not is_allowed(tools.kind, claimed.address, tools.allow):
            reason = NOT_ALLOWED
        if reason is not None:
            return _unbegun(claimed, State.SUPPRESSED, reason)
        if tools.now() >= claimed.deadline_at:
            return _unbegun(claimed, State.EXPIRED, EXPIRED)
        try:
            message, envelope = tools.composer.message(claimed, tools.kind)
        except AddressError:
            return _unbegun(claimed, State.FAILED, UNWRITABLE)
        sha256 = message.sha256
        if claimed.sha256 not in {None, sha256}:
            return _unbegun(claimed, State.QUARANTINED, OTHER_BYTES)
        self._dot_at = None
        try:
            outcome = session.send(message, envelope, lambda: self._before_dot(claimed, sha256))
        except JournalError as error:
            tools.guard.stop(str(error), pauses=True)
            return Settled(
                delivery_id=claimed.delivery_id, attempt=claimed.attempt, state=State.PENDING, text=NO_JOURNAL
            )
        return self._note(claimed, outcome, sha256)

    def _before_dot(self, claimed: Claimed, sha256: str) -> None:
        with self._dotting:
            if self._stopped:
                raise _StoppedError
            self._tools.journal.dot(claimed.delivery_id, claimed.attempt, sha256)
        # Real time, as the journal's: it is compared with what other machines log.
        self._dot_at = datetime.now(UTC)

    def _note(self, claimed: Claimed, outcome: Outcome, sha256: str) -> Settled:
        tools, its_id, attempt = self._tools, claimed.delivery_id, claimed.attempt
        offered = self._dot_at is not None
        consequence = judge(outcome, attempt, tools.now(), its_id)
        entry = settled(its_id, attempt, outcome, consequence, sha256 if offered else None)
        if entry.state is State.IN_DOUBT:
            entry = msgspec.structs.replace(entry, at=self._dot_at)
        if tools.kind == Kind.MAIL:  # what one channel's service says is about that channel alone
            tools.guard.note(outcome, consequence)
            if consequence.slow_down:
                tools.pacer.slow_down()
        note = tools.journal.reply if offered else tools.journal.no
        try:
            note(its_id, attempt, outcome)
        except JournalError as error:
            tools.guard.stop(str(error), pauses=True)
        return entry


def _unbegun(claimed: Claimed, state: State, reason: str) -> Settled:
    return Settled(delivery_id=claimed.delivery_id, attempt=claimed.attempt, state=state, resolution=reason)
