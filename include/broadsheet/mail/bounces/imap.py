"""An IMAP mailbox that bounces are delivered into (RFC 9051; with MOVE, RFC 6851, where the server knows it)."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import msgspec

from broadsheet.hosts import is_this_machine, read_server
from broadsheet.mail.bounces.mailbox import Waiting
from broadsheet.mail.bounces.reading import MOST_BYTES
from broadsheet.mail.errors import MailError
from broadsheet.mail.replies import words
from broadsheet.settings import SettingsError

PORTS = {"imap": 143, "imaps": 993}
DONE_FOLDER = "Processed"
QUARANTINE_FOLDER = "Quarantine"
TIMEOUT_SECONDS = 60.0

_PERSONAL_NAMESPACE = re.compile(rb'\(\("(?P<prefix>[^"\\]*)"')


class Account(msgspec.Struct, frozen=True):
    """Where the mailbox is. ``implicit_tls`` means TLS from the first byte, otherwise STARTTLS."""

    host: str
    port: int
    implicit_tls: bool
    user: str
    password: str
    folder: str

    def __repr__(self) -> str:
        return f"Account({self.host}:{self.port})"


def read_account(url: str) -> Account:
    """Read ``imaps://user:password@host:port/folder`` or ``imap://…``; all parts may be percent-encoded.

    Raises:
        SettingsError: it is neither; the message does not repeat it, for it may hold a password.
    """
    server = read_server(url, PORTS)
    texts = (server.user, server.password, server.path) if server else ()
    usable = all(text.isascii() and text.isprintable() for text in texts)
    if server is None or not server.user or not usable:
        raise SettingsError(
            "setting 'bounce_mailbox' is no address of a mailbox: write imaps://user:password@host/INBOX, "
            "in ASCII, signs such as @ and / in user and password percent-encoded"
        )
    implicit = server.scheme == "imaps"
    folder = server.path or "INBOX"
    return Account(server.host, server.port, implicit, server.user, server.password, folder)


@contextmanager
def open_imap(account: Account) -> Iterator["ImapMailbox"]:
    """A session for the block. TLS, with the certificate verified, is demanded unless the host is this machine.

    Raises:
        MailError: the server cannot be reached, refuses the login, or has no such folder.
    """
    with _named(account):
        client = _connect(account)
    try:
        yield ImapMailbox(client, account)
    finally:
        # Everything is settled by then; servers close without a goodbye.
        with suppress(imaplib.IMAP4.error, OSError):
            client.logout()


class ImapMailbox:
    """Mails wait in the folder; who is dealt with moves to another. Raises MailError wherever the server fails."""

    def __init__(self, client: imaplib.IMAP4, account: Account) -> None:
        self._client = client
        self._account = account
        self._folders: dict[str, str] = {}

    def waiting(self) -> Iterator[Waiting]:
        """The mails that wait, oldest first; reading them leaves their flags as they are."""
        for uid in self._uid("SEARCH", "UNDELETED")[0].split():
            answer = self._uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
            # A mail that another process has moved meanwhile is not in the answer.
            for data in (part[1] for part in answer if isinstance(part, tuple)):
                yield Waiting(uid.decode(), data)

    def done(self, mail: Waiting) -> None:
        """Move it to the folder of those dealt with."""
        self._move(mail, DONE_FOLDER)

    def quarantine(self, mail: Waiting) -> None:
        """Move it to the folder of those that no sense could be made of."""
        self._move(mail, QUARANTINE_FOLDER)

    def _move(self, mail: Waiting, name: str) -> None:
        folder = _quoted(self._folder(name))
        if "MOVE" in self._client.capabilities:
            self._uid("MOVE", mail.name, folder)
        else:
            self._uid("COPY", mail.name, folder)
            self._uid("STORE", mail.name, "+FLAGS.SILENT", r"(\Seen \Deleted)")

    def _folder(self, name: str) -> str:
        """The folder's whole name, made if it is not there; some servers have all folders below INBOX."""
        if name not in self._folders:
            with _named(self._account):
                prefix = ""
                if "NAMESPACE" in self._client.capabilities:
                    found = _PERSONAL_NAMESPACE.match(self._client.namespace()[1][0] or b"")
                    prefix = found["prefix"].decode("ascii") if found else ""
                # The answer is NO if it is there already; if it is not, moving says so.
                self._client.create(_quoted(prefix + name))
            self._folders[name] = prefix + name
        return self._folders[name]

    def _uid(self, command: str, *arguments: str) -> list[Any]:
        with _named(self._account):
            answer, data = self._client.uid(command, *arguments)
            _demand_ok(answer, data)
        return data


def _connect(account: Account) -> imaplib.IMAP4:
    if account.implicit_tls:
        client: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            account.host, account.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_SECONDS
        )
    else:
        client = imaplib.IMAP4(account.host, account.port, timeout=TIMEOUT_SECONDS)
    try:
        if not account.implicit_tls and not is_this_machine(account.host):
            client.starttls(ssl.create_default_context())
        client.login(account.user, account.password)
        # What a server can do it says in full only to who is logged in.
        answer, capabilities = client.capability()
        _demand_ok(answer, capabilities)
        client.capabilities = tuple(str(capabilities[-1], "ascii", "replace").upper().split())
        _demand_ok(*client.select(_quoted(account.folder)))
    except BaseException:
        # A failed handshake has closed the socket already.
        with suppress(OSError):
            client.shutdown()
        raise
    return client


@contextmanager
def _named(account: Account) -> Iterator[None]:
    try:
        yield
    except (imaplib.IMAP4.error, OSError) as error:
        said = words(str(error)) or type(error).__name__
        raise MailError(f"the bounce mailbox on {account.host} cannot be used: {said}") from None


def _demand_ok(answer: str, data: list[Any]) -> None:
    if answer != "OK":
        said = data[0] if data and isinstance(data[0], bytes) else b"no reason given"
        raise imaplib.IMAP4.error(said.decode("utf-8", "replace"))


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
