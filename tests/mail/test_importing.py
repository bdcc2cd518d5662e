"""Importing many subscribers: what is done about whom, all of it or nothing, and fast enough."""

import time

import pytest
from msgspec.structs import asdict

from broadsheet.mail import subscribers
from broadsheet.mail.consent import Act, ConsentEvent, events
from broadsheet.mail.csvfile import read_entries
from broadsheet.mail.database import open_database
from broadsheet.mail.identity import read_address
from broadsheet.mail.importing import CHUNK, carry_out, plan_import
from broadsheet.mail.preferences import Preferences
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.subscribers import Newcomer
from broadsheet.settings import Settings

SECRET = b"test"
DEFAULTS = Preferences(timezone="Europe/Rome")


@pytest.fixture
def act(at):
    return Act(at("2026-11-20T08:00"), "import", {"consent": "asked at the reading group"})


@pytest.fixture
def ada(con, at):
    newcomer = Newcomer(
        identity=read_address("ada@example.org"),
        name="Ada",
        preferences=Preferences(hour=9, topics="robotics"),
    )
    return subscribers.add(con, newcomer, Act(at("2026-11-01T08:00"), "cli"), SECRET)


def load(con, act, *lines):
    """Import these lines; gives the plan and what was told of the progress."""
    told = []
    plan = plan_import(con, read_entries([f"{line}\n" for line in lines], "team.csv", ()), DEFAULTS, SECRET)
    carry_out(con, plan, act, SECRET, lambda done, total: told.append((done, total)))
    return plan, told


def test_newcomers_are_subscribed_with_a_record_of_consent(con, act):
    plan, told = load(con, act, "address,hour", "bob@example.org,8", "eve@example.org,")
    assert (len(plan.added), told) == (2, [(2, 2)])
    bob, eve = subscribers.every(con)
    assert bob.preferences == Preferences(hour=8, timezone="Europe/Rome")
    assert eve.preferences == DEFAULTS
    assert (bob.origin, bob.state, bob.scheduled_from, bob.generation) == ("import", "active", act.at, 1)
    assert [(event.subscriber_id, event.event, event.detail) for event in events(con)] == [
        (one.subscriber_id, "added", {"consent": "asked at the reading group"}) for one in (bob, eve)
    ]


def test_an_import_makes_the_same_row_as_adding_by_hand(con, act):
    load(con, act, "address", "bob@example.org")
    by_hand = Newcomer(identity=read_address("eve@example.org"), preferences=DEFAULTS)
    subscribers.add(con, by_hand, act, SECRET)
    bob, eve = map(asdict, subscribers.every(con))
    assert {name for name in bob if bob[name] != eve[name]} == {
        "subscriber_id",
        "address",
        "address_key",
        "address_hash",
    }


def test_who_is_here_is_changed_in_what_the_file_says(con, ada, act):
    plan, _ = load(con, act, "address,hour,max_items", "ADA@example.org,10,5")
    assert (len(plan.added), len(plan.changed)) == (0, 1)
    changed = subscribers.get(con, ada.subscriber_id)
    assert changed.preferences == Preferences(hour=10, topics="robotics", max_items=5)
    assert (changed.name, changed.scheduled_from, changed.updated_at) == ("Ada", act.at, act.at)


def test_who_is_here_as_the_file_says_is_not_touched(con, ada, act):
    plan, told = load(con, act, "address,name,hour", "ada@example.org,Ada,9")
    assert (plan.unchanged, told) == (1, [])
    assert subscribers.get(con, ada.subscriber_id) == ada


def test_a_change_of_topics_keeps_todays_digest(con, ada, act):
    load(con, act, "address,topics", "ada@example.org,")
    changed = subscribers.get(con, ada.subscriber_id)
    assert (changed.preferences.topics, changed.scheduled_from) == ("", ada.scheduled_from)


def test_who_unsubscribed_stays_so_whatever_the_file_says(con, ada, act):
    subscribers.unsubscribe(con, ada.subscriber_id, act)
    plan, _ = load(con, act, "address,state,hour", "ada@example.org,active,11")
    assert plan.left == 1
    found = subscribers.get(con, ada.subscriber_id)
    assert (found.state, found.preferences.hour) == ("unsubscribed", 11)


def test_the_file_may_say_who_is_not_subscribed(con, ada, act):
    plan, _ = load(con, act, "address,state", "ada@example.org,unsubscribed", "bob@example.org,unsubscribed")
    assert (len(plan.unsubscribed), len(plan.added)) == (1, 1)
    assert list(subscribers.every(con, SubscriberState.ACTIVE)) == []
    assert [event.event for event in events(con)][1:] == [ConsentEvent.UNSUBSCRIBED] * 2


def test_of_two_lines_about_one_the_later_counts_and_it_is_said(con, act):
    plan, _ = load(con, act, "address,hour", "bob@example.org,8", "BOB@example.org,9")
    assert (plan.repeated, len(plan.added)) == (1, 1)
    assert subscribers.named(con, "bob@example.org").preferences.hour == 9


def test_who_may_not_be_written_to_is_counted(con, ada, act):
    subscribers.erase(con, ada.subscriber_id, act)
    plan, _ = load(con, act, "address", "ada@example.org", "bob@example.org")
    assert (len(plan.added), plan.suppressed) == (2, 1)


def test_planning_changes_nothing(con, ada):
    entries = read_entries(["address,hour\n", "ada@example.org,3\n", "bob@example.org,4\n"], "team.csv", ())
    plan_import(con, entries, DEFAULTS, SECRET)
    assert list(subscribers.every(con)) == [ada]


def test_few_among_many_are_looked_up_and_many_at_once_are_read_in_one_go(con, act):
    lines = [f"user{number}@example.org,8" for number in range(2 * CHUNK + 1)]
    plan, told = load(con, act, "address,hour", *lines)
    assert told == [(CHUNK, 2 * CHUNK + 1), (2 * CHUNK, 2 * CHUNK + 1), (2 * CHUNK + 1, 2 * CHUNK + 1)]
    plan, _ = load(con, act, "address,hour", *lines[:-1], "user2000@example.org,9")
    assert (plan.unchanged, len(plan.changed)) == (2 * CHUNK, 1)
    plan, _ = load(
        con, act, "address,hour", "user7@example.org,8", "user8@example.org,9", "new@example.org,1"
    )
    assert (plan.unchanged, len(plan.changed), len(plan.added)) == (1, 1, 1)


def test_twenty_thousand_lines_take_seconds(tmp_path, act):
    lines = [f"user{number}@example.org,{number % 24},robotics\n" for number in range(20_000)]
    started = time.process_time()
    with open_database(Settings(home=str(tmp_path))) as database, database.write() as con:
        entries = read_entries(["address,hour,topics\n", *lines], "team.csv", ())
        carry_out(con, plan_import(con, entries, DEFAULTS, SECRET), act, SECRET, lambda *_: None)
        assert sum(1 for _ in subscribers.every(con)) == 20_000
    assert time.process_time() - started < 20
