"""Postfix's log as evidence: lines that Postfix wrote, and a real Postfix."""

import gzip
import os
import socket
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

import postfix
from broadsheet.mail.evidence.postfix import PostfixLog
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.relay import greet, read_relay
from broadsheet.mail.smtp import SmtpTransport
from broadsheet.mail.transport import Evidence, Phase, Result

DOT = datetime(2026, 11, 20, 7, 0, 10, tzinfo=UTC)
BEFORE = "2026-11-20T06:59:00.000000+00:00 relay postfix/master[1]: daemon started -- version 3.7.11"
SETTLED = "2026-11-20T07:01:10.000000+00:00 relay postfix/anvil[9]: statistics: max connection rate 1/60s"
QUIET = "2026-11-20T07:01:09.000000+00:00 relay postfix/anvil[9]: statistics: max connection rate 1/60s"


def lines(text, at="2026-11-20T07:00:10.500000+00:00 relay "):
    return [at + line for line in text.strip().splitlines()]


TAKEN = lines("""
postfix/smtpd[13899]: connect from localhost[127.0.0.1]
postfix/smtpd[13899]: D27B420E0C5: client=localhost[127.0.0.1]
postfix/cleanup[13901]: D27B420E0C5: message-id=<one@papers.example>
postfix/qmgr[13830]: D27B420E0C5: from=<a@papers.example>, size=250, nrcpt=1 (queue active)
postfix/smtpd[13899]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5
postfix/discard[13904]: D27B420E0C5: to=<b@y.org>, relay=none, delay=0.05, dsn=2.0.0, status=sent (y.org)
postfix/qmgr[13830]: D27B420E0C5: removed
""")
CUT = lines("""
postfix/smtpd[13899]: D7C7320E0C5: client=localhost[127.0.0.1]
postfix/smtpd[13899]: lost connection after DATA (41 bytes) from localhost[127.0.0.1]
postfix/smtpd[13899]: disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=0/1 commands=3/4
postfix/cleanup[13901]: D7C7320E0C5: message-id=<one@papers.example>
""")
CUT_LATER = lines("""
postfix/smtpd[7]: E9EE920E0C5: client=localhost[127.0.0.1]
postfix/cleanup[13901]: E9EE920E0C5: message-id=<one@papers.example>
postfix/smtpd[8]: lost connection after DATA (1 bytes) from localhost[127.0.0.1]
postfix/smtpd[7]: timeout after DATA (144039 bytes) from localhost[127.0.0.1]
""")
REJECTED = lines("""
postfix/smtpd[13899]: D8EC020E176: client=localhost[127.0.0.1]
postfix/cleanup[13901]: D8EC020E176: message-id=<one@papers.example>
postfix/cleanup[13901]: D8EC020E176: reject: header X-Test: reject from localhost[127.0.0.1]: 5.7.1 not this
""")
HELD = lines("""
postfix/cleanup[13901]: D93D420E176: message-id=<one@papers.example>
postfix/cleanup[13901]: D93D420E176: hold: header X-Test: hold from localhost[127.0.0.1]
""")
DISCARDED = [line.replace("hold:", "milter-discard:") for line in HELD]
OPEN = lines("""
postfix/smtpd[13899]: D27B420E0C5: client=localhost[127.0.0.1]
postfix/cleanup[13901]: D27B420E0C5: message-id=<one@papers.example>
""")
# The connection was lost for another mail, which had the same number for the file in the queue.
REUSED = lines("""
postfix/smtpd[13899]: D27B420E0C5: client=localhost[127.0.0.1]
postfix/smtpd[13899]: lost connection after DATA (41 bytes) from localhost[127.0.0.1]
postfix/smtpd[13899]: D27B420E0C5: client=localhost[127.0.0.1]
postfix/cleanup[13901]: D27B420E0C5: message-id=<one@papers.example>
""")
OTHERS = lines("""
postfix/cleanup[13901]: D27B420E0C5: message-id=<other.one@papers.example>
postfix/qmgr[13830]: D27B420E0C5: from=<a@papers.example>, size=250, nrcpt=1 (queue active)
postfix/cleanup[13901]: D27B420E0C6: message-id=<one@papers.example.org>
postfix/qmgr[13830]: D27B420E0C6: from=<a@papers.example>, size=250, nrcpt=1 (queue active)
""")


def write(path: Path, *parts, at=None):
    text = "".join(f"{line}\n" for part in parts for line in ([part] if isinstance(part, str) else part))
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    if at is not None:
        os.utime(path, (at, at))
    return path


def lookup(path, message_id="<one@papers.example>", since=DOT):
    return PostfixLog(path, knock=lambda: None).lookup(message_id, since)


@pytest.mark.parametrize(
    ("said", "evidence"),
    [
        (TAKEN, Evidence.ACCEPTED),
        (HELD, Evidence.ACCEPTED),
        (DISCARDED, Evidence.ACCEPTED),
        (CUT, Evidence.ABSENT),
        (CUT_LATER, Evidence.ABSENT),
        (REJECTED, Evidence.ABSENT),
        (OTHERS, Evidence.ABSENT),
        ([], Evidence.ABSENT),
        (OPEN, Evidence.UNKNOWN),
        (REUSED, Evidence.UNKNOWN),
        (CUT + TAKEN, Evidence.ACCEPTED),
        (TAKEN + CUT, Evidence.ACCEPTED),
        (CUT + OPEN, Evidence.UNKNOWN),
        (CUT + REJECTED, Evidence.ABSENT),
    ],
    ids=["taken", "held", "discarded", "cut", "cut later", "rejected", "others", "nothing", "open", "reused",
         "cut, then taken", "taken, then cut", "cut, then open", "cut, then rejected"],
)  # fmt: skip
def test_what_the_log_says(tmp_path, said, evidence):
    assert lookup(write(tmp_path / "mail.log", BEFORE, said, SETTLED)) is evidence


def test_silence_is_evidence_only_once_something_later_was_logged(tmp_path):
    assert lookup(write(tmp_path / "mail.log", BEFORE, CUT, QUIET)) is Evidence.LATER
    assert lookup(write(tmp_path / "mail.log", BEFORE, TAKEN)) is Evidence.ACCEPTED


def test_a_postfix_that_nobody_spoke_to_since_is_made_to_log(tmp_path):
    path = write(tmp_path / "mail.log", BEFORE, CUT)
    log = PostfixLog(path, knock=lambda: write(path, BEFORE, CUT, SETTLED))
    assert log.lookup("<one@papers.example>", DOT) is Evidence.ABSENT


def test_a_log_that_begins_after_the_dot_proves_no_absence(tmp_path):
    assert lookup(write(tmp_path / "mail.log", lines("postfix/x[1]: y"), SETTLED)) is Evidence.UNKNOWN
    assert lookup(write(tmp_path / "mail.log", TAKEN, SETTLED)) is Evidence.ACCEPTED


@pytest.mark.parametrize("name", ["mail.log.1", "mail.log.1.gz", "mail.log-20261120.gz"])
def test_what_was_rotated_away_is_read_too(tmp_path, name):
    path = write(tmp_path / "mail.log", SETTLED, at=2000)
    if not name.startswith("mail.log."):
        name = "mail.log." + name
    write(tmp_path / name, BEFORE, TAKEN, at=1000)
    assert lookup(path) is Evidence.ACCEPTED


def test_absence_needs_the_rotated_part_that_covers_the_dot(tmp_path):
    path = write(tmp_path / "mail.log", SETTLED, at=3000)
    assert lookup(path) is Evidence.UNKNOWN
    write(tmp_path / "mail.log.1", lines("postfix/x[1]: y"), at=2000)
    assert lookup(path) is Evidence.UNKNOWN
    write(tmp_path / "mail.log.2.gz", BEFORE, at=1000)
    assert lookup(path) is Evidence.ABSENT


def test_older_parts_are_not_read(tmp_path):
    path = write(tmp_path / "mail.log", BEFORE, SETTLED, at=3000)
    (tmp_path / "mail.log.1.gz").write_bytes(b"no gzip")
    os.utime(tmp_path / "mail.log.1.gz", (1000, 1000))
    assert lookup(path) is Evidence.ABSENT


def test_a_log_that_cannot_be_read_tells_nothing(tmp_path, caplog):
    assert lookup(tmp_path / "mail.log") is Evidence.UNKNOWN
    assert "mail.log" in caplog.text
    write(tmp_path / "mail.log", SETTLED)
    (tmp_path / "mail.log.1.gz").write_bytes(gzip.compress(b"x" * 100)[:20])
    assert lookup(tmp_path / "mail.log") is Evidence.UNKNOWN


@pytest.fixture
def new_york(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("new_york")
@pytest.mark.parametrize(
    ("since", "first", "last", "evidence"),
    [
        ("2026-11-20T07:00:10", "Nov 20 01:59:00", "Nov 20 02:01:10", Evidence.ABSENT),
        ("2026-11-20T07:00:10", "Nov 20 01:59:00", "Nov 20 02:01:09", Evidence.LATER),
        ("2026-11-05T07:00:10", "Nov  5 01:59:00", "Nov  5 02:01:10", Evidence.ABSENT),
        ("2027-01-01T04:59:50", "Dec 31 23:59:00", "Jan  1 00:00:50", Evidence.ABSENT),
        ("2028-02-29T12:00:00", "Feb 29 06:59:00", "Feb 29 07:01:00", Evidence.ABSENT),
    ],
)
def test_local_times_without_a_year(tmp_path, since, first, last, evidence):
    path = write(tmp_path / "mail.log", f"{first} relay postfix/x[1]: y", f"{last} relay postfix/x[1]: y")
    assert lookup(path, since=datetime.fromisoformat(since).replace(tzinfo=UTC)) is evidence


@pytest.fixture(scope="module")
def server():
    if reason := postfix.why_not():
        pytest.skip(reason)
    with postfix.running() as server:
        yield server


ENVELOPE = Envelope("digest@papers.example", "ada@example.org")


def real_mail(name, header=""):
    head = f"Message-ID: <{name}@papers.example>\r\n{header}".encode()
    return Message(name.ljust(32, "0"), DOT, head + b"\r\n.body\r\n")


def send(server, message, before_dot=lambda: None):
    with SmtpTransport(read_relay(server.url)).open() as session:
        return session.send(message, ENVELOPE, before_dot)


def settled(server, name, since):
    """What the log says once enough time has gone by."""
    knock = partial(greet, read_relay(server.url))
    log = PostfixLog(server.log, knock, settled_after=timedelta(seconds=1))
    end = time.monotonic() + 30
    evidence = Evidence.LATER
    while evidence is Evidence.LATER and time.monotonic() < end:
        evidence = log.lookup(f"<{name}@papers.example>", since)
    return evidence


def test_a_real_postfix_takes_our_mail(server):
    since = datetime.now(UTC)
    outcome = send(server, real_mail("taken"))
    assert (outcome.result, outcome.enhanced) == (Result.ACCEPTED, "2.0.0")
    assert settled(server, "taken", since) is Evidence.ACCEPTED
    assert f"{outcome.queue_id}: message-id=<taken@papers.example>" in server.log.read_text()


def test_a_real_postfix_forgets_what_had_no_dot(server):
    since = datetime.now(UTC)

    def stop() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        send(server, real_mail("cut"), stop)
    assert settled(server, "cut", since) is Evidence.ABSENT
    assert "message-id=<cut@papers.example>" in server.log.read_text()


def test_a_real_postfix_takes_what_had_its_dot_though_nobody_waits_for_the_answer(server):
    since = datetime.now(UTC)
    with socket.create_connection(("127.0.0.1", read_relay(server.url).port)) as connection:
        replies = connection.makefile("rb")
        replies.readline()
        for command in (b"HELO x", b"MAIL FROM:<a@x.org>", b"RCPT TO:<b@y.org>", b"DATA"):
            connection.sendall(command + b"\r\n")
            replies.readline()
        connection.sendall(real_mail("gone").data + b".\r\n")
    assert settled(server, "gone", since) is Evidence.ACCEPTED


@pytest.mark.parametrize(
    ("what", "result", "evidence"),
    [
        ("reject", Result.REFUSED, Evidence.ABSENT),
        ("hold", Result.ACCEPTED, Evidence.ACCEPTED),
        ("discard", Result.ACCEPTED, Evidence.ACCEPTED),
    ],
)
def test_a_real_postfix_that_looks_into_the_mail(server, what, result, evidence):
    since = datetime.now(UTC)
    outcome = send(server, real_mail(what, f"X-Test: {what}\r\n"))
    assert (outcome.result, outcome.phase) == (result, Phase.DOT)
    assert settled(server, what, since) is evidence


def test_a_real_postfix_that_was_never_asked(server):
    assert settled(server, "never", datetime.now(UTC)) is Evidence.ABSENT
