"""A sender's crew for a relay: one thread that holds many lines at once.

Mails that wait for their dots are noted together: one flush of the journal is for all of them. Those that begin
together share one look at who may not be written to any more.
"""

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from broadsheet.mail import crew
from broadsheet.mail.clerk import Clerk, Offer, Tools
from broadsheet.mail.crew import StoppedError
from broadsheet.mail.dialogue import Dialogue
from broadsheet.mail.entries import Settled
from broadsheet.mail.exchange import Exchange, Idle, Work
from broadsheet.mail.journal import JournalError
from broadsheet.mail.ledger import Claimed
from broadsheet.mail.relay import Relay
from broadsheet.mail.tray import Tray

_NO_END = float("inf")
_CLOSING_SECONDS = 1.0


class Switchboard:
    """See `Crew`. What still waits for an answer when nobody waits for it any more is hung up on."""

    def __init__(self, size: int, tools: Tools, relay: Relay) -> None:
        self.unbegun: list[Claimed] = []
        self._size = size
        self._tools = tools
        self._clerk = Clerk(tools)
        self._exchange = Exchange(relay)
        self._jobs: deque[Claimed] = deque()
        self._done: Tray[Settled] = Tray()
        self._under_way: dict[str, Offer] = {}
        self._thread = threading.Thread(target=self._run, name="sender", daemon=True)
        self._dotting = threading.Lock()
        self._is_stopping = self._is_failed = self._is_given_up = self._has_stopped_dots = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_stopping = True
        self._recall()
        if kind is not None:
            self._stop_dots()
        self._exchange.wake()
        self._thread.join(crew.GRACE_SECONDS)
        self._stop_dots()
        self._is_given_up = True
        self._exchange.wake()
        self._thread.join(_CLOSING_SECONDS)
        self._recall()

    @property
    def is_over(self) -> bool:
        """See `Crew.is_over`."""
        return not self._thread.is_alive()

    def begin(self, claimed: Iterable[Claimed]) -> None:
        """See `Crew.begin`."""
        self._jobs.extend(claimed)
        self._exchange.wake()

    def take(self, seconds: float, enough: int) -> list[Settled]:
        """See `Crew.take`."""
        return self._done.take(seconds, enough)

    def _run(self) -> None:
        try:
            with self._exchange as exchange:
                for _ in range(self._size):
                    exchange.add(self._work())
                while exchange.lines and not self._is_given_up:
                    patience = self._give_out()
                    if not exchange.turn(0.0 if exchange.at_dot else patience):
                        self._send_dots()
        except BaseException as error:  # noqa: BLE001 (it is raised in the thread that takes what was done)
            self._done.fail(error)

    def _work(self) -> Work:
        """What goes on over one line."""
        dialogue = Dialogue()
        try:
            while (job := (yield Idle())) is not None:
                yield from self._serve(dialogue, *job)
            yield from dialogue.leave()
        except StoppedError:
            return
        except Exception as error:  # noqa: BLE001 (as in `_run`)
            self._fail(error)

    def _serve(self, dialogue: Dialogue, claimed: Claimed, refusal: str | None) -> Work:
        offer = self._clerk.prepare(claimed, refusal)
        if isinstance(offer, Settled):
            self._done.put(offer)
            return
        self._under_way[claimed.delivery_id] = offer
        try:
            outcome = yield from dialogue.send(offer.message, offer.envelope)
        except JournalError as error:
            self._done.put(self._clerk.withhold(offer, error))
        else:
            self._done.put(self._clerk.conclude(offer, outcome))
        del self._under_way[claimed.delivery_id]

    def _give_out(self) -> float:
        """Let idle lines begin what is due; the seconds after which more may be."""
        idle = self._exchange.idle
        if self._is_stopping:
            while idle:
                self._exchange.resume(idle.pop())
        if self._is_failed or self._tools.guard.reason is not None:
            return _NO_END
        due, seconds = self._due(len(idle))
        if due:
            try:
                refusals = self._tools.refusals.of([one.delivery_id for one in due])
            except Exception as error:  # noqa: BLE001 (as in `_run`)
                self._fail(error)
                return _NO_END
            for one, refusal in zip(due, refusals, strict=True):
                self._exchange.resume(idle.pop(), (one, refusal))
        return seconds

    def _due(self, most: int) -> tuple[list[Claimed], float]:
        """Up to so many deliveries that may begin now, and how long the next one has to wait if the pace says so."""
        due: list[Claimed] = []
        while len(due) < most and self._jobs:
            if seconds := self._tools.pacer.ask():
                return due, seconds
            with suppress(IndexError):  # recalled just now
                due.append(self._jobs.popleft())
        return due, _NO_END

    def _send_dots(self) -> None:
        """Note all mails that wait for their dots, then let these go out."""
        lines, self._exchange.at_dot = self._exchange.at_dot, {}
        if not lines:
            return
        try:
            self._intend([self._under_way[delivery_id] for delivery_id in lines])
        except (JournalError, StoppedError) as error:
            for line in lines.values():
                self._exchange.throw(line, error)
        else:
            for line in lines.values():
                self._exchange.resume(line)

    def _intend(self, offers: Sequence[Offer]) -> None:
        with self._dotting:
            if self._has_stopped_dots:
                raise StoppedError
            self._clerk.intend(offers)

    def _stop_dots(self) -> None:
        """When this returns, a dot that may go out has its record on the disk, and no other will go out."""
        self._has_stopped_dots = True
        with self._dotting:
            pass

    def _fail(self, error: BaseException) -> None:
        """Begin nothing more; what is under way goes on."""
        self._is_failed = True
        self._done.fail(error)

    def _recall(self) -> None:
        with suppress(IndexError):
            while True:
                self.unbegun.append(self._jobs.popleft())
