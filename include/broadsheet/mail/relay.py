"""The mail server that takes our mails: its address, and how it is reached."""

import smtplib
import socket
import ssl
from contextlib import suppress
from functools import cache

import msgspec

from broadsheet.hosts import is_this_machine, read_server
from broadsheet.mail.replies import enhanced_status, words
from broadsheet.mail.transport import Outcome, Phase, Result
from broadsheet.settings import SettingsError

PORTS = {"smtp": 587, "smtps": 465}
CONNECT_SECONDS = 30.0
COMMAND_SECONDS = 300.0
"""RFC 5321 4.5.3.2: how long a reply may take, but for the one to the final dot."""


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
    server = read_server(url, PORTS)
    if server is None or server.path or server.query:
        raise SettingsError(
            "setting 'smtp_url' is no address of a mail server: write smtp://user:password@host:587"
        )
    implicit = server.scheme == "smtps"
    return Relay(server.host, server.port, implicit, server.user, server.password)


def connect(relay: Relay) -> smtplib.SMTP | Outcome:
    """A connection that is greeted, encrypted and logged in, or the outcome that says where that failed.

    The outcome is ``deferred`` whatever the answer was: it says nothing about any mail.
    """
    client: smtplib.SMTP | None = None
    phase = Phase.CONNECT
    try:
        client = _dial(relay)
        phase = Phase.TLS
        if _wants_starttls(relay, client):
            client.starttls(context=_tls())
            client.ehlo()
        phase = Phase.LOGIN
        if relay.user:
            client.login(relay.user, relay.password)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        if client is not None:
            client.close()
        return _failure(Phase.TLS if isinstance(error, ssl.SSLError) else phase, error)
    return client


def greet(relay: Relay) -> None:
    """Connect and leave again, whatever comes of it: a server logs that somebody came."""
    client = connect(relay)
    if isinstance(client, smtplib.SMTP):
        with suppress(OSError, smtplib.SMTPException):
            client.quit()
        client.close()


def connected_socket(client: smtplib.SMTP) -> socket.socket:
    """The connection's socket. Raises SMTPServerDisconnected if it was closed."""
    if client.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection was closed")
    return client.sock


def _dial(relay: Relay) -> smtplib.SMTP:
    if relay.implicit_tls:
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            relay.host, relay.port, _own_name(), timeout=CONNECT_SECONDS, context=_tls()
        )
    else:
        client = smtplib.SMTP(relay.host, relay.port, _own_name(), timeout=CONNECT_SECONDS)
    try:
        # A body larger than one TLS record otherwise stalls for the delayed acknowledgement.
        connected_socket(client).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connected_socket(client).settimeout(COMMAND_SECONDS)
        client.ehlo_or_helo_if_needed()
    except BaseException:
        client.close()
        raise
    return client


def _wants_starttls(relay: Relay, client: smtplib.SMTP) -> bool:
    """On loopback only to log in: what a server has there by default is a certificate that nobody signed."""
    if relay.implicit_tls:
        return False
    return not relay.loopback or (bool(relay.user) and client.has_extn("starttls"))


def _failure(phase: Phase, error: OSError | smtplib.SMTPException | UnicodeError) -> Outcome:
    if not isinstance(error, smtplib.SMTPResponseException):
        # smtplib takes ASCII only: UnicodeError is about a host, a user or a password that is not.
        text = type(error).__name__ if isinstance(error, UnicodeError) else str(error)
        return Outcome(Result.DEFERRED, phase, reply=words(text or type(error).__name__))
    text = words(error.smtp_error)
    return Outcome(Result.DEFERRED, phase, error.smtp_code, enhanced_status(text), text)


@cache
def _tls() -> ssl.SSLContext:
    """Made once: it costs more than a mail. OpenSSL reads further authorities from ``SSL_CERT_FILE``."""
    return ssl.create_default_context()


@cache
def _own_name() -> str:
    """What this machine calls itself, asked once: it may be a question to a name server."""
    return smtplib.SMTP().local_hostname
