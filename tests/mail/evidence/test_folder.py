"""A folder of mails as evidence, kept by the sample inbox."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.mail.evidence.folder import SETTLED_AFTER, Folder
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.relay import read_relay
from broadsheet.mail.smtp import SmtpTransport
from broadsheet.mail.transport import Evidence
from broadsheet.sample.inbox import Inbox

MAIL = b"Message-ID: <one@papers.example>\r\nSubject: S\r\n\r\nMessage-ID: <quoted@papers.example>\r\n"


@pytest.fixture
def folder(tmp_path):
    with Inbox(tmp_path) as inbox, SmtpTransport(read_relay(inbox.url)).open() as session:
        message = Message("0" * 32, datetime.now(UTC), MAIL)
        session.send(message, Envelope("a@papers.example", "b@example.org"), lambda: None)
    return tmp_path


def lookup(folder, message_id, since=None, after=SETTLED_AFTER):
    since = since or datetime.now(UTC)
    return Folder(folder, now=lambda: since + after).lookup(message_id, since)


def test_a_mail_in_the_folder_was_accepted(folder):
    assert lookup(folder, "<one@papers.example>") is Evidence.ACCEPTED


@pytest.mark.parametrize("other", ["<quoted@papers.example>", "<one@papers.exampl>", "<.*@papers.example>"])
def test_another_mail_is_not_taken_for_it(folder, other):
    assert lookup(folder, other) is Evidence.ABSENT


def test_absence_counts_once_it_had_time_to_be_written(folder):
    assert lookup(folder, "<two@papers.example>", after=timedelta(seconds=4)) is Evidence.LATER
    assert lookup(folder, "<two@papers.example>") is Evidence.ABSENT


def test_mails_from_long_before_are_not_read(folder):
    (path,) = folder.glob("*.eml")
    os.utime(path, (0, 0))
    assert lookup(folder, "<one@papers.example>") is Evidence.ABSENT


def test_without_a_folder_nothing_is_known(tmp_path):
    assert lookup(tmp_path / "none", "<one@papers.example>") is Evidence.UNKNOWN
