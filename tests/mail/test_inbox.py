"""The embedded inbox as a folder."""

import pytest

from broadsheet.mail.inbox import InboxTransport
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.transport import Evidence, Result
from broadsheet.sample.maildrop import read_inbox
from digest.made_up import UNTIL

ENVELOPE = Envelope("digest@papers.example", "ada@example.org")
MESSAGE = Message("0" * 32, UNTIL, b"Message-ID: <one@papers.example>\r\nSubject: One\r\n\r\nHello\r\n")


def drop(folder, message=MESSAGE, before_dot=lambda: None):
    with InboxTransport(folder).open() as session:
        return session.send(message, ENVELOPE, before_dot)


def test_a_dropped_mail_is_read_back_with_its_envelope(tmp_path):
    assert drop(tmp_path / "inbox").result is Result.ACCEPTED
    (received,) = read_inbox(tmp_path / "inbox")
    assert (received.sender, received.recipients) == ("digest@papers.example", ("ada@example.org",))
    assert received.content == MESSAGE.data


def test_dropping_it_twice_leaves_one_file(tmp_path):
    drop(tmp_path)
    drop(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_the_mail_is_not_there_before_the_dot(tmp_path):
    seen = []
    drop(tmp_path, before_dot=lambda: seen.append(read_inbox(tmp_path)))
    assert seen == [()]


def test_what_stops_it_before_the_dot_keeps_it_out(tmp_path):
    def full() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        drop(tmp_path, before_dot=full)
    assert read_inbox(tmp_path) == ()
    assert InboxTransport(tmp_path).lookup("<one@papers.example>", UNTIL) is Evidence.ABSENT


def test_many_mails_of_one_moment_stay_apart(tmp_path):
    for number in range(20):
        drop(tmp_path, Message(f"{number:032x}", UNTIL, f"Message-ID: <{number}@x>\r\n\r\n".encode()))
    assert len(read_inbox(tmp_path)) == 20


def test_an_international_address_is_kept(tmp_path):
    envelope = Envelope("digest@papers.example", "用户@example.org", smtputf8=True)
    with InboxTransport(tmp_path).open() as session:
        session.send(MESSAGE, envelope, lambda: None)
    assert read_inbox(tmp_path)[0].recipients == ("用户@example.org",)


def test_the_file_is_the_evidence(tmp_path):
    inbox = InboxTransport(tmp_path)
    assert inbox.lookup("<one@papers.example>", UNTIL) is Evidence.ABSENT
    drop(tmp_path)
    assert inbox.lookup("<one@papers.example>", UNTIL) is Evidence.ACCEPTED
    assert inbox.lookup("<two@papers.example>", UNTIL) is Evidence.ABSENT


def test_a_folder_that_cannot_be_written_means_later(tmp_path):
    (tmp_path / "inbox").write_text("a file, not a folder")
    outcome = drop(tmp_path / "inbox")
    assert outcome.result is Result.DEFERRED
    assert "cannot be written" in outcome.reply
