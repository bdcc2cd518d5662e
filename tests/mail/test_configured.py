"""The subscriber that the settings name follows the settings, and leaves when they want to."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from broadsheet.mail import subscribers
from broadsheet.mail.configured import ensure_configured, open_in_step
from broadsheet.mail.consent import Act, ConsentEvent, events
from broadsheet.mail.database import open_database
from broadsheet.mail.errors import AddressError
from broadsheet.mail.identity import read_address
from broadsheet.mail.preferences import Preferences
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.subscribers import Newcomer
from broadsheet.model import ListId, ListKind
from broadsheet.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(
        home=str(tmp_path),
        secret_key="test",
        digest_to="Ada <ada@example.org>",
        digest_hour=6,
        digest_timezone="Asia/Kolkata",
        digest_lists=("trending", "daily"),
    )


@pytest.fixture
def con(settings):
    with open_database(settings) as database, database.write() as connection:
        yield connection


@pytest.fixture
def now(at):
    return at("2026-11-20T08:00")


def test_the_address_of_the_setting_is_subscribed_as_the_settings_say(con, settings, now, at):
    ada = ensure_configured(con, settings, now)
    assert (ada.address, ada.name, ada.state, ada.origin) == ("ada@example.org", "Ada", "active", "setting")
    assert ada.preferences == Preferences(
        hour=6, timezone="Asia/Kolkata", lists=(ListId(ListKind.TRENDING), ListKind.DAILY)
    )
    assert ensure_configured(con, settings, now + timedelta(hours=1)) == ada
    assert len(list(events(con))) == 1


def test_who_sets_the_address_after_its_hour_is_owed_todays_digest(con, settings, now, at):
    # Midnight in Kolkata.
    assert ensure_configured(con, settings, now).scheduled_from == at("2026-11-19T18:30")


def test_without_the_setting_there_is_nobody(con, settings, now):
    assert ensure_configured(con, replace(settings, digest_to=""), now) is None
    assert list(subscribers.every(con)) == []


def test_a_change_of_the_settings_is_followed(con, settings, now):
    ada = ensure_configured(con, settings, now)
    later = now + timedelta(hours=1)
    changed = ensure_configured(con, replace(settings, digest_hour=9), later)
    assert (changed.subscriber_id, changed.preferences.hour) == (ada.subscriber_id, 9)
    assert changed.scheduled_from == later


def test_what_was_changed_otherwise_stays_until_the_settings_change(con, settings, now):
    ada = ensure_configured(con, settings, now)
    wishes = Preferences(hour=20, timezone="Asia/Kolkata", topics="robotics")
    subscribers.change(con, ada.subscriber_id, wishes, now)
    assert ensure_configured(con, settings, now).preferences == wishes
    other_lists = replace(settings, digest_lists=("weekly",))
    followed = ensure_configured(con, other_lists, now).preferences
    assert (followed.lists, followed.hour, followed.topics) == ((ListKind.WEEKLY,), 20, "robotics")


@pytest.mark.parametrize("instead", ["", "bob@example.org"])
def test_who_is_named_no_more_is_unsubscribed_and_comes_back_when_named_again(con, settings, now, instead):
    ada = ensure_configured(con, settings, now)
    other = ensure_configured(con, replace(settings, digest_to=instead), now)
    assert (other is not None) == bool(instead)
    assert subscribers.get(con, ada.subscriber_id).state is SubscriberState.UNSUBSCRIBED
    back = ensure_configured(con, settings, now)
    assert (back.subscriber_id, back.state, back.generation) == (ada.subscriber_id, "active", 2)


@pytest.mark.parametrize("source", ["mail", "web", "cli"])
def test_who_unsubscribed_otherwise_stays_so(con, settings, now, source):
    ada = ensure_configured(con, settings, now)
    subscribers.unsubscribe(con, ada.subscriber_id, Act(now, source))
    assert ensure_configured(con, settings, now) is None
    assert ensure_configured(con, replace(settings, digest_to=""), now) is None
    assert ensure_configured(con, settings, now) is None
    assert subscribers.get(con, ada.subscriber_id).state is SubscriberState.UNSUBSCRIBED


def test_who_was_erased_is_not_subscribed_anew(con, settings, now):
    ada = ensure_configured(con, settings, now)
    subscribers.erase(con, ada.subscriber_id, Act(now, "cli"))
    assert ensure_configured(con, settings, now) is None
    assert [one.state for one in subscribers.every(con)] == ["erased"]


def test_who_subscribed_otherwise_is_left_alone(con, settings, now):
    newcomer = Newcomer(identity=read_address("ada@example.org"), preferences=Preferences(hour=20))
    own = subscribers.add(con, newcomer, Act(now, "web"), b"test")
    assert ensure_configured(con, settings, now) == own
    ensure_configured(con, replace(settings, digest_to=""), now)
    assert subscribers.get(con, own.subscriber_id).state is SubscriberState.ACTIVE


def test_who_has_not_confirmed_yet_is_subscribed_by_the_setting(con, settings, now):
    newcomer = Newcomer(identity=read_address("ada@example.org"), state=SubscriberState.PENDING)
    subscribers.add(con, newcomer, Act(now, "web"), b"test")
    ada = ensure_configured(con, settings, now)
    assert (ada.state, ada.origin) == ("active", "setting")
    assert [event.event for event in events(con)] == [ConsentEvent.REQUESTED, ConsentEvent.ADDED]


def test_a_setting_that_is_no_address_is_named(con, settings, now):
    with pytest.raises(AddressError, match="digest_to"):
        ensure_configured(con, replace(settings, digest_to="nobody"), now)


def test_opening_in_step_keeps_what_it_did(settings, now):
    with open_in_step(settings, now):
        pass
    with open_database(settings) as database, database.read() as con:
        assert [one.address for one in subscribers.every(con)] == ["ada@example.org"]
