"""The mail's bytes."""

import hashlib
import os
import re
import subprocess
import sys
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from broadsheet.digest.render import Rendered, render
from broadsheet.mail.address import AddressError, read_mailbox
from broadsheet.mail.headers import encode_text, header
from broadsheet.mail.message import Envelope, build
from digest.made_up import CASES, UNTIL

TESTS = Path(__file__).parents[1]
ENVELOPE = Envelope(
    read_mailbox("Broadsheet <digest@papers.example>", "digest_from"),
    read_mailbox("Ada Winterbourne <ada@example.org>", "digest_to"),
)


def mail(case="a-day", **rendered):
    digest = CASES[case]()
    return build(replace(render(digest), **rendered), digest.key, UNTIL, ENVELOPE, b"key")


def parsed(message):
    return message_from_bytes(message.data, policy=policy.default)


def unix(text):
    return text.replace("\r\n", "\n")


def defects(message):
    return [defect for part in message.walk() for defect in part.defects] + [
        defect for part in message.walk() for value in part.values() for defect in value.defects
    ]


@pytest.mark.parametrize("case", CASES)
def test_every_mail_parses_back_to_what_was_rendered(case):
    rendered = render(CASES[case]())
    message = parsed(mail(case))
    assert defects(message) == []
    plain, html = message.iter_parts()
    assert [part.get_content_type() for part in (plain, html)] == ["text/plain", "text/html"]
    assert unix(plain.get_content()) == rendered.text
    assert unix(html.get_content()) == rendered.html
    assert message["Subject"] == rendered.subject


@pytest.mark.parametrize("case", CASES)
def test_lines_on_the_wire_are_short_ascii_and_end_in_crlf(case):
    data = mail(case).data
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 78
    assert len(data) < 500_000


def test_each_header_stands_once():
    message = parsed(mail())
    names = [name.lower() for name in message.keys()]  # noqa: SIM118 - a message's keys may repeat
    assert len(names) == len(set(names))
    assert {"from", "to", "subject", "date", "message-id", "mime-version", "list-id"} <= set(names)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "bulk"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["List-Id"] == "Broadsheet <digest.broadsheet.papers.example>"


def test_message_id_and_date_are_fixed_by_the_edition():
    first, other_edition = mail(), mail("one-paper")
    other_reader = build(
        render(CASES["a-day"]()),
        CASES["a-day"]().key,
        UNTIL,
        Envelope(ENVELOPE.sender, read_mailbox("bo@example.org", "digest_to")),
        b"key",
    )
    identities = {first.delivery_id, other_edition.delivery_id, other_reader.delivery_id}
    assert len(identities) == 3
    assert parsed(first)["Message-ID"] == f"<{first.delivery_id}@papers.example>"
    assert parsedate_to_datetime(parsed(first)["Date"]) == UNTIL


def test_two_processes_build_the_same_bytes():
    program = (
        "import sys, hashlib; from mail.test_message import mail;"
        "sys.stdout.write(hashlib.sha256(mail().data).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONPATH": str(TESTS), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Kathmandu"))
    }
    assert digests == {hashlib.sha256(mail().data).hexdigest()}


@given(st.text())
def test_no_subject_can_add_a_header(subject):
    expected = parsed(mail("one-paper")).keys()
    message = parsed(mail("one-paper", subject=f"News {subject}"))
    assert message.keys() == expected
    assert defects(message) == []


@given(st.text())
def test_a_header_refuses_what_it_cannot_carry(value):
    try:
        line = header("X-Test", value)
    except ValueError:
        assert not value.isascii() or not value.isprintable()
    else:
        assert re.fullmatch(rb"X-Test:[ -~]*(\r\n [ -~]*)*\r\n", line)


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"]) | st.just(" ")))
def test_encoded_text_reads_back(text):
    value = " ".join(text.split())
    line = header("Subject", encode_text(value))
    assert message_from_bytes(line + b"\r\n", policy=policy.default)["Subject"] == value
    assert max(map(len, line.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ada@example.org", "ada@example.org"),
        ("Ada <ada@Example.ORG>", "Ada <ada@example.org>"),
        ('"Winterbourne, Ada" <ada@example.org>', '"Winterbourne, Ada" <ada@example.org>'),
        ("Ada <ada@bücher.example>", "Ada <ada@xn--bcher-kva.example>"),
        ("Zoë <zoe@example.org>", "=?utf-8?b?Wm/Dqw==?= <zoe@example.org>"),
        ("broadsheet@localhost", "broadsheet@localhost"),
    ],
)
def test_mailboxes_are_written_as_headers_need_them(text, shown):
    assert str(read_mailbox(text, "digest_to")) == shown


NO_ADDRESSES = (
    *("", "ada", "ada@", "@papers.example", "a b@example.org", "jörg@example.org", "a@b..c", "a@-b.c"),
    *("a@b\r\nBcc: c@d", "Ada <a@b.c> <d@e.f>", "a@b.c, d@e.f", "A\x00 <a@b.c>", f"{'a' * 65}@example.org"),
)


@pytest.mark.parametrize("text", NO_ADDRESSES)
def test_what_is_no_address_is_refused_without_repeating_it(text):
    with pytest.raises(AddressError, match="digest_to") as caught:
        read_mailbox(text, "digest_to")
    assert not text or text not in str(caught.value)


def test_plain_parts_need_no_line_of_their_own_to_stay_apart():
    message = build(
        Rendered("S", "<p>--=_ =</p>\n", "a \nb\t\n.\n..\n=\n", "{}"), "k", UNTIL, ENVELOPE, b"key"
    )
    plain, _ = parsed(message).iter_parts()
    assert unix(plain.get_content()) == "a \nb\t\n.\n..\n=\n"
