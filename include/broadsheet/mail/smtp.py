"""SMTP as a transport."""

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from broadsheet.mail.dialogue import (
    BeforeDot,
    Connect,
    Dialogue,
    Ended,
    Extensions,
    HangUp,
    Hear,
    Say,
    Step,
    Steps,
)
from broadsheet.mail.evidence import Source
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.relay import Relay, connect
from broadsheet.mail.replies import Reply
from broadsheet.mail.transport import Evidence, Outcome
from broadsheet.mail.wire import Wire


class SmtpTransport:
    """A relay. TLS, with the certificate verified, is demanded unless the relay is on loopback.

    Args:
        evidence: where it is looked up what the relay took; None: nowhere.
    """

    def __init__(self, relay: Relay, evidence: Source | None = None) -> None:
        self.relay = relay
        self._evidence = evidence

    def open(self) -> "SmtpSession":
        """See `Transport.open`."""
        return SmtpSession(self.relay)

    def lookup(self, message_id: str, since: datetime) -> Evidence:
        """See `Transport.lookup`. SMTP itself has no way to ask a relay what it took."""
        return self._evidence.lookup(message_id, since) if self._evidence else Evidence.UNKNOWN


class SmtpSession:
    """A dialogue of its own, each step of which blocks until it is over."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._dialogue = Dialogue()
        self._wire: Wire | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drive(self._dialogue.leave())

    def send(self, message: Message, envelope: Envelope, before_dot: Callable[[], None]) -> Outcome:
        """See `Session.send`."""
        return self._drive(self._dialogue.send(message, envelope), before_dot)

    def _drive(self, steps: Steps[Ended], before_dot: Callable[[], None] = lambda: None) -> Ended:
        try:
            step = next(steps)
            while True:
                try:
                    result = self._do(step, before_dot)
                except Exception as error:  # noqa: BLE001 (the dialogue passes on what it does not know)
                    step = steps.throw(error)
                else:
                    step = steps.send(result)
        except StopIteration as end:
            ended: Ended = end.value
            return ended
        except BaseException:
            self._hang_up()
            raise

    def _do(self, step: Step, before_dot: Callable[[], None]) -> Any:
        match step:
            case Connect():
                return self._connect()
            case Say():
                self._ready(step.seconds).say(step.data)
            case Hear():
                return self._hear(self._ready(step.seconds))
            case BeforeDot():
                before_dot()
            case HangUp():
                self._hang_up()
        return None

    def _connect(self) -> Extensions | Outcome:
        client = connect(self._relay)
        if isinstance(client, Outcome):
            return client
        self._wire = Wire(client)
        return frozenset(client.esmtp_features)

    def _ready(self, seconds: float) -> Wire:
        if self._wire is None:
            raise ConnectionError("the connection was closed")
        self._wire.socket.settimeout(seconds)
        return self._wire

    def _hear(self, wire: Wire) -> Reply:
        while (reply := wire.reply()) is None:
            wire.pull()
        return reply

    def _hang_up(self) -> None:
        if self._wire is not None:
            self._wire.close()
        self._wire = None
