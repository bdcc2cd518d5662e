"""Claims and what is written down, held against another sender, another epoch, and time."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from broadsheet.mail.database import open_database
from broadsheet.mail.entries import Settled
from broadsheet.mail.ledger import (
    FencedError,
    Shard,
    Tenure,
    claim,
    fold,
    left,
    move,
    note_told,
    release,
)
from broadsheet.mail.recovery import recover
from broadsheet.mail.schema import deliveries, runs, told
from broadsheet.mail.states import State


@pytest.fixture
def room(mailroom):
    made = mailroom(3)
    made.change(runs.update().values(state="sending"))
    return made


@pytest.fixture
def tenure(room):
    with open_database(room.settings) as database:
        return recover(database, room.settings.journal_path, Shard(room.run_key, 0), room.now)


def claimed(room, tenure, most=10):
    return room.do(lambda con: claim(con, tenure, "mail", room.now, most))


def entry(one, state, **more):
    return Settled(delivery_id=one.delivery_id, attempt=one.attempt, state=state, **more)


def of(one):
    return deliveries.c.delivery_id == one.delivery_id


def test_a_claim_takes_as_many_as_are_wanted_and_nobody_twice(room, tenure):
    first, second, third = (claimed(room, tenure, 2) for _ in range(3))
    assert (len(first), len(second), len(third)) == (2, 1, 0)
    assert {one.address for one in first + second} == {f"{n}@example.org" for n in (1, 2, 3)}
    assert {one.attempt for one in first + second} == {1}


def test_a_claim_takes_only_its_kind_and_who_is_due(room, tenure):
    room.change(deliveries.update().values(state="deferred", next_attempt_at=room.now + timedelta(seconds=1)))
    assert claimed(room, tenure) == ()
    room.now += timedelta(seconds=1)
    assert room.do(lambda con: claim(con, tenure, "channel", room.now, 10)) == ()
    assert len(claimed(room, tenure)) == 3


def test_who_was_in_doubt_is_claimed_last(room, tenure):
    in_doubt = claimed(room, tenure, 1)[0]
    room.change(deliveries.update().values(state="pending"))
    room.change(deliveries.update().where(of(in_doubt)).values(doubts=1))
    first, second = claimed(room, tenure, 2), claimed(room, tenure, 2)
    assert in_doubt.delivery_id not in {one.delivery_id for one in first}
    assert [one.delivery_id for one in second] == [in_doubt.delivery_id]


def test_claiming_reads_only_the_rows_of_its_state(room, tenure):
    """With many deliveries a claim that looked at all of them would take longer than sending those it claims."""
    if room.settings.database_url:
        pytest.skip("with three rows PostgreSQL looks at all of them")
    seen = []
    with open_database(room.settings) as database, database.write() as con:
        sa.event.listen(con, "before_cursor_execute", lambda *call: seen.append(call[2:4]))
        claim(con, tenure, "mail", room.now, 2)
        query, values = next((text, values) for text, values in seen if "UNION ALL" in text)
        plan = [row[3] for row in con.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
    looked_up = [step for step in plan if " deliveries " in step]
    assert len(looked_up) == 2
    assert all("ix_deliveries_work (run_key=? AND shard=? AND state=?)" in step for step in looked_up)


def test_nothing_is_claimed_of_a_run_that_is_not_being_sent(room, tenure):
    room.change(runs.update().values(state="paused"))
    assert claimed(room, tenure) == ()


def test_who_was_not_begun_is_as_before(room, tenure):
    before = room.rows()
    some = claimed(room, tenure)
    room.do(lambda con: release(con, tenure, [one.delivery_id for one in some]))
    after = room.rows()
    for row in (*before, *after):
        del row["claim_epoch"], row["updated_at"]
    assert before == after


@pytest.mark.parametrize(
    "write",
    [
        lambda con, tenure, room: claim(con, tenure, "mail", room.now, 10),
        lambda con, tenure, room: fold(con, tenure, (), room.now),
        lambda con, tenure, room: release(con, tenure, ["0" * 32]),
    ],
)
def test_an_epoch_that_is_over_writes_nothing(room, tenure, write):
    older = Tenure(tenure.shard, tenure.epoch - 1)
    before = room.rows()
    with pytest.raises(FencedError, match="taken over"):
        room.do(lambda con: write(con, older, room))
    assert room.rows() == before


def test_what_is_over_is_not_written_over(room, tenure):
    one, *_ = claimed(room, tenure)
    room.do(lambda con: fold(con, tenure, [entry(one, State.ACCEPTED)], room.now))
    room.do(lambda con: fold(con, tenure, [entry(one, State.DEFERRED)], room.now))
    assert room.states == {"accepted": 1, "claimed": 2}


def test_a_reader_is_never_told_of_less(room, tenure):
    ids = [one.delivery_id for one in claimed(room, tenure)]
    room.do(lambda con: note_told(con, ids))
    newer = room.now + timedelta(days=1)
    room.change(told.update().values(as_of=newer))
    room.do(lambda con: note_told(con, ids))
    assert {row["as_of"] for row in room.rows(told)} == {newer}


def test_what_is_left_and_when_the_first_is_due(room, tenure):
    first, second, _ = claimed(room, tenure)
    times = [room.now + timedelta(minutes=minutes) for minutes in (5, 3)]
    entries = [
        entry(one, State.DEFERRED, next_attempt_at=time)
        for one, time in zip((first, second), times, strict=True)
    ]
    room.do(lambda con: fold(con, tenure, entries, room.now))
    assert room.do(lambda con: left(con, tenure.shard)) == (
        {State.DEFERRED: 2, State.CLAIMED: 1},
        min(times),
    )


def test_moving_by_hand_is_noted_for_each(room, tenure):
    assert room.do(lambda con: move(con, sa.true(), State.ABORTED, "by hand", room.now)) == 3
    assert [room.history(number) for number in (1, 2, 3)] == [["aborted"]] * 3


def test_as_many_are_told_as_journals_may_know_of(room):
    one = room.row(1)["delivery_id"]
    room.do(lambda con: note_told(con, [*(f"{number:032x}" for number in range(70_000)), one]))
    assert room.told() == {1}
