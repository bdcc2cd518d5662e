"""The mail's bytes: what RFC 5322, 2369, 2919, 3834 and 8058 and the large receivers ask of each header."""

import hashlib
import os
import re
import subprocess
import sys
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from broadsheet.digest.forme import Body, Forme, Links, encode
from broadsheet.digest.press import Press
from broadsheet.digest.render import render
from broadsheet.mail.address import AddressError, read_mailbox
from broadsheet.mail.headers import encode_text, header, uri_list
from broadsheet.mail.message import Envelope, Head, Letterhead, assemble, mailing_list
from digest.made_up import CASES, HUB, UNTIL
from digest.readers import pick, stocks_of_a_day

TESTS = Path(__file__).parents[1]
AUTHOR = read_mailbox("Broadsheet <digest@papers.example>", "digest_from")
ENVELOPE = Envelope("bounces+1.2@papers.example", "ada@example.org")
IDENTITY = "0123456789abcdef" * 2
TOKEN = "x" * 35
LINKS = Links(
    unsubscribe=f"https://papers.example/u/{TOKEN}",
    preferences=f"https://papers.example/p/{TOKEN}",
    view="https://papers.example/e/2026-11-20T0700Z/1",
    reply_unsubscribe=f"mailto:bounces+u.{'a' * 42}@papers.example",
)
LETTERHEAD = Letterhead(
    author=AUTHOR,
    date=UNTIL,
    run_key="2026-11-20T07:00Z",
    stream="daily",
    mailing_list=mailing_list(["trending"]),
    help="https://papers.example/help",
    owner="mailto:office@papers.example",
)
HEAD = Head(LETTERHEAD, "Trending papers", IDENTITY, LINKS)


@cache
def body_of(case):
    if case is None:
        return Body((b"<p>Short</p>\r\n",), (b"Short\r\n",))
    rendered = render(CASES[case]())
    return Body((encode(rendered.html),), (encode(rendered.text),))


def mail(case=None, envelope=ENVELOPE, **head):
    return assemble(body_of(case), replace(HEAD, **head), envelope)


def letterhead(**changes):
    return replace(LETTERHEAD, **changes)


def personal_mail():
    """What a reader gets: set, locked up, assembled."""
    stocks = stocks_of_a_day()
    press = Press(stocks, HUB, UNTIL)
    chosen = {number: dict.fromkeys(range(25), "robotics") for number in range(3)}
    selection = press.set(pick(stocks, chosen), timezone="Asia/Kolkata")
    head = replace(HEAD, subject=selection.subject)
    return assemble(Forme(press.fragments()).body(selection, LINKS), head, ENVELOPE)


def parsed(message):
    return message_from_bytes(message.data, policy=policy.default)


def raw_header(message, name):
    """One header's lines as they go over the wire, its name left out."""
    block = message.data.partition(b"\r\n\r\n")[0] + b"\r\n"
    (found,) = re.findall(rb"(?m)^" + name.encode() + rb":((?:[^\r]*\r\n)(?:[ \t][^\r]*\r\n)*)", block)
    return found


def header_names(message):
    block = message.data.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[0].decode() for line in block.split(b"\r\n") if line[:1] not in b" \t"]


def unix(text):
    return text.replace("\r\n", "\n")


def defects(message):
    return [defect for part in message.walk() for defect in part.defects] + [
        defect for part in message.walk() for value in part.values() for defect in value.defects
    ]


@pytest.mark.parametrize("case", CASES)
def test_every_mail_parses_back_to_what_was_rendered(case):
    rendered = render(CASES[case]())
    message = parsed(mail(case, subject=rendered.subject))
    assert defects(message) == []
    assert message.get_content_type() == "multipart/alternative"
    plain, html = message.iter_parts()
    assert [part.get_content_type() for part in (plain, html)] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in (plain, html)] == ["utf-8", "utf-8"]
    assert unix(plain.get_content()) == rendered.text
    assert unix(html.get_content()) == rendered.html
    assert message["Subject"] == rendered.subject
    assert message.get_body(("plain",)) is plain
    assert message.get_body(("html",)) is html
    assert list(message.iter_attachments()) == []


@pytest.mark.parametrize("case", CASES)
def test_lines_on_the_wire_are_short_ascii_and_end_in_crlf(case):
    data = mail(case, subject="Ein Wort für jeden, der lange Betreffzeilen mag " * 9).data
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 100
    assert len(data) < 500_000


def test_a_reader_s_whole_mail_is_well_formed():
    message = personal_mail()
    assert defects(parsed(message)) == []
    assert max(map(len, message.data.split(b"\r\n"))) <= 100
    assert len(message.data) < 500_000
    for part in parsed(message).iter_parts():
        assert LINKS.unsubscribe in part.get_content()
        assert LINKS.preferences in part.get_content()


@pytest.mark.parametrize("case", CASES)
def test_text_prose_is_wrapped_and_addresses_are_whole(case):
    plain, _ = parsed(mail(case)).iter_parts()
    for line in unix(plain.get_content()).splitlines():
        assert len(line) <= 78 or re.search(r"https?://\S+$", line)


def test_each_header_stands_once():
    names = header_names(mail())
    assert len(names) == len({name.lower() for name in names})
    assert {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version"} <= set(names)


def test_message_id_and_date_are_those_of_delivery_and_run():
    message = mail()
    assert raw_header(message, "Message-ID") == f" <{IDENTITY}@papers.example>\r\n".encode()
    assert parsedate_to_datetime(parsed(message)["Date"]) == UNTIL
    assert (message.delivery_id, message.date) == (IDENTITY, UNTIL)


def test_two_processes_build_the_same_bytes():
    program = (
        "import sys, hashlib; from mail.test_message import personal_mail;"
        "sys.stdout.write(hashlib.sha256(personal_mail().data).hexdigest())"
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
    assert digests == {hashlib.sha256(personal_mail().data).hexdigest()}
    assert personal_mail().sha256 in digests


@pytest.mark.parametrize(
    ("sources", "value"),
    [
        (["trending"], "Trending papers <trending.digest.papers.example>"),
        (["daily"], "Daily papers <daily.digest.papers.example>"),
        (["search:speech"], "Search papers <search.digest.papers.example>"),
        (["trending", "daily"], "Broadsheet <digest.papers.example>"),
    ],
)
def test_the_list_is_named_and_stays(sources, value):
    message = mail(letterhead=letterhead(mailing_list=mailing_list(sources)))
    assert raw_header(message, "List-Id") == f" {value}\r\n".encode()
    assert len(value) <= 255


def test_unsubscribing_is_one_click_and_never_encoded():
    message = mail()
    assert raw_header(message, "List-Unsubscribe") == (
        f" <{LINKS.unsubscribe}>,\r\n <{LINKS.reply_unsubscribe}>\r\n".encode()
    )
    assert raw_header(message, "List-Unsubscribe-Post") == b" List-Unsubscribe=One-Click\r\n"
    assert raw_header(message, "List-Help") == b" <https://papers.example/help>\r\n"
    assert raw_header(message, "List-Owner") == b" <mailto:office@papers.example>\r\n"


@pytest.mark.parametrize(
    ("links", "named", "one_click"),
    [
        (Links(), False, False),
        (Links(reply_unsubscribe=LINKS.reply_unsubscribe), True, False),
        (Links(unsubscribe="http://localhost:8080/u/x"), True, False),
        (Links(unsubscribe=LINKS.unsubscribe), True, True),
        (Links(preferences=LINKS.preferences, view=LINKS.view), False, False),
    ],
)
def test_one_click_is_promised_exactly_where_there_is_an_https_link(links, named, one_click):
    names = header_names(mail(links=links))
    assert ("List-Unsubscribe" in names) == named
    assert ("List-Unsubscribe-Post" in names) == one_click


def test_long_addresses_of_the_list_are_folded_between_them_only():
    uris = ["https://" + "a" * 150, "mailto:" + "b" * 60 + "@papers.example", "https://c.example/"]
    lines = uri_list("List-Unsubscribe", uris).split(b"\r\n")
    assert lines == [
        b"List-Unsubscribe:",
        f" <{uris[0]}>,".encode(),
        f" <{uris[1]}>,".encode(),
        f" <{uris[2]}>".encode(),
        b"",
    ]


@given(st.text(min_size=1))
def test_a_list_header_takes_addresses_only(text):
    try:
        line = uri_list("List-Unsubscribe", [f"https://{text}"])
    except ValueError:
        assert not text.isascii() or not text.isprintable() or set(text) & set(' "<>') or len(text) > 800
    else:
        assert line.replace(b"\r\n ", b" ") == f"List-Unsubscribe: <https://{text}>\r\n".encode()


def test_nobody_answers_a_digest_by_machine():
    message = parsed(mail())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "bulk"
    assert message["X-Auto-Response-Suppress"] == "All"


def test_a_letter_to_one_person_is_no_list_s():
    names = set(header_names(mail(letterhead=letterhead(mailing_list=None))))
    assert "Auto-Submitted" in names
    assert not {name for name in names if name.startswith("List-")} | names & {"Precedence", "Feedback-ID"}


def test_delivery_and_stream_can_be_told_from_a_report():
    message = mail()
    assert raw_header(message, "X-Digest-Delivery") == f" {IDENTITY}\r\n".encode()
    assert raw_header(message, "Feedback-ID") == b" 2026-11-20T0700Z:daily:digest:papers.example\r\n"


NAMES = header_names(mail())
ANYTHING = st.text() | st.text(st.sampled_from('\r\n\0\u2028\x0b\x85: aB=?<>,;@"()'))


@settings(max_examples=1500, deadline=None)
@given(subject=ANYTHING, name=ANYTHING, stream=ANYTHING, list_name=ANYTHING)
def test_nothing_that_is_filled_in_can_add_a_header(subject, name, stream, list_name):
    named = replace(LETTERHEAD.mailing_list, name=list_name)
    changed = letterhead(author=replace(AUTHOR, name=name), stream=stream, mailing_list=named)
    message = mail(subject=subject, letterhead=changed)
    assert header_names(message) == NAMES
    assert defects(parsed(message)) == []


@settings(max_examples=1500, deadline=None)
@given(recipient=ANYTHING, sender=ANYTHING, smtputf8=st.booleans())
def test_no_recipient_can_add_a_header_or_another_recipient(recipient, sender, smtputf8):
    try:
        message = mail(envelope=Envelope(sender, f"{recipient}@example.org", smtputf8))
    except AddressError:
        return
    assert header_names(message) == NAMES
    assert raw_header(message, "To") == f" {recipient}@example.org\r\n".encode()
    assert not set(recipient) & set(' ,;:<>()[]"@')


@settings(max_examples=500, deadline=None)
@given(ANYTHING)
def test_no_delivery_can_add_a_header(identity):
    try:
        message = mail(delivery_id=identity)
    except ValueError:
        assert not re.fullmatch("[0-9a-f]{32}", identity)
    else:
        assert header_names(message) == NAMES


def test_an_international_address_stands_as_it_is_or_not_at_all():
    address = "jörg@example.org"
    message = mail(envelope=Envelope("b@papers.example", address, smtputf8=True))
    assert raw_header(message, "To") == f" {address}\r\n".encode()
    assert b"=?" not in raw_header(message, "To")
    with pytest.raises(AddressError) as refused:
        mail(envelope=Envelope("b@papers.example", address))
    assert address not in str(refused.value)


@settings(max_examples=500, deadline=None)
@given(st.text())
def test_a_subject_reads_back_cleaned(subject):
    wanted = " ".join(subject.split())
    if wanted.isprintable():
        assert parsed(mail(subject=f"News {wanted}"))["Subject"] == f"News {wanted}".strip()


def test_the_boundary_cannot_occur_in_the_parts():
    rendered = (encode("<p>--=_ =</p>\n"),), (encode("a \nb\t\n.\n..\n=\n--=_" + IDENTITY + "\n"),)
    plain, _ = parsed(assemble(Body(*rendered), HEAD, ENVELOPE)).iter_parts()
    assert unix(plain.get_content()) == "a \nb\t\n.\n..\n=\n--=_" + IDENTITY + "\n"


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
