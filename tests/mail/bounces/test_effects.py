"""What follows from reports: whom nobody writes to any more, after how many of them, and what is remembered."""

import json
from datetime import timedelta

import pytest

from broadsheet.mail import subscribers as subscriptions
from broadsheet.mail.consent import Act
from broadsheet.mail.schema import attempts, bounce_events, consent_events, suppressions
from broadsheet.mail.tokens import unsubscribe_address
from mail.bounces.postbag import (
    BASE,
    DELIVERY,
    NOW,
    OTHER_PROOFS,
    READER,
    SECRET,
    SUBSCRIBER,
    UNSUBSCRIBE_ADDRESS,
    about,
    sample,
)

DAY = timedelta(days=1)


def soft_bounces(office, days, start=0):
    """One soft bounce on each of ``days``; whether the reader is suppressed after each."""
    after = []
    for number, day in enumerate(days, start):
        delivery = office.deliver(f"2026-10-{number + 1:02d}T07:00Z")
        office.drop(about(delivery, f"<soft.{number}@mx.uni.example>"), f"{number}.mx")
        office.collect(NOW + day * DAY)
        after.append(office.suppressed_for)
    return after


def test_a_hard_bounce_suppresses_at_once_and_says_what_it_was(either_office):
    either_office.drop(sample("postfix-user-unknown"))
    assert either_office.collect().suppressed == 1
    (row,) = either_office.rows(suppressions)
    assert (row["reason"], row["delivery_id"], row["since"]) == ("hard_bounce", DELIVERY, NOW)
    (event,) = either_office.rows(bounce_events)
    assert (event["delivery_id"], event["subscriber_id"]) == (DELIVERY, SUBSCRIBER)
    assert (event["kind"], event["status"]) == ("hard", "5.1.1")
    (attempt,) = either_office.rows(attempts)
    assert (attempt["delivery_id"], attempt["event"], attempt["phase"]) == (DELIVERY, "hard", "report")
    assert attempt["text"] == "5.1.1 there is no such address"
    assert either_office.state == "active"


def test_five_days_of_soft_bounces_suppress(office):
    assert soft_bounces(office, range(5)) == [None] * 4 + ["soft_bounces"]


def test_soft_bounces_of_one_day_count_once(office):
    one_day = [hour / 24 for hour in range(6)]
    assert soft_bounces(office, [*one_day, 1, 2, 3]) == [None] * 9
    assert soft_bounces(office, [4], start=9) == ["soft_bounces"]


def test_soft_bounces_are_forgotten_after_thirty_days(office):
    assert soft_bounces(office, [0, 10, 20, 25, 30.5]) == [None] * 5
    assert soft_bounces(office, [31], start=5) == ["soft_bounces"]


def test_soft_bounces_before_a_suppression_was_lifted_do_not_count(office):
    soft_bounces(office, range(5))
    with office.opened() as database, database.write() as con:
        subscriptions.unsuppress(con, SUBSCRIBER, Act(NOW + 4.5 * DAY, "cli"))
    assert soft_bounces(office, [5, 6, 7, 8], start=5) == [None] * 4
    assert soft_bounces(office, [9], start=9) == ["soft_bounces"]


@pytest.mark.parametrize(
    "name", ["postfix-dnsbl", "postfix-delayed", "postfix-delivered", "vacation-rfc3834"]
)
def test_what_is_no_bounce_suppresses_nobody(office, name):
    office.drop(sample(name))
    office.collect()
    assert office.suppressed_for is None


def test_a_complaint_suppresses_for_good_and_is_in_the_record_of_consent(either_office):
    either_office.drop(sample("arf-yahoo-redacted"))
    assert either_office.collect().suppressed == 1
    assert either_office.suppressed_for == "complaint"
    (event,) = either_office.rows(consent_events)
    assert (event["event"], event["source"]) == ("suppressed", "mail")
    assert json.loads(event["detail"]) == {"reason": "complaint"}


def test_a_complaint_outlasts_a_bounce(office):
    office.drop(sample("postfix-user-unknown"), "1.mx")
    office.drop(sample("arf-abuse"), "2.mx")
    office.collect()
    assert office.suppressed_for == "complaint"


def test_mail_to_the_address_unsubscribes_once(either_office):
    for name in ("unsubscribe", "unsubscribe-other-subject"):
        either_office.drop(sample(name), f"{name}.mx")
    assert either_office.collect().kinds == {"unsubscribe": 2}
    assert either_office.state == "unsubscribed"
    (event,) = either_office.rows(consent_events)
    assert (event["event"], event["source"]) == ("unsubscribed", "mail")
    assert either_office.suppressed_for is None


def test_a_token_of_an_earlier_subscription_ends_the_present_one(either_office):
    either_office.drop(sample("unsubscribe-old-generation"))
    assert either_office.collect().kinds == {"unsubscribe": 1}
    assert either_office.state == "unsubscribed"


def test_a_token_of_a_subscriber_who_is_not_known_is_noted_only(office):
    unknown = unsubscribe_address(BASE, SUBSCRIBER + 1, 1, SECRET)
    office.drop(sample("unsubscribe").replace(UNSUBSCRIBE_ADDRESS.encode(), unknown.encode()))
    assert office.collect().kinds == {"ignored": 1}
    assert office.state == "active"
    (event,) = office.rows(bounce_events)
    assert event["reason"] == "a request to end a subscription that is not known"


def test_what_is_ignored_is_noted_with_a_reason(office):
    office.drop(sample("forged-number-and-recipient"))
    office.collect()
    (event,) = office.rows(bounce_events)
    assert event["kind"] == "ignored"
    assert "prove" in event["reason"]


@pytest.mark.parametrize(
    "name", ["postfix-user-unknown", "postfix-without-return-path", "arf-yahoo-redacted"]
)
def test_a_report_with_somebody_elses_tokens_does_nothing_to_the_reader(office, name):
    forged = sample(name)
    for ours, others in OTHER_PROOFS.items():
        forged = forged.replace(ours, others)
    office.drop(forged)
    assert office.collect().kinds == {"ignored": 1}
    assert office.suppressed_for is None


def test_a_forged_report_does_not_keep_the_true_one_from_counting(office):
    true = sample("postfix-user-unknown")
    forged = true
    for ours, others in OTHER_PROOFS.items():
        forged = forged.replace(ours, others)
    office.drop(forged, "1.mx")
    office.drop(true, "2.mx")
    assert office.collect().kinds == {"ignored": 1, "hard": 1}
    assert office.suppressed_for == "hard_bounce"


def test_no_address_is_kept_with_an_event(office):
    for number, name in enumerate(("postfix-user-unknown", "exim-old-unrouteable", "unsubscribe", "spam")):
        office.drop(sample(name), f"{number}.mx")
    office.collect()
    kept = str([office.rows(table) for table in (bounce_events, attempts, consent_events, suppressions)])
    assert READER not in kept
    assert UNSUBSCRIBE_ADDRESS not in kept
    assert "@" not in kept
