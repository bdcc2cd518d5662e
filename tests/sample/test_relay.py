"""The relay that misbehaves on purpose, spoken to with plain smtplib."""

import hashlib
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadsheet.mail.evidence.acceptances import AcceptanceLog
from broadsheet.sample.mishaps import Mishap, Mishaps, Stage
from broadsheet.sample.relay import SampleRelay

MAIL = b"Subject: news\r\nMessage-ID: <1@x.example>\r\n\r\n.a line with a dot\r\nend\r\n"
SENDER = "broadsheet@x.example"


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[SampleRelay]:
    with SampleRelay(tmp_path / "log", seed=7) as relay:
        yield relay


def connect(relay: SampleRelay) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", relay.port, timeout=20)


@pytest.fixture
def client(relay: SampleRelay) -> Iterator[smtplib.SMTP]:
    client = connect(relay)
    yield client
    client.close()


def send(client: smtplib.SMTP, recipient: str = "a@y.example", mail: bytes = MAIL) -> tuple[int, bytes]:
    """The last reply of one transaction."""
    client.ehlo_or_helo_if_needed()
    reply = client.docmd("MAIL", f"FROM:<{SENDER}>")
    if reply[0] == 250:
        reply = client.docmd("RCPT", f"TO:<{recipient}>")
    if reply[0] == 250:
        reply = client.data(mail)
    if reply[0] != 250:
        client.rset()
    return reply


def test_what_it_took_stands_in_its_log(relay: SampleRelay, client: smtplib.SMTP) -> None:
    before = datetime.now(UTC)
    client.sendmail(SENDER, ["a@y.example", "b@y.example"], MAIL)
    first, second = relay.accepted()
    assert before <= first.at <= datetime.now(UTC)
    assert (first.recipient, second.recipient) == ("a@y.example", "b@y.example")
    assert (first.message_id, first.size) == ("<1@x.example>", len(MAIL))
    assert first.sha256 == hashlib.sha256(MAIL).hexdigest()


def test_the_line_is_there_before_the_answer(relay: SampleRelay, client: smtplib.SMTP) -> None:
    relay.mishaps.add(Mishap(at=Stage.DOT, delay=60))
    client.ehlo()
    for command in (f"MAIL FROM:<{SENDER}>", "RCPT TO:<a@y.example>", "DATA"):
        client.docmd(command)
    client.send(b"Message-ID: <1@x.example>\r\n\r\n.\r\n")
    end = time.monotonic() + 20
    while not relay.accepted() and time.monotonic() < end:
        pass
    assert len(relay.accepted()) == 1


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_a_reply_at_each_stage(relay: SampleRelay, client: smtplib.SMTP, stage: str) -> None:
    relay.mishaps.add(Mishap(at=Stage(stage), reply="451 4.3.0 later", times=2))
    codes = []
    for _ in range(3):
        try:
            codes.append(send(client)[0])
        except smtplib.SMTPDataError as error:
            codes.append(error.smtp_code)
            client.rset()
    assert codes == [451, 451, 250]
    assert len(relay.accepted()) == 1


def test_a_reply_at_the_door(relay: SampleRelay) -> None:
    door = Mishap(at=Stage.CONNECT, reply="554 5.7.1 not you", close=True)
    with relay.going_wrong(door), pytest.raises(smtplib.SMTPConnectError):
        connect(relay)
    connect(relay).close()


@pytest.mark.parametrize(("accept", "taken"), [(False, 0), (True, 1)])
def test_a_lost_reply_with_and_without_the_mail(
    relay: SampleRelay, client: smtplib.SMTP, accept: bool, taken: int
) -> None:
    relay.mishaps.add(Mishap(at=Stage.DOT, close=True, accept=accept))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(client)
    assert len(relay.accepted()) == taken


def test_a_mail_that_is_cut_off_is_not_taken(relay: SampleRelay, client: smtplib.SMTP) -> None:
    client.ehlo()
    for command in (f"MAIL FROM:<{SENDER}>", "RCPT TO:<a@y.example>", "DATA"):
        client.docmd(command)
    client.send(b"Message-ID: <1@x.example>\r\n\r\nhello\r\n")
    client.close()
    with connect(relay) as other:
        other.sendmail(SENDER, ["b@y.example"], MAIL)
    assert [taken.recipient for taken in relay.accepted()] == ["b@y.example"]


def test_no_goodbye(relay: SampleRelay, client: smtplib.SMTP) -> None:
    relay.mishaps.add(Mishap(at=Stage.QUIT, close=True))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.quit()


def test_late_replies(relay: SampleRelay, client: smtplib.SMTP) -> None:
    relay.mishaps.add(Mishap(at=Stage.DOT, delay=0.2))
    began = time.monotonic()
    assert send(client)[0] == 250
    assert time.monotonic() - began >= 0.2


def test_recipients_by_pattern(relay: SampleRelay, client: smtplib.SMTP) -> None:
    relay.mishaps.add(Mishap(at=Stage.RCPT, reply="550 5.1.1 no such user", recipient="gone*@y.example"))
    assert [send(client, f"{name}@y.example")[0] for name in ("gone", "gone2", "here")] == [550, 550, 250]


def test_odds_come_out_the_same_for_the_same_seed() -> None:
    def met(seed: int) -> list[bool]:
        mishaps = Mishaps(seed)
        mishaps.add(Mishap(at=Stage.DOT, close=True, odds=0.3))
        return [mishaps.met(Stage.DOT, ["a@y.example"]) is not None for _ in range(1000)]

    assert met(1) == met(1) != met(2)
    assert 250 < sum(met(1)) < 350


def test_only_too_many_mails_a_second() -> None:
    now = 0.0
    mishaps = Mishaps(clock=lambda: now)
    mishaps.add(Mishap(at=Stage.MAIL, reply="421 4.7.0 slow down", close=True, above=2))
    met = []
    for seconds in (0.0, 0.1, 0.1, 1.5, 0.9, 0.05, 0.04):
        now += seconds
        met.append(mishaps.met(Stage.MAIL, ()) is not None)
    assert met == [False, False, True, False, False, True, True]


def test_extensions_are_offered_and_hidden(relay: SampleRelay) -> None:
    with connect(relay) as client:
        client.ehlo()
        assert {"pipelining", "dsn", "smtputf8", "8bitmime"} <= set(client.esmtp_features)
        assert not client.has_extn("starttls")
    relay.extensions = ()
    with connect(relay) as client:
        client.ehlo()
        assert client.esmtp_features == {}


def test_commands_that_come_together_are_answered_one_after_the_other(relay: SampleRelay) -> None:
    relay.mishaps.add(Mishap(at=Stage.RCPT, delay=0.05))
    with socket.create_connection(("127.0.0.1", relay.port), 20) as connection:
        connection.sendall(
            b"EHLO x\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n"
            b"Message-ID: <1@x>\r\n\r\n..\r\n.\r\nRSET\r\nQUIT\r\n"
        )
        replies = connection.makefile("rb").read().split(b"\r\n")
    codes = [reply[:3] for reply in replies if reply[3:4] == b" "]
    assert codes == [b"220", b"250", b"250", b"250", b"354", b"250", b"250", b"221"]
    assert relay.accepted()[0].size == len(b"Message-ID: <1@x>\r\n\r\n.\r\n")


def test_a_mail_in_single_bytes(relay: SampleRelay) -> None:
    with connect(relay) as client:
        client.ehlo()
        for command in (f"MAIL FROM:<{SENDER}>", "RCPT TO:<a@y.example>", "DATA"):
            client.docmd(command)
        client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in MAIL.replace(b"\r\n.", b"\r\n..") + b".\r\n":
            client.send(bytes([byte]))
        assert client.getreply()[0] == 250
    assert relay.accepted()[0].sha256 == hashlib.sha256(MAIL).hexdigest()


@pytest.mark.parametrize(
    ("command", "code"),
    [("DATA", 554), ("RCPT TO:<a@y>", 503), ("MAIL FROM a", 501), ("XMISHAP {", 501), ("WHAT", 502)],
)
def test_commands_out_of_place(client: smtplib.SMTP, command: str, code: int) -> None:
    assert client.docmd(command)[0] == code


def test_a_mail_that_cannot_be_noted_is_not_acknowledged(relay: SampleRelay, client: smtplib.SMTP) -> None:
    relay.log.close()
    relay.log.path.unlink()
    relay.log.path.mkdir()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(client)


def test_runs_alone_and_outlives_itself(tmp_path: Path) -> None:
    """What it had taken before it was killed is in its log, and it goes on there."""
    log = tmp_path / "log"
    mishap = '{"at": "rcpt", "reply": "550 5.1.1 no", "recipient": "gone@*"}'
    command = [sys.executable, "-m", "broadsheet.sample.relay", str(log), "--seed", "3", "--mishap", mishap]
    for ending in (signal.SIGKILL, signal.SIGTERM):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            port = int(process.stdout.readline().rpartition(":")[2])
            with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
                assert send(client, "gone@y.example")[0] == 550
                assert send(client)[0] == 250
                assert client.docmd('XMISHAP {"at": "mail", "reply": "451 4.3.0 later"}')[0] == 250
                assert send(client)[0] == 451
                assert client.docmd("XMISHAP")[0] == 250
                assert send(client, "gone@y.example")[0] == 250
            process.send_signal(ending)
            assert process.wait(10) == (0 if ending == signal.SIGTERM else -signal.SIGKILL)
    taken = [taken.recipient for taken in AcceptanceLog(log).read()]
    assert taken == ["a@y.example", "gone@y.example"] * 2


def test_a_taken_port_is_an_error_and_a_freed_one_is_not(tmp_path: Path) -> None:
    with SampleRelay(tmp_path / "log") as first:
        with pytest.raises(OSError, match="in use"), SampleRelay(tmp_path / "other", first.port):
            pass
        port = first.port
    with SampleRelay(tmp_path / "log", port) as second:
        assert second.url == f"smtp://127.0.0.1:{port}"
