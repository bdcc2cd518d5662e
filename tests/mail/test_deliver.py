"""One digest a day, the right window, once."""

import logging
from contextlib import nullcontext
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from msgspec.structs import replace

from broadsheet.errors import TryAgainError
from broadsheet.mail.address import AddressError
from broadsheet.mail.deliver import DeliveryOutcome, deliver
from broadsheet.mail.deliveries import State, open_deliveries
from broadsheet.mail.errors import MailError
from broadsheet.mail.lock import sender_lock
from broadsheet.mail.transport import Evidence, Outcome, Phase, Result
from broadsheet.settings import SettingsError


class Scripted:
    """A transport that answers as told and keeps what it was given."""

    def __init__(self, *results, evidence=Evidence.UNKNOWN):
        self.results = list(results)
        self.evidence = evidence
        self.sent = []

    def open(self):
        return nullcontext(self)

    def send(self, message, envelope, before_dot):
        result = self.results.pop(0)
        self.sent.append(message.data)
        if result is not Result.DEFERRED:
            before_dot()
        return Outcome(result, Phase.DOT, 250 if result is Result.ACCEPTED else 451, reply="said so")

    def lookup(self, message_id, since):
        return self.evidence


def subject(mail):
    return message_from_bytes(mail, policy=policy.default)["Subject"]


def test_the_first_digest_introduces_the_list(newsroom, first_day, at):
    newsroom.publish(first_day)
    report = deliver(newsroom.settings, at("2026-11-19T07:00"))
    assert report.outcome is DeliveryOutcome.SENT
    assert report.news["new"] == 5
    assert [subject(mail) for mail in newsroom.inbox()] == [
        "Trending papers of 19 Nov 2026: a first look at all 5"
    ]


def test_running_it_again_changes_nothing(newsroom, first_day, at):
    newsroom.publish(first_day)
    deliver(newsroom.settings, at("2026-11-19T07:00"))
    (before,) = newsroom.inbox()
    for hour in (7, 8, 23):
        report = deliver(newsroom.settings, at(f"2026-11-19T{hour:02d}:01"))
        assert report.outcome is DeliveryOutcome.ALREADY_SENT
    assert newsroom.inbox() == [before]


def test_the_next_digest_tells_what_changed_since_the_last_delivered(newsroom, first_day, second_day, at):
    newsroom.publish(first_day)
    deliver(newsroom.settings, at("2026-11-19T07:00"))
    newsroom.publish(first_day, second_day)
    report = deliver(newsroom.settings, at("2026-11-20T07:00"))
    assert (report.news["new"], report.news["left"]) == (1, 1)
    assert subject(newsroom.inbox()[1]) == "Trending papers of 20 Nov 2026: 1 new"


def test_a_board_that_came_late_is_no_baseline_nobody_was_told_of(newsroom, first_day, second_day, at):
    newsroom.publish(first_day)
    deliver(newsroom.settings, at("2026-11-19T09:00"))
    late = ("trending", "2026-11-19T08:00", second_day[2])
    newsroom.publish(first_day, late)
    report = deliver(newsroom.settings, at("2026-11-20T07:00"))
    assert report.news["new"] == 1


def test_a_quiet_day_sends_nothing_and_says_so(newsroom, first_day, at):
    newsroom.publish(first_day)
    deliver(newsroom.settings, at("2026-11-19T07:00"))
    for _ in range(2):
        report = deliver(newsroom.settings, at("2026-11-20T07:00"))
        assert report.outcome is DeliveryOutcome.QUIET
        assert "quiet" in report.reason
    assert len(newsroom.inbox()) == 1


def test_news_after_a_quiet_morning_still_goes_out_that_day(newsroom, first_day, at):
    newsroom.publish(first_day)
    deliver(newsroom.settings, at("2026-11-19T07:00"))
    deliver(newsroom.settings, at("2026-11-20T07:00"))
    newsroom.publish(first_day, ("trending", "2026-11-20T09:00", (*first_day[2], "2611.00099")))
    assert deliver(newsroom.settings, at("2026-11-20T10:00")).outcome is DeliveryOutcome.SENT


def test_nothing_goes_out_before_its_hour_in_its_zone(newsroom, first_day, at):
    newsroom.publish(first_day)
    settings = replace(newsroom.settings, digest_timezone="Asia/Kolkata", digest_hour=7)
    assert deliver(settings, at("2026-11-20T01:29")).outcome is DeliveryOutcome.NOT_DUE
    assert deliver(settings, at("2026-11-20T01:30")).outcome is DeliveryOutcome.SENT


def test_nothing_is_sent_before_anything_is_known(newsroom, first_day, at):
    now = at("2026-11-19T07:00")
    assert deliver(newsroom.settings, now).outcome is DeliveryOutcome.NOTHING_KNOWN
    newsroom.publish(first_day)
    nowhere = replace(newsroom.settings, digest_lists=("daily",))
    report = deliver(nowhere, now)
    assert report.outcome is DeliveryOutcome.NOTHING_KNOWN
    assert "daily" in report.reason


def test_without_a_recipient_nothing_happens(newsroom, at):
    settings = replace(newsroom.settings, digest_to="")
    assert deliver(settings, at("2026-11-19T07:00")).outcome is DeliveryOutcome.NO_RECIPIENT
    assert not newsroom.settings.mail_path.exists()


def test_several_lists_share_one_mail_each_with_its_own_baseline(newsroom, first_day, second_day, at):
    settings = replace(newsroom.settings, digest_lists=("trending", "daily"))
    newsroom.publish(first_day, ("daily:2026-11-19", "2026-11-19T05:00", ("2611.00050",)))
    deliver(settings, at("2026-11-19T07:00"))
    newsroom.publish(
        first_day,
        ("daily:2026-11-19", "2026-11-19T05:00", ("2611.00050",)),
        ("daily:2026-11-19", "2026-11-19T20:00", ("2611.00050", "2611.00051")),
        ("daily:2026-11-20", "2026-11-20T05:00", ("2611.00060",)),
    )
    report = deliver(settings, at("2026-11-20T07:00"))
    assert report.news["new"] == 2
    assert subject(newsroom.inbox()[1]) == "Daily papers of 20 Nov 2026: 2 new"


def test_a_deferred_mail_is_tried_again_with_the_same_bytes(newsroom, first_day, at):
    newsroom.publish(first_day)
    transport = Scripted(Result.DEFERRED, Result.ACCEPTED)
    first = deliver(newsroom.settings, at("2026-11-19T07:00"), transport)
    assert (first.outcome, first.try_again) == (DeliveryOutcome.DEFERRED, True)
    second = deliver(newsroom.settings, at("2026-11-19T07:20"), transport)
    assert second.outcome is DeliveryOutcome.SENT
    assert transport.sent[0] == transport.sent[1]


def test_a_mail_that_cannot_be_sent_for_long_makes_way_for_the_next(newsroom, first_day, second_day, at):
    newsroom.publish(first_day)
    transport = Scripted(Result.DEFERRED, Result.ACCEPTED)
    deliver(newsroom.settings, at("2026-11-19T07:00"), transport)
    newsroom.publish(first_day, second_day)
    report = deliver(newsroom.settings, at("2026-11-20T07:00"), transport)
    assert report.outcome is DeliveryOutcome.SENT
    assert report.subject == "Trending papers of 20 Nov 2026: a first look at all 5"


def test_a_given_up_mail_without_later_news_is_prepared_anew(newsroom, first_day, at):
    newsroom.publish(first_day)
    transport = Scripted(Result.DEFERRED, Result.ACCEPTED)
    first = deliver(newsroom.settings, at("2026-11-19T07:00"), transport)
    second = deliver(newsroom.settings, at("2026-11-20T07:00"), transport)
    assert second.outcome is DeliveryOutcome.SENT
    assert second.delivery_id == first.delivery_id


def test_a_refused_mail_waits_for_the_next_day_and_its_news_is_not_lost(newsroom, first_day, second_day, at):
    newsroom.publish(first_day)
    transport = Scripted(Result.REFUSED, Result.ACCEPTED)
    assert deliver(newsroom.settings, at("2026-11-19T07:00"), transport).outcome is DeliveryOutcome.FAILED
    assert deliver(newsroom.settings, at("2026-11-19T08:00"), transport).outcome is DeliveryOutcome.FAILED
    assert len(transport.sent) == 1
    newsroom.publish(first_day, second_day)
    report = deliver(newsroom.settings, at("2026-11-20T07:00"), transport)
    assert (report.outcome, report.news["new"]) == (DeliveryOutcome.SENT, 5)


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (Evidence.ACCEPTED, DeliveryOutcome.SENT),
        (Evidence.UNKNOWN, DeliveryOutcome.PRESUMED_SENT),
        (Evidence.ABSENT, DeliveryOutcome.DEFERRED),
    ],
)
def test_doubt_is_settled_by_evidence_else_presumed_sent(newsroom, first_day, at, evidence, outcome):
    newsroom.publish(first_day)
    transport = Scripted(Result.IN_DOUBT, evidence=evidence)
    assert deliver(newsroom.settings, at("2026-11-19T07:00"), transport).outcome is outcome


def test_what_was_presumed_sent_is_the_next_baseline(newsroom, first_day, second_day, at):
    newsroom.publish(first_day)
    deliver(newsroom.settings, at("2026-11-19T07:00"), Scripted(Result.IN_DOUBT))
    newsroom.publish(first_day, second_day)
    assert deliver(newsroom.settings, at("2026-11-20T07:00")).news["new"] == 1


def test_a_second_sender_is_told_to_try_again(newsroom, first_day, at):
    newsroom.publish(first_day)
    with sender_lock(newsroom.settings.mail_path), pytest.raises(TryAgainError, match="another process"):
        deliver(newsroom.settings, at("2026-11-19T07:00"))
    assert newsroom.inbox() == []


def test_the_store_keeps_the_mail_as_it_was_sent(newsroom, first_day, at):
    newsroom.publish(first_day)
    report = deliver(newsroom.settings, at("2026-11-19T07:00"))
    with open_deliveries(newsroom.settings.mail_path) as deliveries:
        kept = deliveries.of_run("2026-11-19", "reader@example.org")
    assert (kept.state, kept.delivery_id) == (State.SENT, report.delivery_id)
    assert kept.message.data == newsroom.inbox()[0]


def test_every_day_is_told_the_newest_first(newsroom, first_day, at):
    newsroom.publish(first_day)
    sent = deliver(newsroom.settings, at("2026-11-19T07:00"))
    deliver(newsroom.settings, at("2026-11-20T07:00"))
    with open_deliveries(newsroom.settings.mail_path) as deliveries:
        quiet, told = deliveries.days()
    assert (quiet.run, quiet.state) == ("2026-11-20", "quiet")
    assert (told.state, told.edition_key, told.subject) == ("sent", sent.edition_key, sent.subject)
    assert told.boards == (("trending", None, 1000),)


def test_addresses_stay_out_of_logs_reports_and_other_peoples_files(newsroom, first_day, at, caplog):
    caplog.set_level(logging.DEBUG)
    newsroom.publish(first_day)
    report = deliver(newsroom.settings, at("2026-11-19T07:00"))
    assert "example.org" not in caplog.text + repr(report)
    assert newsroom.settings.mail_path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"digest_timezone": "Mars/Base"}, SettingsError),
        ({"digest_lists": ("newest",)}, SettingsError),
        ({"digest_to": "nobody"}, AddressError),
        ({"digest_from": "a@b\r\nBcc: c@d"}, AddressError),
        ({"smtp_url": "smtp:relay"}, SettingsError),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(newsroom, at, settings, error):
    with pytest.raises(error, match=next(iter(settings))):
        deliver(replace(newsroom.settings, **settings), at("2026-11-19T07:00"))


def test_a_store_that_is_no_database_is_named(newsroom, first_day, at):
    newsroom.publish(first_day)
    newsroom.settings.mail_path.write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(MailError, match=r"mail\.sqlite"):
        deliver(newsroom.settings, at("2026-11-19T07:00"))


def test_a_store_from_the_future_is_refused(newsroom, first_day, at):
    import sqlite3

    newsroom.publish(first_day)
    with sqlite3.connect(newsroom.settings.mail_path) as con:
        con.execute("PRAGMA user_version = 99")
    with pytest.raises(MailError, match="newer version"):
        deliver(newsroom.settings, at("2026-11-19T07:00"))


def test_a_digest_a_day_over_a_month_misses_and_repeats_nothing(newsroom, at):
    boards = [
        ("trending", f"2026-11-{day:02d}T06:00", tuple(f"2611.{n:05d}" for n in range(day, day + 4)))
        for day in range(1, 29)
    ]
    days = (1, 2, 3, 9, 10, 20, 21, 28)
    told = 0
    for day in days:
        newsroom.publish(*boards[:day])
        told += deliver(newsroom.settings, at("2026-11-01T07:00") + timedelta(days=day - 1)).news["new"]
    seen = {paper for day in days for paper in boards[day - 1][2]}
    assert told == len(seen)
