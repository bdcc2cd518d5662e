"""A Maildir of bounces: what waits is dealt with once, whatever happens in between."""

import os

import msgspec
import pytest

from broadsheet.mail.bounces.collecting import CollectReport
from broadsheet.mail.bounces.maildir import Maildir
from broadsheet.mail.errors import MailError
from broadsheet.mail.schema import bounce_events
from broadsheet.settings import SettingsError
from mail.bounces.postbag import READER, sample


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_without_a_mailbox_there_is_nothing_to_do(office):
    office.settings = msgspec.structs.replace(office.settings, bounce_mailbox="")
    assert office.collect() == CollectReport()


@pytest.mark.parametrize("mailbox", ["maildir:", "/var/mail/bounces", "pop3://u:p@host"])
def test_a_mailbox_that_cannot_be_meant(office, mailbox):
    office.settings = msgspec.structs.replace(office.settings, bounce_mailbox=mailbox)
    with pytest.raises(SettingsError, match="maildir:/path or imaps://"):
        office.collect()


def test_a_folder_that_is_no_maildir_is_named(office):
    office.settings = msgspec.structs.replace(
        office.settings, bounce_mailbox=f"maildir:{office.maildir.parent}"
    )
    with pytest.raises(MailError, match="no Maildir"):
        office.collect()


def test_mails_are_moved_where_they_belong_and_kept_whole(office):
    office.drop(sample("postfix-user-unknown"), "1.mx")
    office.drop(sample("unknown-form"), "2.mx")
    (office.maildir / "cur" / "3.mx:2,S").write_bytes(sample("unsubscribe"))
    report = office.collect()
    assert report.kinds == {"hard": 1, "unsubscribe": 1}
    assert report.quarantined == {"a bounce in a form that is not known": 1}
    assert names(office.maildir / "new") == names(office.maildir / "cur") == []
    done = office.maildir / ".Processed" / "cur"
    assert names(done) == ["1.mx:2,S", "3.mx:2,S"]
    assert (done / "1.mx:2,S").read_bytes() == sample("postfix-user-unknown")
    assert names(office.maildir / ".Quarantine" / "cur") == ["2.mx:2,S"]
    assert office.collect() == CollectReport()


def test_a_crash_before_the_mail_is_moved_changes_nothing(either_office, monkeypatch):
    office = either_office
    office.drop(sample("postfix-user-unknown"))

    def crash(self, mail):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Maildir, "done", crash)
        with pytest.raises(KeyboardInterrupt):
            office.collect()
    before = office.everything()
    assert office.suppressed_for == "hard_bounce"
    report = office.collect()
    assert (report.repeated, report.suppressed, report.kinds) == (1, 0, {})
    assert office.everything() == before


def test_if_what_follows_cannot_be_done_nothing_is_and_the_mail_waits(office, monkeypatch):
    office.drop(sample("postfix-user-unknown"))

    def fail(con, hashed, suppression):
        raise MailError("no")

    with monkeypatch.context() as patched:
        patched.setattr("broadsheet.mail.suppressions.suppress", fail)
        with pytest.raises(MailError):
            office.collect()
    assert office.rows(bounce_events) == []
    assert office.collect().kinds == {"hard": 1}
    assert office.suppressed_for == "hard_bounce"


def test_fifty_megabytes_are_not_read_whole(office):
    office.drop(sample("postfix-user-unknown") + b"x" * 50_000_000, "1.mx")
    office.drop(sample("unknown-form") + b"x" * 50_000_000, "2.mx")
    report = office.collect()
    assert report.kinds == {"hard": 1}
    assert report.quarantined == {
        "a bounce in a form that is not known; it has more than 2,000,000 bytes, of which no more are read": 1
    }


def test_what_is_no_mail_file_is_left_alone(office):
    (office.maildir / "new" / "folder").mkdir()
    (office.maildir / "new" / "link").symlink_to(office.maildir.parent / "secret.key")
    os.mkfifo(office.maildir / "new" / "pipe")
    assert office.collect() == CollectReport()
    assert names(office.maildir / "new") == ["folder", "link", "pipe"]


def test_logs_hold_a_reason_and_no_address(office, caplog):
    office.drop(sample("report-without-recipient"))
    office.collect()
    assert "a delivery status without a recipient" in caplog.text
    assert READER not in caplog.text
    (event,) = office.rows(bounce_events)
    assert event["reason"] == "quarantined: a delivery status without a recipient"
