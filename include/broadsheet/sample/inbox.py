"""Inbox: an SMTP server on loopback that keeps what it receives as .eml files.

``python -m broadsheet.sample.inbox .broadsheet/inbox --port 8025`` runs one alone.
"""

import argparse
import asyncio
import logging
import signal
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import msgspec
from aiosmtpd.smtp import SMTP, Envelope, Session

from broadsheet.sample.maildrop import Received, keep, read_inbox

LOOPBACK = "127.0.0.1"
HOSTNAME = "inbox.localhost"
START_SECONDS = 10.0

Stage = Literal["mail", "rcpt", "data"]


class Refusal(msgspec.Struct):
    """A reply that waits for its commands: ``times`` more of them, None for all until it is lifted.

    At ``mail`` it meets senders, at ``rcpt`` recipients, at ``data`` messages to any recipient that contains
    ``address``.
    """

    stage: Stage
    reply: str
    address: str = ""
    times: int | None = 1


class Inbox:
    """An SMTP server on 127.0.0.1 and its folder; a context manager.

    Args:
        folder: where the messages go; made if it is missing.
        port: 0 takes a free one.
        now: the clock that names the files.
        tls: the server's certificate; then it speaks TLS from the first byte.

    Attributes:
        port: the port it listens on, once started.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        now: Callable[[], datetime] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.folder = folder
        self.port = port
        self._tls = tls
        self._now = now or (lambda: datetime.now(UTC))
        self._lock = threading.Lock()
        self._refusals: list[Refusal] = []
        self._loop = asyncio.new_event_loop()
        self._listening: Future[int] = Future()
        self._closing = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Its address, to be used as smtp_url."""
        return f"{'smtps' if self._tls else 'smtp'}://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Listen, in a thread of its own.

        Raises:
            OSError: the port is taken, or the folder cannot be made.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        # aiosmtpd writes every command, addresses and all, to this logger at INFO.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._thread.start()
        self.port = self._listening.result(START_SECONDS)

    def close(self) -> None:
        """Stop listening and end the open sessions; what was received stays."""
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()

    def messages(self) -> tuple[Received, ...]:
        """Everything in the folder, oldest first."""
        return read_inbox(self.folder)

    def refuse(self, stage: Stage, reply: str, address: str = "", times: int | None = 1) -> None:
        """Give ``reply``, such as ``451 4.7.1 later``, to the next ``times`` commands of ``stage`` (None: all)."""
        with self._lock:
            self._refusals.append(Refusal(stage, reply, address, times))

    def accept(self) -> None:
        """Forget every refusal that still waits."""
        with self._lock:
            self._refusals.clear()

    def refusal(self, stage: Stage, addresses: list[str]) -> str | None:
        """The reply that waits for this command, counted down; None when the command is welcome."""
        with self._lock:
            for waiting in self._refusals:
                met = any(waiting.address in address for address in addresses)
                if waiting.stage == stage and waiting.times != 0 and met:
                    if waiting.times is not None:
                        waiting.times -= 1
                    return waiting.reply
        return None

    def store(self, sender: str, recipients: list[str], content: bytes) -> Path:
        """Keep one message. Raises OSError when it cannot be kept."""
        return keep(self.folder, sender, recipients, content, self._now())

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        try:
            server = await self._loop.create_server(self._session, LOOPBACK, self.port, ssl=self._tls)
        except OSError as error:
            self._listening.set_exception(error)
            return
        self._listening.set_result(server.sockets[0].getsockname()[1])
        await self._closing.wait()
        server.close()

    def _session(self) -> SMTP:
        return SMTP(_Handler(self), hostname=HOSTNAME, enable_SMTPUTF8=True, loop=self._loop)


class _Handler:
    """What happens at each command; aiosmtpd finds these methods by name."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self._inbox.refusal("mail", [address])
        if refusal is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return refusal or "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self._inbox.refusal("rcpt", [address])
        if refusal is None:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return refusal or "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        refusal = self._inbox.refusal("data", envelope.rcpt_tos)
        if refusal is not None:
            return refusal
        try:
            sender = (envelope.mail_from or "").removeprefix(
                "<>"
            )  # the null sender of RFC 5321 section 4.5.5
            path = self._inbox.store(sender, envelope.rcpt_tos, envelope.original_content or b"")
        except OSError as error:
            return f"452 4.3.1 the message cannot be kept: {error.strerror}"
        return f"250 2.0.0 OK: kept as {path.name}"


def main() -> None:
    """Run an inbox until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m broadsheet.sample.inbox", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="where the messages go")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--certificate", type=Path, help="makes it speak TLS from the first byte")
    parser.add_argument("--key", type=Path, help="of the certificate, where that file does not hold it")
    options = parser.parse_args()
    tls = None
    if options.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.certificate, options.key)
    stopping = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    with Inbox(options.folder, options.port, tls=tls) as inbox:
        print(inbox.url, flush=True)
        signal.sigwait(stopping)


if __name__ == "__main__":
    main()
