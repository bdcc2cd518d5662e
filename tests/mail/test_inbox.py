"""The embedded inbox as a folder."""

from broadsheet.mail.inbox import InboxTransport
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.transport import Evidence, Result
from broadsheet.sample.maildrop import read_inbox
from digest.made_up import UNTIL

ENVELOPE = Envelope("digest@papers.example", "ada@example.org")
MESSAGE = Message("0" * 32, UNTIL, b"Message-ID: <one@papers.example>\r\nSubject: One\r\n\r\nHello\r\n")


def drop(folder, message=MESSAGE):
    with InboxTransport(folder).open() as session:
        return session.send(message, ENVELOPE, lambda: None)


def test_a_dropped_mail_is_read_back_with_its_envelope(tmp_path):
    assert drop(tmp_path / "inbox").result is Result.ACCEPTED
    (received,) = read_inbox(tmp_path / "inbox")
    assert (received.sender, received.recipients) == ("digest@papers.example", ("ada@example.org",))
    assert received.content == MESSAGE.data


def test_dropping_it_twice_leaves_one_file(tmp_path):
    drop(tmp_path)
    drop(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


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
