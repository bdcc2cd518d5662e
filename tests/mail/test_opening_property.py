"""Whoever is owed a digest is served or missed once for each occasion, whenever the machine runs or sleeps."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from broadsheet.mail.opening import open_run
from broadsheet.mail.schedule import Cadence, deadline, due, missed
from broadsheet.mail.schema import deliveries, exclusions
from broadsheet.mail.states import State
from mail.conftest import Newsroom
from mail.readership import Readership

SLOT = timedelta(minutes=15)


@dataclass
class Expected:
    """What must have become of one subscriber, kept by hand: what stands for each occasion."""

    wishes: dict
    since: datetime
    stamps: dict[str, str] = field(default_factory=dict)
    under_way: datetime | None = None

    def schedule(self):
        return (
            Cadence(self.wishes["cadence"]),
            int(self.wishes["weekday"]),
            int(self.wishes["hour"]),
            self.wishes["timezone"],
        )

    def at_a_run(self, now):
        """What a run opened at ``now`` must write for them."""
        cadence, *_ = self.schedule()
        if self.under_way is not None and self.under_way <= now:
            self.under_way = None
        for moment in missed(*self.schedule(), now):
            if moment.at >= self.since:
                self.stamps.setdefault(moment.occasion, "missed")
        latest = due(*self.schedule(), now)
        if latest is None or latest.at < self.since or now - latest.at >= deadline(cadence):
            return
        if latest.occasion not in self.stamps and self.under_way is None:
            self.stamps[latest.occasion] = "mail"
            self.under_way = latest.at + deadline(cadence)


wishes = st.fixed_dictionaries(
    {
        "cadence": st.sampled_from(["daily", "daily", "weekdays", "weekly", "monthly", "paused"]),
        "weekday": st.integers(1, 7).map(str),
        "hour": st.integers(0, 23).map(str),
        "timezone": st.sampled_from(["UTC", "Asia/Kolkata", "Pacific/Chatham", "America/St_Johns"]),
    }
)
steps = st.tuples(
    st.sampled_from([1, 2, 40, 96, 97, 300, 700]),  # slots until the next run
    st.lists(st.booleans(), min_size=4, max_size=4),  # whose mail arrives before it
    st.none() | st.tuples(st.integers(0, 3), wishes),  # who changes their mind before it
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(crowd=st.lists(wishes, min_size=4, max_size=4), story=st.lists(steps, min_size=4, max_size=12))
def test_every_occasion_is_served_or_missed_once(tmp_path_factory, at, crowd, story):
    newsroom = Newsroom(tmp_path_factory.mktemp("home"))
    newsroom.publish(("trending", "2026-10-01T06:00", ("2610.00001",)))
    readers = Readership(replace(newsroom.settings, digest_to=""))
    now = at("2026-10-20T12:00")
    expected = []
    for number, wish in enumerate(crowd):
        readers.join(f"reader{number}", now, quiet_days="yes", **wish)
        expected.append(Expected(wish, now))
    for slots, arrives, change in story:
        now += slots * SLOT
        if change is not None:
            reader, wish = change
            before = now - SLOT / 3
            readers.wish(f"reader{reader}", before, **wish)
            if wish != expected[reader].wishes:
                expected[reader].wishes, expected[reader].since = wish, before
        open_run(readers.settings, now)
        for each in expected:
            each.at_a_run(now)
        assert stamps(readers, len(crowd)) == [each.stamps for each in expected]
        for number, arrived in enumerate(arrives):
            if arrived:
                arrive(readers, number)
                expected[number].under_way = None


def stamps(readers, count):
    """What stands for each occasion, reader by reader."""
    found = [{} for _ in range(count)]
    numbers = {readers.number(f"reader{number}"): number for number in range(count)}
    for row in readers.rows(deliveries):
        found[numbers[row["subscriber_id"]]][row["occasion"]] = "mail"
    for row in readers.rows(exclusions):
        found[numbers[row["subscriber_id"]]][row["occasion"]] = row["reason"]
    return found


def arrive(readers, number):
    name = f"reader{number}"
    for row in readers.rows(deliveries):
        if row["subscriber_id"] == readers.number(name) and row["state"] == State.PENDING:
            readers.end(row["run_key"], name)
