"""Many dialogues in one thread: whatever one of them waits for, the others go on meanwhile."""

import queue
import selectors
import smtplib
import socket
import threading
import time
from collections.abc import Generator
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple, Self

from broadsheet.mail.dialogue import BeforeDot, Connect, HangUp, Hear, Say, Step
from broadsheet.mail.relay import Relay, connect
from broadsheet.mail.transport import Outcome
from broadsheet.mail.wire import Wire

_NOTHING = 0
_READ = selectors.EVENT_READ
_BOTH = selectors.EVENT_READ | selectors.EVENT_WRITE
_NEVER = float("inf")

LOOK_SECONDS = 0.25
"""How often it is looked for lines that have waited for too long."""


class Idle(NamedTuple):
    """Wait until there is something to do; gives what it is."""


Work = Generator[Step | Idle, Any, None]
"""What goes on over a line, dialogue after dialogue; it raises nothing."""


class Line:
    """One line to the relay. ``step`` is what its work waits for, at most ``until`` (monotonic seconds)."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.step: Step | Idle = Idle()
        self.until = _NEVER
        self.wire: Wire | None = None
        self.watched_for = _NOTHING


class Exchange:
    """All lines to one relay; a context manager, for one thread but for `wake`.

    Connecting blocks for as long as name servers, TLS and login take, so each does so in a thread of its own.

    Attributes:
        lines: those whose work is not over.
        idle: those that wait for something to do, the one used last at the end.
        at_dot: those that wait to be told that they may send the dot, by the delivery that it is of.
    """

    def __init__(self, relay: Relay) -> None:
        self.lines: list[Line] = []
        self.idle: list[Line] = []
        self.at_dot: dict[str, Line] = {}
        self._relay = relay
        self._dialled: queue.SimpleQueue[tuple[Line, smtplib.SMTP | Outcome | Exception]] = (
            queue.SimpleQueue()
        )
        self._is_closed = False
        self._look_at = 0.0
        self._bell, self._ear = socket.socketpair()
        for end in (self._bell, self._ear):
            end.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._ear, _READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in self.lines:
            self._hang_up(line)
        self._is_closed = True
        self._forget_dialled()
        self._selector.close()
        self._bell.close()
        self._ear.close()

    def add(self, work: Work) -> None:
        """Begin some work over a line of its own."""
        line = Line(work)
        self.lines.append(line)
        self.resume(line)

    def wake(self) -> None:
        """Let `turn` return at once; for any thread."""
        with suppress(OSError):  # it is awake, or over
            self._bell.send(b"!")

    def turn(self, seconds: float) -> bool:
        """Let every line go on that can; waits up to so long for one, or less. Whether there was any."""
        ready = self._selector.select(min(seconds, LOOK_SECONDS))
        for key, _ in ready:
            if key.data is None:
                self._answer_bell()
            else:
                self._go_on(key.data)
        now = time.monotonic()
        if now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            for line in [line for line in self.lines if line.until <= now]:
                self._give_up(line)
        return bool(ready)

    def resume(self, line: Line, value: object = None) -> None:
        """Let a line's work go on with what its step gives, as far as it can."""
        self._advance(line, value, None)

    def throw(self, line: Line, error: Exception) -> None:
        """Let a line's work go on with the error that its step met."""
        self._advance(line, None, error)

    def _advance(self, line: Line, value: object, error: Exception | None) -> None:
        is_over = True
        while is_over:
            line.until = _NEVER
            try:
                line.step = line.work.throw(error) if error else line.work.send(value)
            except StopIteration:
                self._hang_up(line)
                self.lines.remove(line)
                return
            value, error = None, None
            try:
                is_over, value = self._do(line, line.step)
            except OSError as failure:
                error = failure

    def _do(self, line: Line, step: Step | Idle) -> tuple[bool, object]:
        """Begin a step: whether it is over already, and what it gives."""
        match step:
            case Say() | Hear():
                return self._converse(line, step, anew=True)
            case HangUp():
                self._hang_up(line)
                return True, None
            case Connect():
                threading.Thread(target=self._dial, args=(line,), name="sender-dials", daemon=True).start()
            case BeforeDot():
                self.at_dot[step.delivery_id] = line
            case Idle():
                self.idle.append(line)
        return False, None

    def _converse(self, line: Line, step: Say | Hear, *, anew: bool = False) -> tuple[bool, object]:
        """Say or hear as much as can be now: whether that is all of it, and what was heard."""
        if line.wire is None:
            raise ConnectionError("the connection was closed")
        line.until = time.monotonic() + step.seconds
        if isinstance(step, Hear):
            reply = line.wire.reply()
            return reply is not None, reply
        is_said = line.wire.say(step.data) if anew else line.wire.push()
        self._watch(line, _READ if is_said else _BOTH)
        return is_said, None

    def _go_on(self, line: Line) -> None:
        """More came over a line, or more can go out."""
        if line.wire is None:
            return
        line.wire.pull()
        if line.wire.failure is not None:
            self._watch(line, _NOTHING)
        if not isinstance(line.step, Say | Hear):
            return  # who asks for nothing is told nothing; it is there when the next step asks
        try:
            is_over, value = self._converse(line, line.step)
        except OSError as error:
            self.throw(line, error)
        else:
            if is_over:
                self.resume(line, value)

    def _give_up(self, line: Line) -> None:
        """A line waited for too long: what still comes over it would be taken for the answer to something else."""
        error = TimeoutError("timed out")
        if line.wire is not None:
            line.wire.failure = error
            self._watch(line, _NOTHING)
        self.throw(line, error)

    def _watch(self, line: Line, events: int) -> None:
        if line.wire is None or events == line.watched_for:
            return
        if not events:
            self._selector.unregister(line.wire.socket)
        elif line.watched_for:
            self._selector.modify(line.wire.socket, events, line)
        else:
            self._selector.register(line.wire.socket, events, line)
        line.watched_for = events

    def _hang_up(self, line: Line) -> None:
        if line.wire is not None:
            self._watch(line, _NOTHING)
            line.wire.close()
        line.wire = None

    def _dial(self, line: Line) -> None:
        try:
            self._dialled.put((line, connect(self._relay)))
        except Exception as error:  # noqa: BLE001 (it is raised in the line's work)
            self._dialled.put((line, error))
        if self._is_closed:
            self._forget_dialled()
        self.wake()

    def _answer_bell(self) -> None:
        with suppress(BlockingIOError):
            while self._ear.recv(4096):
                pass
        with suppress(queue.Empty):
            while True:
                self._answered(*self._dialled.get_nowait())

    def _answered(self, line: Line, client: smtplib.SMTP | Outcome | Exception) -> None:
        if isinstance(client, Exception):
            self.throw(line, client)
        elif isinstance(client, Outcome):
            self.resume(line, client)
        else:
            line.wire = Wire(client)
            line.wire.socket.setblocking(False)
            self._watch(line, _READ)
            self.resume(line, frozenset(client.esmtp_features))

    def _forget_dialled(self) -> None:
        with suppress(queue.Empty):
            while True:
                _, client = self._dialled.get_nowait()
                if isinstance(client, smtplib.SMTP):
                    client.close()
