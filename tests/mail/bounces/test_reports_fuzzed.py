"""Whatever is done to a report, reading it ends in a report or in words why not, and soon."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.mail.bounces.reading import MOST_BYTES, UnreadableError
from broadsheet.mail.bounces.report import Report, read_report
from mail.bounces.postbag import ENVELOPE_SENDER, SECRET, sample, samples

SAMPLES = [sample.data for sample in samples()]
FRAGMENTS = [
    b"\r\n", b"\n\n", b"\0", b"\xff\xfe", b"--", b'"', b"=?utf-8?b?!!?=", b"=?x?q?=ff?=", b";", b"<", b">", b"(((",
    b"Content-Type: multipart/mixed; boundary=\"\"\n", b"Content-Type: message/rfc822\n\n",
    b"Content-Type: message/delivery-status\n", b"Content-Transfer-Encoding: base64\n", b"charset=idna",
    b"charset=\"\xff\"", b"charset*=utf-8''%", b"boundary*0*=x''%ff; boundary*99999999999=y",
    b"Content-Type: text/plain; charset=utf-16\n", b"charset=unicode_escape", b"charset=rot13",
    b"Content-Transfer-Encoding: x-uuencode\n", b"begin 666 x\n!!!\n", b"\xed\xa0\x80", b"Action: failed\n",
    b"Status: 5.1.1\n", b"Final-Recipient: rfc822;\n", b"X-Failed-Recipients: a\n", b"Precedence: auto_reply\n",
]  # fmt: skip


@st.composite
def damaged(draw):
    """A sample of which pieces were cut out, doubled, moved, or replaced by what parsers stumble over."""
    data = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 300)))
        other = draw(st.integers(0, len(data)))
        middle = draw(
            st.one_of(
                st.just(b""),
                st.just(data[start:end] * 2),
                st.just(data[other : other + 200]),
                st.sampled_from(FRAGMENTS),
                st.binary(max_size=20),
            )
        )
        data = data[:start] + middle + data[end:]
    return data


def read(data: bytes) -> Report | None:
    try:
        return read_report(data, SECRET)
    except UnreadableError as error:
        why = str(error)
    assert why
    assert "@" not in why
    return None


@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_a_damaged_report_is_read_or_refused(data):
    report = read(data)
    assert report is None or report.told


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000))
def test_anything_is_read_or_refused(data):
    read(data)
    read(f"To: {ENVELOPE_SENDER}\n".encode() + data)


def nested(depth: int, kind: bytes) -> bytes:
    head = f"Return-Path: <>\nTo: {ENVELOPE_SENDER}\nFrom: mailer-daemon@mx.example\n".encode()
    for number in range(depth):
        if kind == b"multipart":
            head += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
        else:
            head += b"Content-Type: message/rfc822\n\n"
    return head + b"\n\nhello\n"


@pytest.mark.parametrize("kind", [b"multipart", b"rfc822"])
@pytest.mark.parametrize("depth", [10, 50, 61, 500, 20_000])
def test_parts_within_parts(kind, depth):
    started = time.perf_counter()
    assert read(nested(depth, kind)) is None
    assert time.perf_counter() - started < 5


HUGE = {
    "one long line": b"x" * MOST_BYTES,
    "many header lines": b"X-A: b\n" * (MOST_BYTES // 7),
    "one endless header": b"X-A: " + b"b\n " * (MOST_BYTES // 3),
    "many blank lines": b"\n" * MOST_BYTES,
    "many boundaries": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * (MOST_BYTES // 5),
    "many boundaries, each with a header":
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nA: b\n\n" * (MOST_BYTES // 10),
    "many addresses": b"To: " + b"a@b.example, " * (MOST_BYTES // 13),
    "signs that hold no address": b"To: " + b"a" * MOST_BYTES,
    "many at signs": b"To: " + b"@" * MOST_BYTES,
    "many hex digits": b"\n" + b"0123456789abcdef" * (MOST_BYTES // 16),
    "many encoded words": b"Subject: " + b"=?utf-8?q?a?= " * (MOST_BYTES // 14),
    "many parameters": b"Content-Type: text/plain" + b"; a=b" * (MOST_BYTES // 5),
    "many continued parameters": b"Content-Type: text/plain" + b"".join(b"; a*%d=b" % n for n in range(300_000)),
    "many quotes": b'Content-Type: text/plain; a="' + b'\\"' * (MOST_BYTES // 2),
    "many status blocks":
        b"Content-Type: message/delivery-status\n\n" + b"Final-Recipient: rfc822; a\n\n" * (MOST_BYTES // 28),
    "one endless field":
        b"Content-Type: message/delivery-status\n\nAction: failed\nDiagnostic-Code: " + b"b\n " * (MOST_BYTES // 3),
    "many dashes": b"\n" + b"-" * MOST_BYTES,
    "words of a bounce": b"\n" + b"this message was created automatically by mail delivery software\n" * 50_000,
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_a_huge_mail_takes_no_long_time(name):
    head = f"Return-Path: <>\nTo: {ENVELOPE_SENDER}\nFrom: mailer-daemon@mx.example\n".encode()
    started = time.perf_counter()
    read((head + HUGE[name])[:MOST_BYTES])
    assert time.perf_counter() - started < 20


def test_what_stands_in_front_of_much_is_understood():
    report = read((sample("postfix-user-unknown") + b"x" * MOST_BYTES)[:MOST_BYTES])
    assert report is not None
    assert report.told[0].kind == "hard"
