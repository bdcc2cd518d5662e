"""SMTP, against a real server and against one that goes away at every point."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from msgspec.structs import replace

from broadsheet.digest.render import render
from broadsheet.mail.address import read_mailbox
from broadsheet.mail.message import Envelope, build
from broadsheet.mail.relay import Relay, read_relay
from broadsheet.mail.smtp import SmtpTransport
from broadsheet.mail.transport import Result
from broadsheet.sample.inbox import Inbox
from broadsheet.settings import SettingsError
from digest.made_up import CASES, UNTIL

SENDER = read_mailbox("digest@papers.example", "from")
RECIPIENT = read_mailbox("ada@example.org", "to")
ENVELOPE = Envelope(SENDER.address, RECIPIENT.address)


@pytest.fixture(scope="module")
def message():
    digest = CASES["a-day"]()
    return build(render(digest), digest.key, UNTIL, (SENDER, RECIPIENT), b"key")


@pytest.fixture
def inbox(tmp_path):
    with Inbox(tmp_path / "inbox") as inbox:
        yield inbox


def send(url, message, before_dot=lambda: None):
    with SmtpTransport(read_relay(url)).open() as session:
        return session.send(message, ENVELOPE, before_dot)


def test_the_mail_arrives_byte_for_byte(inbox, message):
    handed = []
    outcome = send(inbox.url, message, lambda: handed.append(len(inbox.messages())))
    assert (outcome.result, outcome.phase, outcome.code) == (Result.ACCEPTED, "dot", 250)
    assert handed == [0]
    (received,) = inbox.messages()
    assert received.content == message.data
    assert (received.sender, received.recipients) == ("digest@papers.example", ("ada@example.org",))


def test_lines_that_begin_with_a_dot_arrive_as_they_were(inbox, message):
    dotted = replace(message, data=message.data + b".\r\n..a\r\n")
    assert send(inbox.url, dotted).result is Result.ACCEPTED
    assert inbox.messages()[0].content == dotted.data


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("reply", "result"),
    [("451 4.7.1 later", Result.DEFERRED), ("550 5.1.1 no ada@example.org", Result.REFUSED)],
)
def test_a_refusal_is_for_now_or_for_good(inbox, message, stage, reply, result):
    inbox.refuse(stage, reply)
    outcome = send(inbox.url, message)
    phase = "dot" if stage == "data" else stage
    assert (outcome.result, outcome.phase, outcome.code) == (result, phase, int(reply[:3]))
    assert "example.org" not in outcome.reply
    assert inbox.messages() == ()


def test_nobody_listening_means_later(message):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    outcome = send(f"smtp://127.0.0.1:{port}", message)
    assert (outcome.result, outcome.phase) == (Result.DEFERRED, "connect")


@contextmanager
def server_that_leaves(after: bytes, capabilities: bytes = b"") -> Iterator[str]:
    """An SMTP server for one session that closes the connection when it has read a line that starts so."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 here\r\n")
            data = False
            for line in lines:
                if line.startswith(after) and (data or after != b".\r\n"):
                    return
                if data:
                    if line == b".\r\n":
                        data = False
                        connection.sendall(b"250 ok\r\n")
                elif line.startswith(b"DATA"):
                    data = True
                    connection.sendall(b"354 go on\r\n")
                elif line.lower().startswith(b"ehlo"):
                    connection.sendall(b"250-here\r\n" + capabilities + b"250 8BITMIME\r\n")
                else:
                    connection.sendall(b"250 ok\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join()
        listener.close()


@pytest.mark.parametrize(
    ("after", "result", "phase"),
    [
        (b"MAIL", Result.DEFERRED, "mail"),
        (b"RCPT", Result.DEFERRED, "rcpt"),
        (b"DATA", Result.DEFERRED, "data"),
        (b".\r\n", Result.IN_DOUBT, "dot"),
        (b"quit", Result.ACCEPTED, "dot"),
    ],
)
def test_a_server_that_goes_away_leaves_doubt_only_after_the_dot(message, after, result, phase):
    with server_that_leaves(after) as url:
        outcome = send(url, message)
    assert (outcome.result, outcome.phase) == (result, phase)


def test_what_stops_the_handing_over_keeps_the_dot_back(inbox, message):
    def full() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        send(inbox.url, message, full)
    assert inbox.messages() == ()


def test_a_relay_elsewhere_must_offer_tls(message, monkeypatch):
    monkeypatch.setattr(Relay, "loopback", property(lambda relay: False))
    with server_that_leaves(b"quit") as url:
        outcome = send(url, message)
    assert (outcome.result, outcome.phase) == (Result.DEFERRED, "tls")
    assert "STARTTLS" in outcome.reply


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example", Relay("mail.example", 587, implicit_tls=False)),
        ("smtps://mail.example", Relay("mail.example", 465, implicit_tls=True)),
        ("smtp://a%40b:p%2Fw@mail.example:25", Relay("mail.example", 25, False, "a@b", "p/w")),
    ],
)
def test_addresses_of_relays(url, relay):
    assert read_relay(url) == relay


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://a:secret@h:x", "smtp://h/p"]
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url):
    with pytest.raises(SettingsError, match="smtp_url") as caught:
        read_relay(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("localhost", True), ("127.0.0.9", True), ("::1", True), ("10.0.0.1", False), ("x.y", False)],
)
def test_loopback_is_this_machine_only(host, loopback):
    assert Relay(host, 25, implicit_tls=False).loopback is loopback


def test_a_password_is_not_shown():
    assert "secret" not in repr(read_relay("smtp://me:secret@mail.example"))
