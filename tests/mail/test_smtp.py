"""An SMTP session, against a real server and against one that misbehaves at every point."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from broadsheet.mail import dialogue
from broadsheet.mail.dialogue import MAILS_PER_CONNECTION
from broadsheet.mail.evidence.acceptances import AcceptanceLog
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.relay import read_relay
from broadsheet.mail.smtp import SmtpTransport
from broadsheet.mail.transport import Evidence, Phase, Result
from broadsheet.sample.inbox import Inbox
from broadsheet.sample.mishaps import Mishap, Stage
from broadsheet.sample.relay import EXTENSIONS, SampleRelay
from digest.made_up import UNTIL
from mail.sessions import SESSIONS

ENVELOPE = Envelope("digest@papers.example", "ada@example.org")
NOT_PIPELINED = tuple(extension for extension in EXTENSIONS if extension != "PIPELINING")


def mail(number=1, body=b"Hello\r\n"):
    identity = f"{number:032x}"
    head = f"Message-ID: <{identity}@papers.example>\r\n\r\n".encode()
    return Message(identity, UNTIL, head + body)


@pytest.fixture
def inbox(tmp_path):
    with Inbox(tmp_path / "inbox") as inbox:
        yield inbox


@pytest.fixture(params=[EXTENSIONS, NOT_PIPELINED, ()], ids=["pipelined", "step by step", "bare"])
def relay(request, tmp_path):
    with SampleRelay(tmp_path / "accepted.log") as relay:
        relay.extensions = request.param
        yield relay


@pytest.fixture(params=SESSIONS.values(), ids=SESSIONS)
def opened(request):
    """Opens a session with the relay at a URL."""
    return lambda url: request.param(read_relay(url))


@pytest.fixture
def session(relay, opened):
    with opened(relay.url) as session:
        yield session


@pytest.fixture
def send(opened):
    def send(url, message=None, envelope=ENVELOPE, before_dot=lambda: None):
        with opened(url) as session:
            return session.send(message or mail(), envelope, before_dot)

    return send


def test_the_mail_arrives_byte_for_byte(inbox, send):
    handed = []
    outcome = send(inbox.url, before_dot=lambda: handed.append(len(inbox.messages())))
    assert (outcome.result, outcome.phase, outcome.code) == (Result.ACCEPTED, Phase.DOT, 250)
    assert outcome.enhanced == "2.0.0"
    assert handed == [0]
    (received,) = inbox.messages()
    assert received.content == mail().data
    assert (received.sender, received.recipients) == ("digest@papers.example", ("ada@example.org",))


@pytest.mark.parametrize(
    "body", [b".\r\n", b"..\r\n", b"a\r\n.\r\n.b\r\n...c\r\n", b"a.\r\n", b"\r\n.\r\n\r\n.\r\n"]
)
def test_lines_that_begin_with_a_dot_arrive_as_they_were(inbox, relay, body, send):
    assert send(inbox.url, mail(body=body)).result is Result.ACCEPTED
    assert inbox.messages()[0].content == mail(body=body).data
    assert send(relay.url, mail(body=body)).result is Result.ACCEPTED
    assert relay.accepted()[0].sha256 == mail(body=body).sha256


def test_a_mail_that_begins_with_a_dot_arrives_as_it_was(relay, send):
    message = Message("0" * 32, UNTIL, b".X: 1\r\n\r\n")
    assert send(relay.url, message).result is Result.ACCEPTED
    assert relay.accepted()[0].sha256 == message.sha256


def test_the_queue_id_is_kept(relay, session):
    assert session.send(mail(), ENVELOPE, lambda: None).queue_id == "0000000001"


REFUSALS = [("451 4.7.1 later", Result.DEFERRED), ("550 5.1.1 no <ada@example.org>", Result.REFUSED)]


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize(("reply", "result"), REFUSALS)
def test_a_refusal_is_for_now_or_for_good_and_the_next_mail_goes_out(relay, session, stage, reply, result):
    dots = []
    with relay.going_wrong(Mishap(at=Stage(stage), reply=reply)):
        outcome = session.send(mail(1), ENVELOPE, lambda: dots.append(1))
    assert (outcome.result, outcome.phase, outcome.code) == (result, stage, int(reply[:3]))
    assert outcome.enhanced == reply[4:9]
    assert "example.org" not in outcome.reply
    assert len(dots) == (1 if stage == "dot" else 0)
    assert session.send(mail(2), ENVELOPE, lambda: None).result is Result.ACCEPTED
    assert [taken.message_id for taken in relay.accepted()] == [f"<{mail(2).delivery_id}@papers.example>"]


def test_a_refused_recipient_ends_the_mail_though_data_was_welcome(tmp_path, opened):
    """Some servers say 354 to a pipelined DATA without any recipient."""
    with SampleRelay(tmp_path / "log") as relay, opened(relay.url) as session:
        relay.mishaps.add(Mishap(at=Stage.RCPT, reply="550 5.1.1 no", accept=True, times=1))
        outcome = session.send(mail(1), ENVELOPE, pytest.fail)
        assert (outcome.phase, outcome.code) == (Phase.RCPT, 550)
        assert session.send(mail(2), ENVELOPE, lambda: None).result is Result.ACCEPTED
        assert len(relay.accepted()) == 1


@pytest.mark.parametrize("stage", ["ehlo", "mail", "rcpt", "data", "body"])
def test_a_server_that_goes_away_before_the_dot_has_not_taken_it(relay, session, stage):
    body = b"x" * 76 + b"\r\n"
    with relay.going_wrong(Mishap(at=Stage(stage), close=True)):
        # Less would be in the kernel's hands before the end of the connection is seen.
        outcome = session.send(mail(1, body * 50_000), ENVELOPE, pytest.fail)
    assert outcome.result is Result.DEFERRED
    assert outcome.phase == ("connect" if stage == "ehlo" else stage)
    assert outcome.code is None
    assert relay.accepted() == ()
    assert session.send(mail(2), ENVELOPE, lambda: None).result is Result.ACCEPTED


@pytest.mark.parametrize("taken", [False, True], ids=["not taken", "taken"])
def test_a_server_that_goes_away_after_the_dot_leaves_doubt(relay, session, taken):
    with relay.going_wrong(Mishap(at=Stage.DOT, close=True, accept=taken)):
        outcome = session.send(mail(1), ENVELOPE, lambda: None)
    assert (outcome.result, outcome.phase, outcome.code) == (Result.IN_DOUBT, Phase.DOT, None)
    assert len(relay.accepted()) == taken
    assert session.send(mail(2), ENVELOPE, lambda: None).result is Result.ACCEPTED


@pytest.mark.parametrize("reply", ["354 what", "what", "99 what", "25"])
def test_an_answer_to_the_dot_that_is_none_leaves_doubt(relay, session, reply):
    with relay.going_wrong(Mishap(at=Stage.DOT, reply=reply)):
        assert session.send(mail(), ENVELOPE, lambda: None).result is Result.IN_DOUBT


def test_an_answer_that_is_cut_short_leaves_doubt(send):
    with server_that_says({b".\r\n": b"250-2.0.0 O"}) as (url, _):
        assert send(url).result is Result.IN_DOUBT


def test_421_means_later_and_another_connection(relay, session):
    assert session.send(mail(1), ENVELOPE, lambda: None).result is Result.ACCEPTED
    before = set(relay.conversations)
    with relay.going_wrong(Mishap(at=Stage.MAIL, reply="421 4.7.0 too fast", close=True)):
        outcome = session.send(mail(2), ENVELOPE, lambda: None)
    assert (outcome.result, outcome.phase, outcome.code) == (Result.DEFERRED, Phase.MAIL, 421)
    assert session.send(mail(2), ENVELOPE, lambda: None).result is Result.ACCEPTED
    assert not before & relay.conversations


@pytest.mark.parametrize("reply", ["", "421 4.4.2 idle for too long"])
def test_a_connection_that_was_given_up_meanwhile_is_opened_anew(relay, session, reply):
    assert session.send(mail(1), ENVELOPE, lambda: None).result is Result.ACCEPTED
    relay.mishaps.add(Mishap(at=Stage.MAIL, reply=reply, close=True, times=1))
    assert session.send(mail(2), ENVELOPE, lambda: None).result is Result.ACCEPTED
    assert len(relay.accepted()) == 2


def test_a_server_that_gives_up_each_connection_is_not_asked_for_ever(relay, session):
    assert session.send(mail(1), ENVELOPE, lambda: None).result is Result.ACCEPTED
    with relay.going_wrong(Mishap(at=Stage.MAIL, close=True)):
        assert session.send(mail(2), ENVELOPE, lambda: None).result is Result.DEFERRED


def test_a_connection_carries_a_hundred_mails(relay, session):
    seen = []
    for number in range(2 * MAILS_PER_CONNECTION + 1):
        assert session.send(mail(number), ENVELOPE, lambda: None).result is Result.ACCEPTED
        seen.append(frozenset(relay.conversations))
    assert MAILS_PER_CONNECTION == 100
    assert len(set().union(*seen)) == 3
    assert seen[0] == seen[99]


@pytest.mark.parametrize("reply", ["", "500 5.5.1 what", "421 4.3.0 bye"])
def test_a_bad_goodbye_changes_nothing(relay, reply, send):
    relay.mishaps.add(Mishap(at=Stage.QUIT, reply=reply, close=True))
    assert send(relay.url).result is Result.ACCEPTED
    assert len(relay.accepted()) == 1


def test_a_goodbye_that_does_not_come_is_not_waited_for(relay, monkeypatch, send):
    monkeypatch.setattr(dialogue, "QUIT_SECONDS", 0.05)
    relay.mishaps.add(Mishap(at=Stage.QUIT, delay=60))
    assert send(relay.url).result is Result.ACCEPTED


def test_a_late_answer_is_the_answer(relay, session):
    relay.mishaps.add(Mishap(at=Stage.DOT, delay=0.05))
    assert session.send(mail(), ENVELOPE, lambda: None).result is Result.ACCEPTED


def test_no_answer_in_time_leaves_doubt(relay, session, monkeypatch):
    monkeypatch.setattr(dialogue, "DOT_SECONDS", 0.05)
    relay.mishaps.add(Mishap(at=Stage.DOT, delay=0.3))
    outcome = session.send(mail(1), ENVELOPE, lambda: None)
    assert (outcome.result, outcome.phase) == (Result.IN_DOUBT, Phase.DOT)


def test_what_follows_a_strange_answer_is_not_taken_for_the_next_ones(relay, session):
    relay.mishaps.add(Mishap(at=Stage.DOT, reply="what\r\n250 2.0.0 Ok", times=1))
    assert session.send(mail(1), ENVELOPE, lambda: None).result is Result.IN_DOUBT
    relay.mishaps.add(Mishap(at=Stage.DOT, reply="554 5.7.1 no"))
    assert session.send(mail(2), ENVELOPE, lambda: None).code == 554


def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_ones(relay, session, monkeypatch):
    relay.mishaps.add(Mishap(at=Stage.DOT, delay=0.3, times=1))
    monkeypatch.setattr(dialogue, "DOT_SECONDS", 0.05)
    assert session.send(mail(1), ENVELOPE, lambda: None).result is Result.IN_DOUBT
    monkeypatch.undo()
    relay.mishaps.add(Mishap(at=Stage.DOT, reply="554 5.7.1 no"))
    assert session.send(mail(2), ENVELOPE, lambda: None).code == 554


def test_what_stops_it_before_the_dot_keeps_the_dot_back(relay, session):
    def full() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        session.send(mail(1), ENVELOPE, full)
    assert session.send(mail(2), ENVELOPE, lambda: None).result is Result.ACCEPTED
    assert [taken.message_id for taken in relay.accepted()] == [f"<{mail(2).delivery_id}@papers.example>"]


def test_size_and_return_address_are_said_where_they_are_understood(send):
    with server_that_says({}, b"250-SIZE 1000000\r\n250-DSN\r\n") as (url, heard):
        envelope = Envelope("bounces+1@papers.example", "ada+news=1@example.org", envelope_id="cafe.1234")
        send(url, mail(7), envelope)
        assert heard[1:3] == [
            f"MAIL FROM:<bounces+1@papers.example> SIZE={len(mail(7).data)} RET=HDRS ENVID=cafe.1234",
            "RCPT TO:<ada+news=1@example.org> ORCPT=rfc822;ada+2Bnews+3D1@example.org",
        ]


def test_extensions_are_not_used_unasked(send):
    with server_that_says({}) as (url, heard):
        send(url)
        assert heard[1:3] == ["MAIL FROM:<digest@papers.example>", "RCPT TO:<ada@example.org>"]


def test_an_international_address_needs_a_server_that_takes_it(send):
    envelope = Envelope("digest@papers.example", "用户@example.org", smtputf8=True)
    with server_that_says({}, b"250-SMTPUTF8\r\n250-DSN\r\n") as (url, heard):
        assert send(url, mail(7), envelope).result is Result.ACCEPTED
        assert heard[1:3] == [
            "MAIL FROM:<digest@papers.example> SMTPUTF8 BODY=8BITMIME RET=HDRS",
            "RCPT TO:<用户@example.org>",
        ]
    with server_that_says({}) as (url, heard):
        outcome = send(url, mail(7), envelope, pytest.fail)
        assert (outcome.result, outcome.phase, outcome.enhanced) == (Result.REFUSED, Phase.RCPT, "5.6.7")
        assert not any(line.startswith("MAIL") for line in heard)


@pytest.mark.parametrize("address", ["a\r\nDATA@example.org", "a\n@example.org", "a\0@example.org"])
def test_no_command_can_be_smuggled_in_by_an_address(relay, session, address):
    outcome = session.send(mail(), Envelope("digest@papers.example", address), pytest.fail)
    assert (outcome.result, outcome.phase, outcome.enhanced) == (Result.REFUSED, Phase.RCPT, "5.1.3")
    assert session.send(mail(2), ENVELOPE, lambda: None).result is Result.ACCEPTED
    assert len(relay.accepted()) == 1


def test_many_sessions_of_one_transport_at_once(relay):
    transport = SmtpTransport(read_relay(relay.url))
    outcomes = []

    def work(first: int) -> None:
        with transport.open() as session:
            outcomes.extend(session.send(mail(first + n), ENVELOPE, lambda: None) for n in range(25))

    threads = [threading.Thread(target=work, args=(first,)) for first in range(0, 100, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {outcome.result for outcome in outcomes} == {Result.ACCEPTED}
    assert len({taken.message_id for taken in relay.accepted()}) == 100


def test_the_evidence_is_asked(relay, session):
    session.send(mail(1), ENVELOPE, lambda: None)
    message_id = f"<{mail(1).delivery_id}@papers.example>"
    log = AcceptanceLog(relay.log.path)
    assert SmtpTransport(read_relay(relay.url), log).lookup(message_id, UNTIL) is Evidence.ACCEPTED
    assert SmtpTransport(read_relay(relay.url), log).lookup("<x@y>", UNTIL) is Evidence.ABSENT
    assert SmtpTransport(read_relay(relay.url)).lookup(message_id, UNTIL) is Evidence.UNKNOWN


@contextmanager
def server_that_says(replies: dict[bytes, bytes], offers: bytes = b"") -> Iterator[tuple[str, list[str]]]:
    """A server for one session: its address, and what it hears. It hangs up after an answer of ``replies``."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    heard: list[str] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as lines:
            connection.sendall(b"220 here\r\n")
            data = False
            for line in lines:
                if line in replies and data:
                    connection.sendall(replies[line])
                    return
                if data:
                    data = line != b".\r\n"
                    answer = b"" if data else b"250 ok\r\n"
                else:
                    heard.append(line.decode().rstrip())
                    data = line.startswith(b"DATA")
                    answer = b"354 go on\r\n" if data else b"250 ok\r\n"
                    if line.lower().startswith(b"ehlo"):
                        answer = b"250-here\r\n" + offers + b"250 8BITMIME\r\n"
                connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield url, heard
    finally:
        thread.join()
        listener.close()
