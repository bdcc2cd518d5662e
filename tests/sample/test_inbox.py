"""The inbox keeps what a real SMTP conversation delivers, whole and byte for byte."""

import signal
import smtplib
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from broadsheet.sample.inbox import Inbox
from broadsheet.sample.maildrop import keep, read_inbox
from certificates import Authority

MAIL = b"Subject: news\r\nMessage-ID: <1@x.example>\r\n\r\n.a line with a dot\r\nend\r\n"
SENDER = "broadsheet@x.example"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    with Inbox(tmp_path / "inbox") as running:
        yield running


@pytest.fixture
def client(inbox: Inbox) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", inbox.port, timeout=20) as connected:
        yield connected


def test_a_mail_is_kept_with_its_envelope(inbox: Inbox, client: smtplib.SMTP) -> None:
    client.sendmail(SENDER, ["a@y.example", "b@y.example"], MAIL)
    (received,) = inbox.messages()
    assert received.content == MAIL
    assert received.sender == SENDER
    assert received.recipients == ("a@y.example", "b@y.example")
    parsed = message_from_bytes(received.path.read_bytes())
    assert parsed["Subject"] == "news"
    assert parsed.get_all("X-Envelope-To") == ["a@y.example", "b@y.example"]
    assert parsed["X-Envelope-From"] == SENDER


def test_non_ascii_addresses_and_the_empty_sender(inbox: Inbox, client: smtplib.SMTP) -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "søren@x.example", "用户@y.example", "流れ"
    message.set_content("العربية")
    client.send_message(message)
    client.sendmail("", ["a@y.example"], MAIL)
    first, second = inbox.messages()
    assert (first.sender, first.recipients) == ("søren@x.example", ("用户@y.example",))
    assert second.sender == ""


def test_a_message_that_looks_like_a_trace_stays_itself(inbox: Inbox, client: smtplib.SMTP) -> None:
    mail = b"X-Envelope-To: forged@z.example\r\nX-Envelope-From: forged@z.example\r\n\r\nbody\r\n"
    client.sendmail(SENDER, ["a@y.example"], mail)
    (received,) = inbox.messages()
    assert (received.sender, received.recipients, received.content) == (SENDER, ("a@y.example",), mail)


def test_arrival_order_is_kept_though_the_clock_stands_still(tmp_path: Path) -> None:
    """As in a demo; and the same mail twice is two files."""
    mails = [f"Subject: {number}\r\n\r\n".encode() for number in (*range(8), 0)]
    with (
        Inbox(tmp_path, now=lambda: NOON) as inbox,
        smtplib.SMTP("127.0.0.1", inbox.port, timeout=20) as client,
    ):
        for mail in mails:
            client.sendmail(SENDER, ["a@y.example"], mail)
    assert [received.content for received in read_inbox(tmp_path)] == mails
    assert all(received.path.name.startswith("20261120T120000.000000Z-") for received in read_inbox(tmp_path))


def test_several_writers_lose_nothing(tmp_path: Path) -> None:
    def deliver() -> None:
        for _ in range(20):
            keep(tmp_path, SENDER, ["a@y.example"], MAIL, NOON)

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_inbox(tmp_path)) == 80
    assert all(received.content == MAIL for received in read_inbox(tmp_path))
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*.part"))


def test_refusals_by_stage_address_and_times(inbox: Inbox, client: smtplib.SMTP) -> None:
    inbox.refuse("rcpt", "550 5.1.1 no such user", address="gone@")
    refused = client.sendmail(SENDER, ["a@y.example", "gone@y.example"], MAIL)
    assert refused == {"gone@y.example": (550, b"5.1.1 no such user")}
    inbox.refuse("data", "451 4.7.1 later", times=2)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError) as error:
            client.sendmail(SENDER, ["a@y.example"], MAIL)
        assert error.value.smtp_code == 451
    inbox.refuse("mail", "554 5.7.1 not you", times=None)
    for _ in range(3):
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail(SENDER, ["a@y.example"], MAIL)
    assert [received.recipients for received in inbox.messages()] == [("a@y.example",)]
    inbox.accept()
    assert client.sendmail(SENDER, ["a@y.example"], MAIL) == {}
    assert len(inbox.messages()) == 2


def test_what_cannot_be_kept_is_not_acknowledged(inbox: Inbox, client: smtplib.SMTP) -> None:
    inbox.folder.rmdir()
    with pytest.raises(smtplib.SMTPDataError) as error:
        client.sendmail(SENDER, ["a@y.example"], MAIL)
    assert error.value.smtp_code == 452
    assert inbox.messages() == ()
    inbox.folder.mkdir()
    client.sendmail(SENDER, ["a@y.example"], MAIL)
    assert len(inbox.messages()) == 1


def test_a_taken_port_is_an_error_and_a_freed_one_is_not(tmp_path: Path) -> None:
    with Inbox(tmp_path) as first:
        with pytest.raises(OSError, match="in use"), Inbox(tmp_path, first.port):
            pass
        port = first.port
    with Inbox(tmp_path, port) as second:
        assert second.url == f"smtp://127.0.0.1:{port}"


def test_closing_ends_open_sessions(tmp_path: Path) -> None:
    with Inbox(tmp_path) as inbox:
        client = smtplib.SMTP("127.0.0.1", inbox.port, timeout=20)
    with pytest.raises(smtplib.SMTPServerDisconnected), client:
        client.sendmail(SENDER, ["a@y.example"], MAIL)


def test_runs_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "broadsheet.sample.inbox", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.sendmail(SENDER, ["a@y.example"], MAIL)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert [received.content for received in read_inbox(tmp_path)] == [MAIL]


def test_with_a_certificate_it_speaks_tls_from_the_first_byte(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with Inbox(tmp_path / "inbox", tls=authority.server()) as inbox:
        assert inbox.url == f"smtps://127.0.0.1:{inbox.port}"
        context = ssl.create_default_context(cafile=authority.file)
        with smtplib.SMTP_SSL("127.0.0.1", inbox.port, timeout=20, context=context) as client:
            client.sendmail(SENDER, ["a@y.example"], MAIL)
        assert [mail.content for mail in inbox.messages()] == [MAIL]
