"""SMTP as a transport: a session over smtplib whose every phase has its own outcome (RFC 5321).

smtplib's own ``sendmail`` hands over body and final dot in one call, so that it cannot be told whether a mail
that failed there may have been taken.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from urllib.parse import unquote, urlsplit

import msgspec

from broadsheet.hosts import is_this_machine
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.transport import Outcome, Result
from broadsheet.model import squash
from broadsheet.settings import SettingsError

CONNECT_SECONDS = 30.0
COMMAND_SECONDS = 300.0
DOT_SECONDS = 600.0
"""RFC 5321 4.5.3.2.6: giving up earlier after the dot is what makes second copies."""

_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>]+>?")


class Relay(msgspec.Struct, frozen=True):
    """Where mail is handed to. ``implicit_tls`` means TLS from the first byte, otherwise STARTTLS."""

    host: str
    port: int
    implicit_tls: bool
    user: str = ""
    password: str = ""

    @property
    def loopback(self) -> bool:
        """Whether it is this machine itself, where TLS is not demanded."""
        return is_this_machine(self.host)

    def __repr__(self) -> str:
        return f"Relay({self.host}:{self.port})"


def read_relay(url: str) -> Relay:
    """Read ``smtp://user:password@host:port`` or ``smtps://…``; user and password are percent-encoded.

    Raises:
        SettingsError: it is neither; the message does not repeat it, for it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingsError(
            "setting 'smtp_url' is no address of a mail server: write smtp://user:password@host:587"
        )
    implicit = parts.scheme == "smtps"
    return Relay(
        host=parts.hostname,
        port=port or (465 if implicit else 587),
        implicit_tls=implicit,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class SmtpTransport:
    """One connection a mail. TLS, with the certificate verified, is demanded unless the relay is on loopback."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def send(self, message: Message, envelope: Envelope, handing_over: Callable[[], None]) -> Outcome:
        """See `Transport.send`. Failures before MAIL are ``deferred``: they say nothing about this mail."""
        try:
            client = self._connect()
        except smtplib.SMTPResponseException as error:
            return Outcome(Result.DEFERRED, "connect", error.smtp_code, _words(error.smtp_error))
        except (OSError, smtplib.SMTPException) as error:
            return Outcome(Result.DEFERRED, "connect", reply=_words(str(error) or type(error).__name__))
        try:
            return _transact(client, message, envelope, handing_over)
        finally:
            # Servers close without a goodbye; that changes nothing of what they have said before.
            with suppress(OSError, smtplib.SMTPException):
                client.quit()
            client.close()

    def lookup(self, message: Message) -> None:
        """There is no asking a relay what it took."""

    def _connect(self) -> smtplib.SMTP:
        relay = self._relay
        if relay.implicit_tls:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                relay.host, relay.port, timeout=CONNECT_SECONDS, context=_tls()
            )
        else:
            client = smtplib.SMTP(relay.host, relay.port, timeout=CONNECT_SECONDS)
        try:
            # A body larger than one TLS record otherwise stalls for the delayed acknowledgement.
            _socket(client).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _socket(client).settimeout(COMMAND_SECONDS)
            client.ehlo_or_helo_if_needed()
            if not relay.implicit_tls and (client.has_extn("starttls") or not relay.loopback):
                client.starttls(context=_tls())
                client.ehlo()
            if relay.user:
                client.login(relay.user, relay.password)
        except BaseException:
            client.close()
            raise
        return client


def _transact(
    client: smtplib.SMTP, message: Message, envelope: Envelope, handing_over: Callable[[], None]
) -> Outcome:
    phase = "mail"
    try:
        commands = (
            ("mail", f"MAIL FROM:<{envelope.sender}>", 250),
            ("rcpt", f"RCPT TO:<{envelope.recipient}>", 250),
            ("data", "DATA", 354),
        )
        for phase, command, wanted in commands:
            code, reply = client.docmd(command)
            if code != wanted and not (phase == "rcpt" and code == 251):
                return _answered(phase, code, reply)
        phase = "body"
        client.send(re.sub(rb"(?m)^\.", b"..", message.data))
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Result.DEFERRED, phase, reply=_words(str(error) or type(error).__name__))
    try:
        handing_over()
    except BaseException:
        # Closing without the dot tells the server to forget what it was sent.
        client.close()
        raise
    try:
        _socket(client).settimeout(DOT_SECONDS)
        client.send(b".\r\n")
        code, reply = client.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(Result.IN_DOUBT, "dot", reply=_words(str(error) or type(error).__name__))
    return _answered("dot", code, reply)


def _answered(phase: str, code: int, reply: bytes) -> Outcome:
    match code // 100:
        case 2 if phase == "dot":
            result = Result.ACCEPTED
        case 5:
            result = Result.REFUSED
        case _:
            result = Result.DEFERRED
    return Outcome(result, phase, code, _words(reply))


def _words(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return _ADDRESS.sub("(address)", squash(text))[:500]


def _socket(client: smtplib.SMTP) -> socket.socket:
    if client.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection was closed")
    return client.sock


@cache
def _tls() -> ssl.SSLContext:
    """Made once: it costs more than a mail."""
    return ssl.create_default_context()
