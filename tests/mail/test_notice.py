"""Notices to the operator."""

import email
import email.policy
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.mail.inbox import InboxTransport
from broadsheet.mail.notice import send_notice
from broadsheet.mail.transport import Outcome, Phase, Result
from broadsheet.settings import Settings

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path):
    return Settings(home=str(tmp_path), notices_to="operator@example.org", digest_to="reader@example.org")


@pytest.fixture
def mails(settings):
    def read():
        files = sorted(settings.inbox_path.glob("*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]

    return read


def test_a_notice_is_a_plain_mail(settings, mails):
    outcome = send_notice(settings, "It failed — twice", "ünder the bridge\n\nline two", NOW)
    assert outcome.result is Result.ACCEPTED
    (mail,) = mails()
    assert mail["To"] == "operator@example.org"
    assert mail["Subject"] == "It failed — twice"
    assert mail["Date"].datetime == NOW
    assert mail.get_content().splitlines() == ["ünder the bridge", "", "line two"]


def test_without_an_operator_the_reader_is_told(settings, mails, tmp_path):
    send_notice(Settings(home=str(tmp_path), digest_to="reader@example.org"), "s", "t", NOW)
    assert mails()[0]["To"] == "reader@example.org"


def test_without_anybody_nobody_is(tmp_path):
    assert send_notice(Settings(home=str(tmp_path)), "s", "t", NOW) is None


def test_the_same_notice_goes_once_a_day(settings, mails):
    for hours in (0, 1, 19):
        send_notice(settings, "s", "t", NOW + timedelta(hours=hours))
    assert len(mails()) == 1
    send_notice(settings, "s", "t", NOW + timedelta(hours=21))
    assert len(mails()) == 2


def test_another_failure_is_told_at_once(settings, mails):
    send_notice(settings, "s", "the lock is held", NOW)
    send_notice(settings, "s", "the disk is full", NOW)
    assert len(mails()) == 2


def test_a_notice_that_could_not_be_sent_is_tried_again(settings, mails):
    class Away(InboxTransport):
        def open(self):
            return nullcontext(self)

        def send(self, *_):
            return Outcome(Result.DEFERRED, Phase.CONNECT)

    assert send_notice(settings, "s", "t", NOW, Away(settings.inbox_path)).result is Result.DEFERRED
    assert send_notice(settings, "s", "t", NOW).result is Result.ACCEPTED


def test_a_header_cannot_be_smuggled_in(settings, mails):
    send_notice(settings, "s\r\nBcc: someone@example.org", "t", NOW)
    assert mails()[0]["Bcc"] is None
