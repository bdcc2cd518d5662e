"""A mail server on loopback that misbehaves on purpose, and notes each mail it takes before it says so.

``python -m broadsheet.sample.relay accepted.log --port 8025 --mishap '{"at": "dot", "reply": "451 4.3.0 no",
"odds": 0.3}'`` runs one alone. It keeps no mails, so that a test can send many thousands through it.
"""

import argparse
import asyncio
import hashlib
import re
import signal
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from broadsheet.mail.evidence.acceptances import Acceptance, AcceptanceLog
from broadsheet.sample.conversation import Conversation
from broadsheet.sample.mishaps import Mishap, Mishaps

LOOPBACK = "127.0.0.1"
START_SECONDS = 10.0
EXTENSIONS = ("PIPELINING", "SIZE 10485760", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8")

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>\r\n]+>)", re.IGNORECASE | re.MULTILINE)


class SampleRelay:
    """An SMTP server on 127.0.0.1; a context manager.

    Args:
        log: the file of what it took; made if it is missing.
        port: 0 takes a free one.
        seed: of the mishaps' odds.
        tls: the server's certificate; offers STARTTLS, or with ``implicit_tls`` speaks TLS from the first byte.
        login: the one user and password it takes mail from; None takes it from anybody.

    Attributes:
        port: the port it listens on, once started.
        mishaps: what goes wrong; can be changed at any time.
        extensions: what EHLO offers beside STARTTLS and AUTH; can be changed at any time.
    """

    def __init__(  # noqa: PLR0913
        self,
        log: Path,
        port: int = 0,
        *,
        seed: int = 0,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.port = port
        self.tls = tls
        self.implicit_tls = implicit_tls
        self.login = login
        self.mishaps = Mishaps(seed)
        self.extensions: tuple[str, ...] = EXTENSIONS
        self.conversations: set[Conversation] = set()
        self.log = AcceptanceLog(log)
        self._queued = 0
        self._loop = asyncio.new_event_loop()
        self._listening: Future[int] = Future()
        self._closing = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def __enter__(self) -> Self:
        self.log.make()
        self._thread.start()
        self.port = self._listening.result(START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()
        self.log.close()

    @property
    def url(self) -> str:
        """Its address, to be used as smtp_url."""
        return f"{'smtps' if self.implicit_tls else 'smtp'}://{LOOPBACK}:{self.port}"

    def accepted(self) -> tuple[Acceptance, ...]:
        """What it took, oldest first, also before it was started anew."""
        return self.log.read()

    @contextmanager
    def going_wrong(self, *mishaps: Mishap) -> Iterator[None]:
        """These mishaps for the block, and none afterwards."""
        self.mishaps.add(*mishaps)
        yield
        self.mishaps.clear()

    def next_queue_id(self) -> str:
        """A name for the mail that has just come in whole."""
        self._queued += 1
        return f"{self._queued:010X}"

    def keep(self, recipients: tuple[str, ...], content: bytes) -> None:
        """Note a mail as it came over the wire. Raises OSError; then it must not be acknowledged."""
        mail = content.removeprefix(b".")
        mail = mail.replace(b"\r\n.", b"\r\n") if b"\r\n." in mail else mail
        match = _MESSAGE_ID.search(mail)
        message_id = match[1].decode() if match else "-"
        for recipient in recipients:
            self.log.append(recipient, message_id, len(mail), hashlib.sha256(mail).hexdigest())

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        context = self.tls if self.implicit_tls else None
        try:
            server = await self._loop.create_server(
                lambda: Conversation(self), LOOPBACK, self.port, ssl=context
            )
        except OSError as error:
            self._listening.set_exception(error)
            return
        self._listening.set_result(server.sockets[0].getsockname()[1])
        await self._closing.wait()
        server.close()
        for conversation in tuple(self.conversations):
            conversation.hang_up()


def main() -> None:
    """Run a relay until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m broadsheet.sample.relay", description=main.__doc__)
    parser.add_argument("log", type=Path, help="the file of what it took")
    parser.add_argument("--port", type=int, default=0, help="0, the default, takes a free one")
    parser.add_argument("--seed", type=int, default=0, help="of the mishaps' odds")
    parser.add_argument("--certificate", type=Path, help="makes it speak TLS from the first byte")
    parser.add_argument("--key", type=Path, help="of the certificate, where that file does not hold it")
    parser.add_argument("--mishap", action="append", default=[], help="what goes wrong, as JSON; repeatable")
    options = parser.parse_args()
    tls = None
    if options.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.certificate, options.key)
    stopping = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)
    with SampleRelay(
        options.log, options.port, seed=options.seed, tls=tls, implicit_tls=tls is not None
    ) as relay:
        relay.mishaps.add(*(msgspec.json.decode(text, type=Mishap) for text in options.mishap))
        print(relay.url, flush=True)
        signal.sigwait(stopping)


if __name__ == "__main__":
    main()
