"""The page watcher, polling a sample hub, as the triggerer runs it."""

import asyncio
from contextlib import aclosing, suppress
from datetime import timedelta

import pytest

from broadsheet.hub.archive import Archive
from broadsheet.sample.faults import Status
from broadsheet.settings import load_settings

TUESDAY = timedelta(days=1)


class AssetState(dict):
    """The state of the watched asset, as Airflow keeps it: JSON values by key."""

    async def aget(self, key, default=None):
        return self.get(key, default)

    async def aset(self, key, value):
        self[key] = value


@pytest.fixture
def state():
    return AssetState()


@pytest.fixture
def trigger(state, set_setting, airflow_database):
    """Makes a trigger; every one made recalls the same state, as after a restart of the triggerer."""
    from broadsheet_airflow.trigger import PageTrigger

    set_setting(poll_seconds=0.05)

    def make():
        made = PageTrigger("trending")
        made.asset_state_store = state
        return made

    return make


def watch(trigger, events, *, seconds=20.0, then=None):
    """The payloads of the first ``events`` events, or of those within ``seconds``; ``then`` is told their number."""
    found = []

    async def collect():
        async with aclosing(trigger.run()) as stream:
            async for event in stream:
                found.append(event.payload)
                if then is not None:
                    then(len(found))
                if len(found) == events:
                    break

    async def collect_for_a_while():
        with suppress(TimeoutError):
            await asyncio.wait_for(collect(), seconds)
        await trigger.cleanup()

    asyncio.run(collect_for_a_while())
    return found


def polls(hub):
    return [request for request in hub.log if request.path == "/papers/trending"]


def test_the_first_answer_is_news_and_stands_in_the_archive(trigger, hub):
    (payload,) = watch(trigger(), 1)
    captures = [stored.capture for stored in Archive(load_settings().archive_location).read()]
    answer = next(capture for capture in captures if capture.capture_id == payload["capture_id"])
    assert payload["list"] == "trending"
    assert payload["captured_at"] == answer.captured_at.isoformat()
    assert answer.status == 200


def test_only_a_page_that_moved_is_news(trigger, hub):
    def wait_and_move(found):
        if found == 1:
            start_moving_after(hub, quiet_polls=3)

    first, second = watch(trigger(), 2, then=wait_and_move)
    assert first["capture_id"] != second["capture_id"]
    statuses = [request.status for request in polls(hub)]
    assert statuses.count(200) == 2
    assert statuses.count(304) >= 3


def start_moving_after(hub, quiet_polls):
    """The hub's clock jumps a day once it has been asked so often."""
    start, asked = hub.now, len(hub.log)

    def clock():
        return start + TUESDAY if len(hub.log) >= asked + quiet_polls else start

    hub.now = clock


def test_a_restarted_watcher_goes_on_where_the_last_one_stood(trigger, hub, state):
    def move_on(found):
        if found == 1:
            start_moving_after(hub, quiet_polls=2)

    watch(trigger(), 2, then=move_on)
    assert state["seen"]["etag"]
    asked = len(polls(hub))
    hub.now = hub.now + TUESDAY
    watch(trigger(), 1)
    assert "if-none-match" in polls(hub)[asked].headers


def test_news_that_may_not_have_been_stored_is_told_again(trigger, hub, state):
    (first,) = watch(trigger(), 1)
    assert state == {}
    (again,) = watch(trigger(), 1)
    assert again["list"] == first["list"]


def test_trouble_is_told_once_and_its_end_too(trigger, hub, caplog):
    caplog.set_level("WARNING", "broadsheet.watch")
    hub.fail("/papers/trending", Status(503), times=3)
    watch(trigger(), 1)
    told = [record.message for record in caplog.records if record.name == "broadsheet.watch"]
    assert len(polls(hub)) >= 4
    assert len(told) == 2
    assert "going on trying" in told[0]
    assert "again" in told[1]


def test_a_watcher_survives_a_hub_that_is_not_there(trigger, hub, set_setting, caplog):
    caplog.set_level("WARNING", "broadsheet.watch")
    set_setting(hub_url="http://127.0.0.1:9")

    assert watch(trigger(), 1, seconds=1.5) == []
    assert len([r for r in caplog.records if r.name == "broadsheet.watch"]) == 1
    captures = [stored.capture for stored in Archive(load_settings().archive_location).read()]
    assert len([c for c in captures if c.error is not None]) > 1


def test_a_trigger_can_be_made_again_from_what_it_says_of_itself(trigger):
    from airflow.sdk.module_loading import import_string

    path, arguments = trigger().serialize()
    assert import_string(path)(**arguments).serialize() == (path, arguments)
