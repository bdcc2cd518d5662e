"""The sample relay's side of one SMTP conversation (RFC 5321, 2920, 3207, 4954)."""

import asyncio
import base64
import re
import ssl
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import msgspec

from broadsheet.sample.mishaps import Mishap, Stage

if TYPE_CHECKING:
    from broadsheet.sample.relay import SampleRelay

_PATH = re.compile(rb"(?:MAIL FROM|RCPT TO):\s*<([^>]*)>.*", re.IGNORECASE | re.DOTALL)
_END = b"\r\n.\r\n"


class Conversation(asyncio.Protocol):
    """One connection. Commands are worked through in order, also those that came in one packet."""

    def __init__(self, relay: "SampleRelay") -> None:
        self._relay = relay
        self._transport: asyncio.Transport | None = None
        self._upgrade: asyncio.Task[None] | None = None
        self._buffer = bytearray()
        self._searched = 0
        self._waiting = False
        self._in_body = False
        self._encrypted = relay.implicit_tls
        self._logged_in = False
        self._sender: str | None = None
        self._recipients: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport
        self._relay.conversations.add(self)
        self._step(Stage.CONNECT, "220 relay.localhost ESMTP")

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Forget what was not finished."""
        self._relay.conversations.discard(self)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Work through as much as there is."""
        self._buffer += data
        self._work()

    def hang_up(self) -> None:
        """End it without a word."""
        if self._transport is not None:
            self._transport.abort()

    def _work(self) -> None:
        while not self._waiting and self._transport is not None and not self._transport.is_closing():
            taken = self._take_body() if self._in_body else self._take_line()
            if not taken:
                return

    def _take_line(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return False
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        self._command(line)
        return True

    def _take_body(self) -> bool:
        if self._buffer.startswith(_END[2:]):
            end, after = 0, 3
        else:
            end = self._buffer.find(_END, self._searched) + 2
            after = end + 3
            if end < 2:
                # The end may stand across two packets.
                self._searched = max(0, len(self._buffer) - len(_END) + 1)
                return False
        content = bytes(self._buffer[:end])
        del self._buffer[:after]
        self._searched, self._in_body = 0, False
        recipients = tuple(self._recipients)
        usual = f"250 2.0.0 Ok: queued as {self._relay.next_queue_id()}"
        self._forget()
        self._step(Stage.DOT, usual, recipients, before=lambda: self._relay.keep(recipients, content))
        return True

    def _command(self, line: bytes) -> None:
        verb = line.split(b" ", 1)[0].upper()
        match verb:
            case b"EHLO" | b"HELO":
                self._forget()
                self._step(Stage.EHLO, self._offers(verb))
            case b"STARTTLS" if self._relay.tls is not None and not self._encrypted:
                self._step(Stage.STARTTLS, "220 2.0.0 Ready", after=self._encrypt)
            case b"AUTH" if self._relay.login is not None:
                self._login(line)
            case b"MAIL":
                self._mail(line)
            case b"RCPT":
                self._rcpt(line)
            case b"DATA" if self._recipients:
                self._step(
                    Stage.DATA, "354 Go on", self._recipients, before=self._begin_body, after=self._interrupt
                )
            case b"DATA":
                self._say("554 5.5.1 No valid recipients")
            case b"RSET":
                self._forget()
                self._say("250 2.0.0 Ok")
            case b"QUIT":
                self._step(Stage.QUIT, "221 2.0.0 Bye", after=self._close)
            case b"XMISHAP":
                self._say(self._set_mishap(line))
            case _:
                self._say("502 5.5.2 Command not recognized")

    def _offers(self, verb: bytes) -> str:
        offers = ["relay.localhost"]
        if verb == b"EHLO":
            offers += self._relay.extensions
            if self._relay.tls is not None and not self._encrypted:
                offers.append("STARTTLS")
            if self._relay.login is not None:
                offers.append("AUTH PLAIN")
        return "".join(f"250-{offer}\r\n" for offer in offers[:-1]) + f"250 {offers[-1]}"

    def _mail(self, line: bytes) -> None:
        path = _PATH.fullmatch(line)
        if self._relay.login is not None and not self._logged_in:
            self._say("530 5.7.0 Authentication required")
        elif self._sender is not None:
            self._say("503 5.5.1 Nested MAIL command")
        elif path is None:
            self._say("501 5.5.4 Syntax: MAIL FROM:<address>")
        else:
            sender = path[1].decode()
            self._step(Stage.MAIL, "250 2.1.0 Ok", before=lambda: setattr(self, "_sender", sender))

    def _rcpt(self, line: bytes) -> None:
        path = _PATH.fullmatch(line)
        if self._sender is None:
            self._say("503 5.5.1 Need MAIL first")
        elif path is None:
            self._say("501 5.5.4 Syntax: RCPT TO:<address>")
        else:
            recipient = path[1].decode()
            add = self._recipients.append
            self._step(Stage.RCPT, "250 2.1.5 Ok", (recipient,), before=lambda: add(recipient))

    def _login(self, line: bytes) -> None:
        try:
            _, user, password = base64.b64decode(line.split(b" ")[2], validate=True).split(b"\0")
        except (IndexError, ValueError):
            self._say("501 5.5.4 Syntax: AUTH PLAIN credentials")
            return
        if (user.decode(), password.decode()) != self._relay.login:
            self._say("535 5.7.8 Authentication failed")
            return
        self._step(Stage.AUTH, "235 2.7.0 Welcome", before=lambda: setattr(self, "_logged_in", True))

    def _set_mishap(self, line: bytes) -> str:
        """``XMISHAP <JSON>`` sets one more from outside the process, ``XMISHAP`` alone clears all."""
        text = line.partition(b" ")[2]
        if not text:
            self._relay.mishaps.clear()
            return "250 2.0.0 Ok"
        try:
            self._relay.mishaps.add(msgspec.json.decode(text, type=Mishap))
        except msgspec.DecodeError as error:
            return f"501 5.5.4 {error}"
        return "250 2.0.0 Ok"

    def _begin_body(self) -> None:
        self._in_body = True

    def _interrupt(self) -> None:
        """End the connection in the midst of the body, if that is to go wrong."""
        mishap = self._relay.mishaps.met(Stage.BODY, self._recipients)
        if mishap is not None:
            if mishap.reply:
                self._say(mishap.reply)
            self._close()

    def _encrypt(self) -> None:
        if self._transport is not None and self._relay.tls is not None:
            self._waiting = True
            self._transport.pause_reading()
            self._upgrade = asyncio.ensure_future(self._begin_tls(self._transport, self._relay.tls))

    async def _begin_tls(self, plain: asyncio.Transport, context: ssl.SSLContext) -> None:
        try:
            encrypted = await asyncio.get_running_loop().start_tls(plain, self, context, server_side=True)
        except OSError:
            self._transport = None  # the client did not like the certificate
            return
        self._transport, self._encrypted, self._waiting = encrypted, True, False
        self._forget()
        self._work()

    def _forget(self) -> None:
        self._sender = None
        self._recipients = []

    def _step(
        self,
        stage: Stage,
        usual: str,
        recipients: Collection[str] = (),
        *,
        before: Callable[[], None] | None = None,
        after: Callable[[], None] | None = None,
    ) -> None:
        """Do what belongs to a stage and give its usual reply, or let happen what is to go wrong there."""
        mishap = self._relay.mishaps.met(stage, recipients)
        if before is not None and (mishap is None or mishap.accept or mishap.only_late):
            before()
        if mishap is None or not mishap.delay:
            self._finish(mishap, usual, after)
        else:
            self._waiting = True
            asyncio.get_running_loop().call_later(mishap.delay, self._resume, mishap, usual, after)

    def _resume(self, mishap: Mishap, usual: str, after: Callable[[], None] | None) -> None:
        self._waiting = False
        self._finish(mishap, usual, after)
        self._work()

    def _finish(self, mishap: Mishap | None, usual: str, after: Callable[[], None] | None) -> None:
        if mishap is None or mishap.only_late:
            self._say(usual)
            if after is not None:
                after()
            return
        if mishap.reply:
            self._say(mishap.reply)
        if mishap.close:
            self._close()

    def _say(self, reply: str) -> None:
        if self._transport is not None:
            self._transport.write(f"{reply}\r\n".encode())

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()
