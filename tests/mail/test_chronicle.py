"""What is told of runs, deliveries and subscribers, on either kind of database."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from broadsheet.errors import UsageError
from broadsheet.mail import subscribers
from broadsheet.mail.accounts import get_run
from broadsheet.mail.chronicle import runs_of_day, story_of
from broadsheet.mail.closing import close_run
from broadsheet.mail.consent import Act, ConsentEvent
from broadsheet.mail.dossier import dossier_of, find_anybody
from broadsheet.mail.handover import read_handover
from broadsheet.mail.overview import overview
from broadsheet.mail.schema import bounce_events
from broadsheet.mail.states import Policy, Reason, State, SuppressionReason
from broadsheet.mail.subscribers import UnknownSubscriberError
from broadsheet.mail.suppressions import Suppression
from broadsheet.mail.tracking import track
from broadsheet.mail.whys import Why, why_none
from mail.mailroom import Scripted, accepted, deferred, lost, refused

RUN = "2026-11-20T07:00Z"


@pytest.fixture
def sent(mailroom):
    """A run in which 1 is accepted, 2 put off, 3 refused for good and 4 unanswered, then presumed accepted."""
    room = mailroom(4, in_doubt=str(Policy.PRESUME))
    answers = {"1": accepted, "2": deferred, "3": refused, "4": lost}
    room.send(Scripted(lambda recipient: answers[recipient[0]]()))
    return room


def told(room, what):
    return room.do(what)


def test_a_run_tells_what_it_compared_and_what_was_answered(sent):
    story = told(sent, lambda con: story_of(con, get_run(con, RUN)))
    assert (story.account.run.candidates, story.mails) == (4, 1)
    (compared,) = story.compared
    assert (compared.source, compared.list, compared.from_snapshot, compared.readers) == (
        "trending",
        "trending",
        None,
        4,
    )
    assert [(part.shard, part.epoch, sum(part.states.values())) for part in story.shards] == [(0, 1, 4)]
    answers = {answer.state: answer for answer in story.answers}
    assert {state: answer.count for state, answer in answers.items()} == {
        State.ACCEPTED: 1,
        State.DEFERRED: 1,
        State.FAILED: 1,
        State.PRESUMED_ACCEPTED: 1,
    }
    later = answers[State.DEFERRED]
    assert (later.phase, later.code, later.enhanced, later.reply) == ("rcpt", 451, "4.3.0", "later")
    assert later.next_attempt_at > sent.now
    assert answers[State.PRESUMED_ACCEPTED].resolution == "the answer was lost; presumed accepted"
    assert (story.bounces, story.complaints.accepted) == ({}, 2)


def test_a_day_has_the_runs_opened_on_it_and_those_for_somebodys_day(sent):
    assert told(sent, lambda con: runs_of_day(con, "2026-11-20")) == (RUN,)
    assert told(sent, lambda con: runs_of_day(con, "2026-11-19")) == ()


def test_a_run_that_is_not_there_is_answered_with_the_nearest(sent):
    with pytest.raises(UsageError, match=f"did you mean {RUN}"):
        told(sent, lambda con: get_run(con, "2026-11-20T07:05Z"))


def test_a_delivery_tells_every_attempt(sent):
    sent.now += timedelta(hours=1)
    sent.send(Scripted())
    row = sent.row(2)
    tracked = told(sent, lambda con: track(con, row["delivery_id"]))
    assert (tracked.state, tracked.attempts, tracked.occasion) == (State.ACCEPTED, 2, "2026-11-20")
    assert [(event.attempt, event.event, event.code) for event in tracked.events] == [
        (1, "deferred", 451),
        (2, "accepted", 250),
    ]
    assert [board.list for board in tracked.boards] == ["trending"]
    assert tracked.sha256 == row["sha256"]
    assert told(sent, lambda con: track(con, "0" * 32)) is None


def test_the_journals_tell_how_long_answers_took(sent):
    handover = read_handover(sent.settings.journal_path, RUN, 1)
    # 2 and 3 were turned away before the dot, and of 4 it is noted that no answer came.
    assert (handover.files, handover.offered, handover.answered) == (1, 2, 2)
    assert timedelta() < handover.p50 <= handover.p95 < timedelta(seconds=30)
    assert handover.per_second > 0
    none = read_handover(sent.settings.journal_path, "2026-11-21T07:00Z", 1)
    assert (none.files, none.offered, none.p50, none.per_second) == (0, 0, None, None)


def dossier(room, number, **about):
    def read(con):
        return dossier_of(con, subscribers.get(con, room.numbers[number]), room.now, **about)

    return told(room, read)


@pytest.mark.parametrize(
    ("number", "state"),
    [(1, State.ACCEPTED), (2, State.DEFERRED), (3, State.FAILED), (4, State.PRESUMED_ACCEPTED)],
)
def test_a_subscriber_is_told_what_became_of_the_day(sent, number, state):
    found = dossier(sent, number)
    assert (found.today, found.asked.state, found.asked.run) == ("2026-11-20", state, RUN)
    assert found.next_due.occasion == "2026-11-21"
    assert set(found.told) == ({"trending"} if number in {1, 4} else set())
    assert [event.event for event in found.consent] == [ConsentEvent.ADDED]


def test_a_mailbox_that_does_not_exist_is_barred_with_the_delivery_that_found_out(sent):
    found = dossier(sent, 3)
    assert found.suppression.reason is SuppressionReason.HARD_BOUNCE
    assert found.suppression.delivery_id == found.asked.delivery_id


def test_a_mail_that_came_back_says_so(sent):
    row = sent.row(1)
    bounce = {"bounce_key": "b", "kind": "hard", "status": "5.1.1", "reason": "no such user", "at": sent.now}
    sent.change(bounce_events.insert().values(delivery_id=row["delivery_id"], **bounce))
    assert dossier(sent, 1).asked.bounce == "hard 5.1.1 no such user"


def test_days_that_no_run_has_taken_up_are_listed_too(sent):
    sent.now += timedelta(days=3)
    found = dossier(sent, 1)
    assert [(one.occasion, one.run) for one in found.occasions] == [
        ("2026-11-23", None),
        ("2026-11-22", None),
        ("2026-11-21", None),
        ("2026-11-20", RUN),
    ]
    assert found.asked is None
    assert dossier(sent, 1, most=2).occasions == found.occasions[:2]
    then = dossier(sent, 1, day=sent.now.date() - timedelta(days=3))
    assert (then.today, then.asked.state) == ("2026-11-20", State.ACCEPTED)
    assert [one.occasion for one in then.occasions] == ["2026-11-20"]


def why(room, number, at=None, **about):
    now = at or room.now

    def read(con):
        found = dossier_of(con, subscribers.get(con, room.numbers[number]), now, **about)
        assert found.asked is None
        return why_none(found, room.settings, now)

    return told(room, read)


def test_why_a_day_has_no_digest(sent, at):
    noon = at("2026-11-21T12:00")
    assert why(sent, 1, at("2026-11-21T06:00")) is Why.NOT_DUE_YET
    assert why(sent, 1, noon) is Why.NO_RUN
    assert why(sent, 2, noon) is Why.NO_RUN
    assert why(sent, 3, noon) is Why.SUPPRESSED
    assert why(sent, 1, at("2026-11-23T12:00"), day=at("2026-11-22").date()) is Why.TOO_LATE
    assert why(sent, 1, noon, day=at("2026-11-18").date()) is Why.BEFORE_THEIR_SCHEDULE
    sent.settings.published_path.unlink()
    assert why(sent, 1, noon) is Why.NOTHING_KNOWN


@pytest.mark.parametrize(
    ("wishes", "reason"),
    [({"cadence": "paused"}, Why.PAUSED), ({"cadence": "weekly", "weekday": 1}, Why.NOT_DUE_THAT_DAY)],
)
def test_why_their_wishes_bring_none(sent, at, wishes, reason):
    def wish(con):
        known = subscribers.get(con, sent.numbers[1])
        subscribers.change(con, known.subscriber_id, replace(known.preferences, **wishes), sent.now)

    sent.do(wish)
    assert why(sent, 1, at("2026-11-21T12:00")) is reason


def test_a_digest_that_may_still_arrive_holds_the_next_one_back(sent, at):
    def move(con):
        known = subscribers.get(con, sent.numbers[2])
        early = replace(known.preferences, timezone="Pacific/Kiritimati", hour=1)
        subscribers.change(con, known.subscriber_id, early, sent.now)

    sent.do(move)
    assert why(sent, 2, at("2026-11-20T12:00")) is Why.UNDER_WAY
    assert why(sent, 2, at("2026-11-21T04:00")) is Why.NO_RUN


@pytest.mark.parametrize(
    ("act", "reason"), [(subscribers.unsubscribe, Why.UNSUBSCRIBED), (subscribers.erase, Why.ERASED)]
)
def test_who_left_gets_none(sent, at, act, reason):
    sent.do(lambda con: act(con, sent.numbers[1], Act(sent.now, "web")))
    assert why(sent, 1, at("2026-11-21T12:00")) is reason


def test_a_forgotten_address_is_known_by_its_hash_alone(sent):
    sent.do(lambda con: subscribers.erase(con, sent.numbers[1], Act(sent.now, "web")))
    found = told(sent, lambda con: find_anybody(con, sent.settings, "1@example.org"))
    assert (found.subscriber_id, found.address) == (sent.numbers[1], None)
    with pytest.raises(UnknownSubscriberError) as error:
        told(sent, lambda con: find_anybody(con, sent.settings, "unknown@example.org"))
    assert "@" not in str(error.value)


def test_an_address_that_may_not_be_written_to_needs_no_subscriber(sent):
    from broadsheet.mail.secret import secret_key
    from broadsheet.mail.suppressions import suppress
    from broadsheet.mail.tokens import address_hash

    hashed = address_hash("gone@example.org", secret_key(sent.settings))
    barred = Suppression(reason=SuppressionReason.MANUAL, since=sent.now, source="import")
    sent.do(lambda con: suppress(con, hashed, barred))
    assert told(sent, lambda con: find_anybody(con, sent.settings, "Gone@example.org")) == barred


def test_the_overview_counts_who_there_is_and_what_waits(sent, at):
    sent.do(lambda con: subscribers.unsubscribe(con, sent.numbers[1], Act(sent.now, "web")))
    found = told(sent, lambda con: overview(con, sent.now))
    assert found.subscribers == {"active": 3, "unsubscribed": 1}
    assert (found.owed, found.next_due_at) == (0, at("2026-11-21T07:00"))
    assert (found.deferred, found.next_attempt_at) == (1, sent.row(2)["next_attempt_at"])
    assert [counts.run.run_key for counts in found.open_runs] == [RUN]
    assert found.last_run.run.run_key == RUN
    assert told(sent, lambda con: overview(con, at("2026-11-21T06:59"))).owed == 0
    assert told(sent, lambda con: overview(con, at("2026-11-21T07:00"))).owed == 3


def test_an_exclusion_is_an_occasion_with_its_reason(mailroom, newsroom, first_day, at):
    room = mailroom(1)
    room.send(Scripted())
    close_run(room.settings, RUN, room.now)
    from broadsheet.mail.opening import open_run

    room.now = at("2026-11-21T07:05")
    assert open_run(room.settings, room.now).excluded == {Reason.NOTHING_NEW: 1}
    assert [(one.occasion, one.reason, one.state) for one in dossier(room, 1).occasions] == [
        ("2026-11-21", Reason.NOTHING_NEW, None),
        ("2026-11-20", None, State.ACCEPTED),
    ]
