"""How fast mails may go out."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.mail.database import open_database
from broadsheet.mail.rates import (
    SLOWEST_FACTOR,
    UNBOUNDED_PER_SECOND,
    Pace,
    TokenBucket,
    keep_pace,
    kept_pace,
)
from broadsheet.settings import Settings

START = datetime(2026, 11, 20, 7, tzinfo=UTC)


def after(seconds):
    return START + timedelta(seconds=seconds)


def run(bucket, seconds, begin=0.0):
    """When mails go out, in seconds, if there is always another one."""
    now, sent = begin, []
    while now < begin + seconds:
        wait = bucket.take(after(now))
        if wait:
            now += wait + 1e-6
        else:
            sent.append(now)
    return sent


def most_within(sent, seconds):
    return max((bisect_left(sent, at + seconds) - n for n, at in enumerate(sent)), default=0)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.2, 300), st.floats(0.5, 20))
def test_a_second_never_has_more_than_its_mails_and_a_tenth(per_second, span):
    sent = run(TokenBucket(per_second, 0, START), 30)
    assert most_within(sent, span) <= per_second * span + max(1, per_second / 10) + 1e-3
    assert len(sent) >= per_second * 30 * 0.98


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 2000))
def test_an_hour_never_has_more_than_its_mails(per_hour):
    sent = run(TokenBucket(0, per_hour, START), 4 * 3600)
    assert most_within(sent, 3600) <= per_hour
    assert len(sent) >= 4 * per_hour * (0.9 if per_hour >= 10 else 0.5) - 1


def test_both_bounds_hold_together():
    sent = run(TokenBucket(5, 1000, START), 7200)
    assert most_within(sent, 1) <= 6
    assert most_within(sent, 3600) <= 1000


def test_without_bounds_nothing_waits():
    bucket = TokenBucket(0, 0, START)
    assert all(bucket.take(START) == 0 for _ in range(10_000))


def test_each_shard_has_its_share():
    buckets = [TokenBucket(40, 0, START, share=0.25) for _ in range(4)]
    assert sum(len(run(bucket, 30)) for bucket in buckets) == pytest.approx(1200, abs=8)


def test_starting_anew_does_not_start_the_hour_anew():
    first = TokenBucket(0, 600, START)
    sent = run(first, 1800)
    second = TokenBucket(0, 600, after(1801), pace=first.pace)
    sent += run(second, 5400, begin=1801)
    assert most_within(sent, 3600) <= 600


def test_a_state_of_a_wider_bound_does_not_burst_through_a_narrower_one():
    pace = TokenBucket(0, 6000, START).pace
    assert most_within(run(TokenBucket(0, 60, START, pace=pace), 3600), 3600) <= 60


@given(st.lists(st.tuples(st.floats(0, 120), st.booleans()), max_size=60))
def test_slowing_down_halves_and_time_heals(steps):
    bucket = TokenBucket(10, 0, START)
    now, factor = 0.0, 1.0
    last = None
    for seconds, told in steps:
        now += seconds
        factor = min(1.0, factor + seconds / 600)
        if told:
            bucket.slow_down(after(now))
            if last is None or after(now) - after(last) >= timedelta(seconds=10):
                factor, last = max(factor / 2, SLOWEST_FACTOR), now
        else:
            bucket.take(after(now))
        assert bucket.pace.factor == pytest.approx(factor, abs=1e-4)


def test_slowed_down_it_really_is_slower():
    bucket = TokenBucket(100, 0, START)
    bucket.slow_down(START)
    assert len(run(bucket, 6)) == pytest.approx(300, abs=20)


def test_a_sender_without_a_bound_can_be_slowed_down_and_recovers():
    bucket = TokenBucket(0, 0, START)
    bucket.slow_down(START)
    assert len(run(bucket, 6)) == pytest.approx(UNBOUNDED_PER_SECOND / 2 * 6, rel=0.05)
    assert bucket.take(after(600)) == 0
    assert all(bucket.take(after(600)) == 0 for _ in range(1000))


def test_a_clock_that_is_set_back_stands_still():
    bucket = TokenBucket(10, 0, START)
    assert bucket.take(after(60)) == 0
    assert bucket.take(after(0)) == pytest.approx(0.1)
    assert bucket.pace.at == after(60)


def test_a_pace_is_kept_in_the_mail_database(tmp_path, database_url):
    paces = (Pace(1.5, 20.25, 0.5, START), Pace(0.0, 19.0, 0.25, after(10)))
    with open_database(Settings(home=str(tmp_path), database_url=database_url)) as database:
        with database.read() as con:
            assert kept_pace(con, "relay") is None
        for pace in paces:
            with database.write() as con:
                keep_pace(con, "relay", pace)
                keep_pace(con, "another", paces[0])
            with database.read() as con:
                assert kept_pace(con, "relay") == pace
