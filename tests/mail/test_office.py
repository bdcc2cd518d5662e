"""All that is due goes out in one call; what people do by hand is done and noted."""

import logging
import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from msgspec.structs import replace

from broadsheet.errors import UsageError
from broadsheet.mail import office
from broadsheet.mail.address import AddressError
from broadsheet.mail.database import open_database
from broadsheet.mail.errors import MailBusyError
from broadsheet.mail.ledger import Shard
from broadsheet.mail.locks import shard_lock
from broadsheet.mail.office import Verdict, deliver_due
from broadsheet.mail.schema import attempts
from broadsheet.mail.states import State
from broadsheet.mail.transport import Evidence
from broadsheet.settings import SettingsError
from mail.mailroom import Scripted, accepted, deferred, lost, refused


def subject(mail):
    return message_from_bytes(mail, policy=policy.default)["Subject"]


@pytest.fixture
def deliver(newsroom, database_url):
    """``deliver(moment)``: what is due then, to the one subscriber of the settings and everybody else."""
    settings = replace(newsroom.settings, database_url=database_url)

    def deliver_at(moment, transport=None, **changed):
        return deliver_due(replace(settings, **changed), lambda: moment, transport)

    deliver_at.settings = settings
    return deliver_at


def test_the_subscriber_of_the_settings_gets_the_digest_once(newsroom, deliver, first_day, second_day, at):
    newsroom.publish(first_day, second_day)
    report = deliver(at("2026-11-20T07:05"))
    assert (report.done, report.closed) == ({State.ACCEPTED: 1}, ("2026-11-20T07:00Z",))
    assert not list((newsroom.settings.home_path / "locks").glob("2026*"))
    (mail,) = newsroom.inbox()
    assert subject(mail) == "Trending papers of 20 Nov 2026: a first look at all 5"
    for minutes in (1, 20, 300):
        again = deliver(at("2026-11-20T07:05") + timedelta(minutes=minutes))
        assert (again.done, again.opened.run_key) == ({}, None if minutes > 10 else "2026-11-20T07:00Z")
    assert newsroom.inbox() == [mail]


def test_the_next_digest_tells_what_changed_since_the_last_delivered(
    newsroom, deliver, first_day, second_day, at
):
    newsroom.publish(first_day)
    deliver(at("2026-11-19T07:05"))
    newsroom.publish(first_day, second_day)
    deliver(at("2026-11-20T07:05"))
    assert subject(newsroom.inbox()[1]) == "Trending papers of 20 Nov 2026: 1 new"


def test_a_quiet_day_sends_nothing_and_is_noted(newsroom, deliver, first_day, at):
    newsroom.publish(first_day)
    deliver(at("2026-11-19T07:05"))
    report = deliver(at("2026-11-20T07:05"))
    assert (report.done, report.opened.excluded) == ({}, {"nothing_new": 1})
    assert len(newsroom.inbox()) == 1


def test_a_mail_that_could_not_be_sent_in_time_makes_way_and_its_news_is_not_lost(
    newsroom, deliver, first_day, second_day, at
):
    newsroom.publish(first_day)
    deliver(at("2026-11-19T07:05"), Scripted(lambda _: deferred()))
    newsroom.publish(first_day, second_day)
    relay = Scripted()
    report = deliver(at("2026-11-20T07:05"), relay)
    assert report.done == {State.ACCEPTED: 1}
    assert subject(relay.mails[0][1]) == "Trending papers of 20 Nov 2026: a first look at all 5"


def test_nobody_to_write_to_is_said(newsroom, deliver, first_day, at):
    newsroom.publish(first_day)
    report = deliver(at("2026-11-19T07:05"), digest_to="")
    assert (report.sent, report.opened.reason) == ((), "nobody is due")


def test_addresses_stay_out_of_logs_and_reports(newsroom, deliver, first_day, at, caplog):
    caplog.set_level(logging.DEBUG)
    newsroom.publish(first_day)
    report = deliver(at("2026-11-19T07:05"), Scripted(lambda _: refused()))
    assert "example.org" not in caplog.text + repr(report)


def test_a_paused_run_waits_until_it_is_resumed(mailroom):
    room, relay = mailroom(2), Scripted()
    office.pause(room.settings, room.run_key)
    assert deliver_due(room.settings, lambda: room.now, relay).done == {}
    with pytest.raises(UsageError, match="nothing to pause"):
        office.pause(room.settings, room.run_key)
    office.resume(room.settings, room.run_key)
    assert deliver_due(room.settings, lambda: room.now, relay).done == {State.ACCEPTED: 2}
    with pytest.raises(UsageError, match="only a paused run"):
        office.resume(room.settings, room.run_key)


def test_an_aborted_run_counts_what_was_sent_and_gives_up_the_rest(mailroom):
    room = mailroom(3)
    relay = Scripted(lambda to: {"1": accepted, "2": deferred, "3": lost}[to[0]](), Evidence.LATER)
    room.send(relay)
    assert office.abort(room.settings, room.run_key, room.now, Scripted(evidence=Evidence.ACCEPTED)) == 1
    assert [room.row(number)["state"] for number in (1, 2, 3)] == ["accepted", "aborted", "accepted"]
    assert (room.run["state"], room.run["closed_at"]) == ("aborted", room.now)
    assert room.told() == {1, 3}
    assert room.history(2)[-1] == "aborted"
    assert {row["text"] for row in room.rows(attempts) if row["event"] == "aborted"} == {"aborted by hand"}
    with pytest.raises(UsageError, match="nothing to abort"):
        office.abort(room.settings, room.run_key, room.now)


def test_a_run_whose_sender_does_not_end_is_not_aborted_under_its_hands(mailroom):
    room = mailroom(1)
    settings = replace(room.settings, lock_timeout_seconds=0.1)
    with (
        open_database(settings) as database,
        shard_lock(settings, database, Shard(room.run_key, 0)),
        pytest.raises(MailBusyError),
    ):
        office.abort(settings, room.run_key, room.now)
    assert (room.run["state"], room.states) == ("aborted", {"pending": 1})
    assert room.send(Scripted()).done == {}
    assert office.abort(settings, room.run_key, room.now) == 1


def test_doubts_are_settled_by_hand(mailroom):
    room = mailroom(2)
    room.send(Scripted(lambda _: lost(), Evidence.LATER))
    assert office.resolve(room.settings, room.run_key, Verdict.SENT, room.now) == 2
    assert room.states == {"accepted": 2}
    assert room.told() == {1, 2}
    assert room.history(1)[-1] == "accepted"
    assert office.resolve(room.settings, room.run_key, Verdict.SENT, room.now) == 0


def test_what_was_left_to_a_person_is_sent_again_even_after_the_run_was_over(mailroom):
    room = mailroom(1)
    room.send(Scripted(lambda _: lost(), Evidence.ABSENT))
    deliver_due(room.settings, lambda: room.now, Scripted())
    assert (room.run["state"], room.states) == ("done", {"quarantined": 1})
    room.now += timedelta(days=2)
    assert office.resolve(room.settings, room.run_key, Verdict.RESEND, room.now) == 1
    relay = Scripted()
    report = deliver_due(room.settings, lambda: room.now, relay)
    assert (room.run["state"], room.states) == ("done", {"accepted": 1})
    assert room.run_key in report.closed


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"digest_timezone": "Mars/Base"}, SettingsError),
        ({"digest_lists": ("newest",)}, SettingsError),
        ({"digest_to": "nobody"}, AddressError),
        ({"digest_from": "a@b\r\nBcc: c@d"}, AddressError),
        ({"bounce_address": "nobody"}, AddressError),
        ({"smtp_url": "smtp:relay"}, SettingsError),
        ({"evidence": "nowhere"}, SettingsError),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_nobody_is_lost(
    newsroom, deliver, first_day, at, settings, error
):
    newsroom.publish(first_day)
    relay = {"smtp_url": "smtp://127.0.0.1:9"} | settings
    with pytest.raises(error, match=next(iter(settings))):
        deliver(at("2026-11-19T07:05"), **relay)
    assert deliver(at("2026-11-19T07:06")).done == {State.ACCEPTED: 1}


def test_a_digest_a_day_over_a_month_misses_and_repeats_nothing(newsroom, deliver, at):
    boards = [
        ("trending", f"2026-11-{day:02d}T06:00", tuple(f"2611.{n:05d}" for n in range(day, day + 4)))
        for day in range(1, 29)
    ]
    days = (1, 2, 3, 9, 10, 20, 21, 28)
    new = 0
    for day in days:
        newsroom.publish(*boards[:day])
        deliver(at("2026-11-01T07:05") + timedelta(days=day - 1))
        said = re.search(r"all (\d+)|(\d+) new", subject(newsroom.inbox()[-1]))
        new += int(said[1] or said[2])
    assert len(newsroom.inbox()) == len(days)
    assert new == len({paper for day in days for paper in boards[day - 1][2]})
