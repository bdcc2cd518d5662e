"""What a person is told to look at, and that nothing is said while all is well."""

from datetime import timedelta

from broadsheet.mail.alarms import mail_alarms
from broadsheet.mail.opening import open_run
from broadsheet.mail.schema import bounce_events, deliveries, exclusions, runs, subscribers
from broadsheet.mail.states import Reason, RunState, State

RUN = "2026-11-20T07:00Z"


def alarms(closed_room, later=timedelta()):
    """What is said so much later, to readers who pause meanwhile."""
    if later:
        closed_room.change(subscribers.update().values(cadence="paused"))
    return mail_alarms(closed_room.settings, closed_room.now + later)


def test_nothing_is_said_while_all_is_well(closed_room):
    assert alarms(closed_room) == ()


def test_a_paused_run_is_said_with_its_reason_and_what_to_do(closed_room):
    closed_room.change(runs.update().values(state=str(RunState.PAUSED), reason="refused by policy"))
    (line,) = alarms(closed_room)
    for words in (RUN, "refused by policy", f"broadsheet resume {RUN}"):
        assert words in line


def test_a_run_that_nobody_sends_is_said_after_every_deadline(closed_room):
    assert alarms(closed_room, timedelta(hours=74)) == ()
    closed_room.change(runs.update().values(state=str(RunState.SENDING)))
    assert alarms(closed_room, timedelta(hours=73)) == ()
    (line,) = alarms(closed_room, timedelta(hours=74))
    assert f"run {RUN} is still sending" in line


def test_a_run_that_was_not_aborted_to_its_end_is_said(closed_room):
    closed_room.change(runs.update().values(state=str(RunState.ABORTED), closed_at=None))
    (line,) = alarms(closed_room)
    assert f"broadsheet abort {RUN}" in line


def test_a_run_that_was_refused_whole_is_said(closed_room):
    closed_room.change(deliveries.update().values(state=str(State.FAILED)))
    (line,) = alarms(closed_room)
    assert "refused all 3 mails" in line


def test_digests_that_no_run_takes_up_are_said_after_an_hour(closed_room):
    tomorrow = closed_room.now.replace(minute=0) + timedelta(days=1)
    assert mail_alarms(closed_room.settings, tomorrow + timedelta(hours=1)) == ()
    (line,) = mail_alarms(closed_room.settings, tomorrow + timedelta(minutes=61))
    assert line.startswith("3 digests are owed since 2026-11-21 07:00 UTC")
    assert open_run(closed_room.settings, tomorrow + timedelta(minutes=61)).run_key
    assert mail_alarms(closed_room.settings, tomorrow + timedelta(minutes=61)) == ()


def test_what_was_missed_is_said_for_a_day(closed_room):
    missed = {"run_key": RUN, "subscriber_id": 1, "occasion": "2026-11-19", "reason": str(Reason.MISSED)}
    closed_room.change(exclusions.insert().values(at=closed_room.now, **missed))
    assert "1 digests were missed" in alarms(closed_room, timedelta(hours=24))[0]
    assert alarms(closed_room, timedelta(hours=26)) == ()


def test_what_was_left_out_on_purpose_is_not_missed(closed_room):
    quiet = {"run_key": RUN, "subscriber_id": 1, "occasion": "2026-11-19", "reason": str(Reason.NOTHING_NEW)}
    closed_room.change(exclusions.insert().values(at=closed_room.now, **quiet))
    assert alarms(closed_room) == ()


def test_quarantined_mails_are_said(closed_room):
    one = deliveries.c.subscriber_id == closed_room.numbers[1]
    closed_room.change(deliveries.update().where(one).values(state=str(State.QUARANTINED)))
    (line,) = alarms(closed_room)
    assert line.startswith(f"1 deliveries of run {RUN} are quarantined")
    assert "resolve" in line


def test_complaints_are_said_with_their_share(closed_room):
    complaint = {"bounce_key": "c", "kind": "complaint", "reason": "spam", "at": closed_room.now}
    closed_room.change(
        bounce_events.insert().values(delivery_id=closed_room.row(1)["delivery_id"], **complaint)
    )
    (line,) = alarms(closed_room)
    assert line.startswith(f"33.33% of run {RUN} were reported as spam")
    assert alarms(closed_room, timedelta(days=8)) == ()


def test_no_address_is_ever_in_an_alarm(closed_room):
    closed_room.change(runs.update().values(state=str(RunState.PAUSED), reason="by hand"))
    assert "@" not in "".join(alarms(closed_room))
