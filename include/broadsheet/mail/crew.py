"""The hands of a sender: threads that each offer one message after the other over a session of their own."""

import queue
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Protocol, Self

from broadsheet.mail.clerk import Clerk, Offer, Tools
from broadsheet.mail.entries import Settled
from broadsheet.mail.journal import JournalError
from broadsheet.mail.ledger import Claimed
from broadsheet.mail.transport import Session
from broadsheet.mail.tray import Tray

GRACE_SECONDS = 30.0
"""How long messages that are under way are waited for once no more are begun."""


class Crew(Protocol):
    """Offers messages of one kind in the background; a context manager.

    Leaving it begins nothing more and waits for what is under way, up to `GRACE_SECONDS`. What still waits then for
    an answer is left alone, and no dot is sent any more: its mail is in doubt, as after a crash.

    Attributes:
        unbegun: what was given to the crew and not begun, once it was left.
    """

    unbegun: list[Claimed]

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is at work any more."""
        ...

    def begin(self, claimed: Iterable[Claimed]) -> None:
        """Leave these to whoever is free."""
        ...

    def take(self, seconds: float, enough: int) -> list[Settled]:
        """What was done; waits up to ``seconds`` for ``enough`` of it. Raises what ended the crew's work."""
        ...


class StoppedError(Exception):
    """No dot may be sent any more."""


class Hands:
    """A crew of so many threads, for sessions that block."""

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
        """See `Crew.is_over`."""
        return not any(hand.is_alive() for hand in self._hands)

    def begin(self, claimed: Iterable[Claimed]) -> None:
        """See `Crew.begin`."""
        for one in claimed:
            self._jobs.put(one)

    def take(self, seconds: float, enough: int) -> list[Settled]:
        """See `Crew.take`."""
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
        self._clerk = Clerk(tools)
        self._jobs = jobs
        self._done = done
        self._stopping = stopping
        self._dotting = threading.Lock()
        self._stopped = False

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
        except StoppedError:
            return
        except BaseException as error:  # noqa: BLE001 (it is raised in the thread that takes what was done)
            self._done.fail(error)

    def _may_begin(self) -> bool:
        return self._tools.guard.reason is None and self._tools.pacer.wait(self._stopping)

    def _serve(self, session: Session, claimed: Claimed) -> Settled:
        offer = self._clerk.prepare(claimed, self._tools.refusals.why(claimed.delivery_id))
        if isinstance(offer, Settled):
            return offer
        try:
            outcome = session.send(offer.message, offer.envelope, lambda: self._before_dot(offer))
        except JournalError as error:
            return self._clerk.withhold(offer, error)
        return self._clerk.conclude(offer, outcome)

    def _before_dot(self, offer: Offer) -> None:
        with self._dotting:
            if self._stopped:
                raise StoppedError
            self._clerk.intend([offer])
