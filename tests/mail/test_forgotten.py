"""A mail database that is put back from before a run: its digests are not sent once more."""

import shutil

import pytest

from broadsheet.mail.errors import MailError
from broadsheet.mail.office import deliver_due


@pytest.fixture
def put_back(newsroom, first_day, at, tmp_path):
    """A home whose run of the 19th was sent, with the database of before."""
    newsroom.publish(first_day)
    home, old = newsroom.settings.home_path, tmp_path / "old"
    deliver_due(newsroom.settings, lambda: at("2026-11-18T23:00"))
    old.mkdir()
    for file in home.glob("mail.sqlite*"):
        shutil.copy(file, old)
    deliver_due(newsroom.settings, lambda: at("2026-11-19T07:00"))
    assert len(newsroom.inbox()) == 1
    for file in home.glob("mail.sqlite*"):
        file.unlink()
    shutil.copytree(old, home, dirs_exist_ok=True)
    return newsroom


def test_digests_that_only_the_journals_know_are_not_sent_again(put_back, at):
    with pytest.raises(MailError, match="2026-11-19T07-00Z tells of a run"):
        deliver_due(put_back.settings, lambda: at("2026-11-19T07:20"))
    assert len(put_back.inbox()) == 1


def test_they_are_if_somebody_says_so(put_back, at):
    shutil.rmtree(put_back.settings.journal_path / "2026-11-19T07-00Z")
    deliver_due(put_back.settings, lambda: at("2026-11-19T07:20"))
    assert len(put_back.inbox()) == 2


def test_after_every_deadline_they_are_in_nobodys_way(put_back, at):
    assert deliver_due(put_back.settings, lambda: at("2026-11-23T07:20")).opened.new
