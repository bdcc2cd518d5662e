"""Subscribing, changing one's mind, leaving and being forgotten; on both kinds of database."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from broadsheet.mail import subscribers, suppressions
from broadsheet.mail.consent import Act, ConsentEvent, events
from broadsheet.mail.database import open_database
from broadsheet.mail.errors import AddressError
from broadsheet.mail.identity import read_address, read_identity
from broadsheet.mail.preferences import PreferenceError, Preferences
from broadsheet.mail.schedule import Cadence
from broadsheet.mail.schema import deliveries, runs
from broadsheet.mail.states import State, SubscriberState, SuppressionReason
from broadsheet.mail.subscribers import Newcomer, SubscribedError, UnknownSubscriberError
from broadsheet.settings import Settings

SECRET = b"test"
ADA = "Ada@Example.org"


@pytest.fixture
def now(at):
    return at("2026-11-20T08:00")


@pytest.fixture
def act(now):
    return Act(now, "cli")


@pytest.fixture
def ada(con, act):
    return subscribers.add(con, Newcomer(identity=read_address(ADA), name="Ada"), act, SECRET)


def recorded(con, subscriber_id):
    return [str(event.event) for event in events(con, subscriber_id)]


def deliver(con, to, state, now, number=0):
    """A delivery of its own run in that state."""
    run_key = f"run {number}"
    run = {"run_key": run_key, "kind": "digest", "slot": now, "opened_at": now, "state": "sending"}
    con.execute(runs.insert(), run | {"policy": "verify"})
    row = {
        "delivery_id": f"{number:032x}",
        "run_key": run_key,
        "subscriber_id": to.subscriber_id,
        "occasion": str((now + timedelta(days=number)).date()),
        "address": to.address,
        "address_key": to.address_key,
        "address_hash": to.address_hash,
        "selection_id": 1,
        "state": str(state),
        "deadline_at": now,
        "updated_at": now,
    }
    con.execute(deliveries.insert(), row)


def test_who_is_added_is_there_under_address_and_number(con, ada, now):
    assert (ada.address, ada.name, ada.state, ada.generation) == ("Ada@example.org", "Ada", "active", 1)
    assert (ada.origin, ada.created_at, ada.scheduled_from) == ("cli", now, now)
    assert subscribers.find(con, "aDa@EXAMPLE.org") == ada
    assert subscribers.find(con, str(ada.subscriber_id)) == ada
    assert recorded(con, ada.subscriber_id) == ["added"]


def test_nobody_is_added_twice(con, ada, act):
    with pytest.raises(SubscribedError, match=f"subscriber {ada.subscriber_id} already") as raised:
        subscribers.add(con, Newcomer(identity=read_address("ADA@example.org")), act, SECRET)
    assert "example" not in str(raised.value)
    assert list(subscribers.every(con)) == [ada]


def test_who_is_pending_gets_nothing_until_they_confirm(con, act, now):
    newcomer = Newcomer(identity=read_address(ADA), state=SubscriberState.PENDING)
    pending = subscribers.add(con, newcomer, act, SECRET)
    assert (pending.state, pending.scheduled_from) == ("pending", None)
    later = Act(now + timedelta(hours=1), "web")
    assert subscribers.confirm(con, pending.subscriber_id, later)
    assert not subscribers.confirm(con, pending.subscriber_id, later)
    confirmed = subscribers.get(con, pending.subscriber_id)
    assert (confirmed.state, confirmed.scheduled_from) == ("active", later.at)
    assert recorded(con, pending.subscriber_id) == ["requested", "confirmed"]


def test_who_is_pending_may_be_added_by_hand(con, act):
    pending = Newcomer(identity=read_address(ADA), state=SubscriberState.PENDING)
    first = subscribers.add(con, pending, act, SECRET)
    with pytest.raises(SubscribedError):
        subscribers.add(con, pending, act, SECRET)
    added = subscribers.add(con, Newcomer(identity=read_address(ADA)), act, SECRET)
    assert (added.subscriber_id, added.state, added.generation) == (first.subscriber_id, "active", 1)


def test_who_comes_back_is_the_same_subscriber_of_the_next_generation(con, ada, now):
    assert subscribers.unsubscribe(con, ada.subscriber_id, Act(now, "mail"))
    assert not subscribers.unsubscribe(con, ada.subscriber_id, Act(now, "mail"))
    assert subscribers.get(con, ada.subscriber_id).state is SubscriberState.UNSUBSCRIBED
    later = Act(now + timedelta(days=9), "web", {"text": "v2"})
    back = subscribers.add(
        con, Newcomer(identity=read_address(ADA), preferences=Preferences(hour=9)), later, SECRET
    )
    assert (back.subscriber_id, back.generation, back.state) == (ada.subscriber_id, 2, "active")
    assert (back.name, back.created_at, back.scheduled_from) == ("Ada", now, later.at)
    assert back.preferences.hour == 9
    assert recorded(con, ada.subscriber_id) == ["added", "unsubscribed", "added"]


@pytest.mark.parametrize(
    ("wish", "due_anew"),
    [
        ({"cadence": Cadence.WEEKLY}, True),
        ({"weekday": 5}, True),
        ({"hour": 8}, True),
        ({"timezone": "Asia/Kolkata"}, True),
        ({"topics": "robotics", "min_upvotes": 5, "max_items": 3, "quiet_days": True}, False),
    ],
)
def test_another_time_counts_from_now_and_other_wishes_do_not_move_it(con, ada, now, wish, due_anew):
    later = now + timedelta(hours=5)
    changed = subscribers.change(con, ada.subscriber_id, Preferences(**wish), later)
    assert changed.preferences == Preferences(**wish)
    assert changed.scheduled_from == (later if due_anew else now)
    assert (changed.updated_at, changed.name) == (later, "Ada")


def test_a_change_of_who_is_pending_makes_no_digest_due(con, act, now):
    pending = Newcomer(identity=read_address(ADA), state=SubscriberState.PENDING)
    number = subscribers.add(con, pending, act, SECRET).subscriber_id
    assert subscribers.change(con, number, Preferences(hour=9), now).scheduled_from is None


def test_what_cannot_be_changes_nothing(con, ada, now):
    with pytest.raises(PreferenceError):
        subscribers.change(con, ada.subscriber_id, Preferences(hour=25), now)
    with pytest.raises(AddressError):
        subscribers.change(con, ada.subscriber_id, Preferences(), now, name="A\r\nB")
    assert subscribers.get(con, ada.subscriber_id) == ada


def test_unsubscribing_stops_what_is_not_in_a_senders_hands(con, ada, act, now):
    states = (State.PENDING, State.DEFERRED, State.CLAIMED, State.IN_DOUBT, State.ACCEPTED)
    for number, state in enumerate(states):
        deliver(con, ada, state, now, number)
    subscribers.unsubscribe(con, ada.subscriber_id, act)
    found = con.execute(sa.select(deliveries.c.state).order_by(deliveries.c.delivery_id)).scalars().all()
    assert found == ["suppressed", "suppressed", "claimed", "in_doubt", "accepted"]


def test_who_is_erased_leaves_a_number_and_a_hash(con, ada, act, now):
    for number, state in enumerate((State.PENDING, State.IN_DOUBT, State.ACCEPTED)):
        deliver(con, ada, state, now, number)
    assert subscribers.erase(con, ada.subscriber_id, act)
    assert not subscribers.erase(con, ada.subscriber_id, act)
    erased = subscribers.get(con, ada.subscriber_id)
    assert (erased.address, erased.address_key, erased.name) == (None, None, "")
    assert erased.shown == str(ada.subscriber_id)
    rows = con.execute(sa.select(deliveries).order_by(deliveries.c.delivery_id)).mappings().all()
    assert [row["state"] for row in rows] == ["suppressed", "suppressed", "accepted"]
    assert {row["address"] for row in rows} | {row["address_key"] for row in rows} == {None}
    assert suppressions.find(con, ada.address_hash).reason is SuppressionReason.ERASED
    assert recorded(con, ada.subscriber_id) == ["added", "erased"]
    assert subscribers.find(con, ADA) is None


def test_no_table_holds_the_address_of_who_is_erased(con, ada, act, now):
    deliver(con, ada, State.ACCEPTED, now)
    subscribers.erase(con, ada.subscriber_id, act)
    for table in sa.inspect(con).get_table_names():
        for row in con.execute(sa.text(f"SELECT * FROM {table}")):
            assert "example.org" not in str(tuple(row)).lower(), table


def test_an_erased_address_may_be_written_to_again_once_it_confirms(con, ada, act):
    subscribers.erase(con, ada.subscriber_id, act)
    pending = Newcomer(identity=read_address(ADA), state=SubscriberState.PENDING)
    again = subscribers.add(con, pending, act, SECRET)
    assert again.subscriber_id != ada.subscriber_id
    assert suppressions.find(con, again.address_hash) is not None
    subscribers.confirm(con, again.subscriber_id, act)
    assert suppressions.find(con, again.address_hash) is None


def test_a_complaint_outlives_erasing_and_confirming(con, ada, act, now):
    complaint = suppressions.Suppression(reason=SuppressionReason.COMPLAINT, since=now, source="bounces")
    assert suppressions.suppress(con, ada.address_hash, complaint)
    subscribers.erase(con, ada.subscriber_id, act)
    pending = Newcomer(identity=read_address(ADA), state=SubscriberState.PENDING)
    again = subscribers.add(con, pending, act, SECRET)
    subscribers.confirm(con, again.subscriber_id, act)
    assert suppressions.find(con, ada.address_hash) == complaint


def test_suppressing_by_hand_and_back(con, ada, act):
    number = ada.subscriber_id
    assert subscribers.suppress(con, number, act)
    assert not subscribers.suppress(con, number, act)
    assert suppressions.every(con)[ada.address_hash].reason is SuppressionReason.MANUAL
    assert subscribers.unsuppress(con, number, act)
    assert not subscribers.unsuppress(con, number, act)
    assert subscribers.get(con, number).state is SubscriberState.ACTIVE
    assert recorded(con, number) == ["added", "suppressed", "unsuppressed"]


def test_a_channel_is_a_subscriber_like_any_other(con, act):
    channel = subscribers.add(con, Newcomer(identity=read_identity("channel:lab", {"lab": "x"})), act, SECRET)
    assert (channel.kind, channel.address, channel.shown) == ("channel", "lab", "channel:lab")
    assert subscribers.named(con, "channel:lab") == channel


@pytest.mark.parametrize("who", ["nobody@example.org", "99", "99999999999999999999", "channel:none"])
def test_who_is_not_there_is_said_without_the_address(con, ada, who):
    with pytest.raises(UnknownSubscriberError, match="subscribers list") as raised:
        subscribers.named(con, who)
    assert "@" not in str(raised.value)


def test_all_subscribers_or_those_in_a_state(con, ada, act):
    other = subscribers.add(con, Newcomer(identity=read_address("bob@example.org")), act, SECRET)
    subscribers.unsubscribe(con, ada.subscriber_id, act)
    assert [one.subscriber_id for one in subscribers.every(con)] == [ada.subscriber_id, other.subscriber_id]
    assert list(subscribers.every(con, SubscriberState.ACTIVE)) == [other]


@contextmanager
def transaction(folder):
    with open_database(Settings(home=str(folder))) as database, database.write() as connection:
        yield connection
        connection.rollback()


@hypothesis_settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.sampled_from(["add", "ask", "confirm", "unsubscribe", "erase", "change"]), max_size=12))
def test_whatever_is_done_the_state_and_the_record_agree(tmp_path, now, steps):
    """The last event that says so decides whether they are subscribed; generations only grow."""
    says = {
        ConsentEvent.ADDED: SubscriberState.ACTIVE,
        ConsentEvent.REQUESTED: SubscriberState.PENDING,
        ConsentEvent.CONFIRMED: SubscriberState.ACTIVE,
        ConsentEvent.UNSUBSCRIBED: SubscriberState.UNSUBSCRIBED,
        ConsentEvent.ERASED: SubscriberState.ERASED,
    }
    act = Act(now, "cli")
    with transaction(tmp_path) as con:
        number = subscribers.add(con, Newcomer(identity=read_address(ADA)), act, SECRET).subscriber_id
        generation = 1
        for step in steps:
            try:
                match step:
                    case "add" | "ask":
                        state = SubscriberState.ACTIVE if step == "add" else SubscriberState.PENDING
                        newcomer = Newcomer(identity=read_address(ADA), state=state)
                        number = subscribers.add(con, newcomer, act, SECRET).subscriber_id
                    case "confirm":
                        subscribers.confirm(con, number, act)
                    case "unsubscribe":
                        subscribers.unsubscribe(con, number, act)
                    case "erase":
                        subscribers.erase(con, number, act)
                    case "change":
                        subscribers.change(con, number, Preferences(hour=9), now)
            except SubscribedError:
                continue
            found = subscribers.get(con, number)
            last = [says[event.event] for event in events(con, number) if event.event in says][-1]
            assert found.state is last
            assert found.generation >= generation or found.generation == 1
            generation = found.generation
