"""Channels among a run's readers: one that is gone, broken or slow is no matter of anybody else's."""

import json
from datetime import timedelta

import pytest
from msgspec.structs import replace

from broadsheet.mail.facts import record_facts
from broadsheet.mail.opening import open_run
from broadsheet.mail.schema import deliveries
from broadsheet.mail.sending import send_shard
from broadsheet.warehouse.store import open_published, open_writer
from mail.readership import Readership
from webhooks import DROP, Webhook, closed_port

KEY = "2026-11-20T07:00Z"
SECRET = "T0KENT0KEN"


class Street:
    """A run for ada and some channels."""

    def __init__(self, newsroom, at, channels):
        self.now = at("2026-11-20T07:05")
        self.settings = replace(newsroom.settings, digest_to="", channels=channels)
        self.readers = Readership(self.settings)
        for name in ("ada", *(f"channel:{channel}" for channel in channels)):
            self.readers.join(name, at("2026-11-19T12:00"))
        open_run(self.settings, at("2026-11-20T07:00"))

    def send(self):
        return send_shard(self.settings, KEY, 0, lambda: self.now)

    @property
    def rows(self):
        return {row["address"].partition("@")[0]: row for row in self.readers.rows(deliveries)}


@pytest.fixture
def street(newsroom, first_day, second_day, at):
    newsroom.publish(first_day, second_day)
    return lambda **channels: Street(newsroom, at, channels)


def test_a_channel_gets_the_short_form_of_what_people_get(street, newsroom):
    with Webhook() as hook:
        run = street(team=f"json://{hook.host}/{SECRET}")
        run.send()
        [said] = hook.said
    assert run.rows["team"]["state"] == run.rows["ada"]["state"] == "accepted"
    [mail] = newsroom.inbox()
    assert f"Subject: {said['title']}".encode() in mail
    assert said["message"].count(said["title"]) == 0
    assert "- [" in said["message"]


def test_a_note_is_sent_again_after_a_500_with_the_same_bytes(street):
    with Webhook(500) as hook:
        run = street(team=f"json://{hook.host}")
        report = run.send()
        assert run.rows["team"]["state"] == "deferred"
        run.now = report.next_attempt_at
        run.send()
        first, second = hook.taken
    assert first == second
    assert (run.rows["team"]["state"], run.rows["team"]["attempt"]) == ("accepted", 2)


def test_a_dropped_connection_is_a_doubt_and_nothing_is_sent_twice(street):
    with Webhook(DROP) as hook:
        run = street(team=f"json://{hook.host}")
        run.send()
        run.now += timedelta(hours=1)
        run.send()
        assert len(hook.taken) == 1
    assert run.rows["team"]["state"] == "presumed_accepted"


def test_dead_channels_stop_nobody_elses_digest(street):
    dead = {f"dead{number}": f"json://127.0.0.1:{closed_port()}/{SECRET}" for number in range(5)}
    with Webhook(*[404] * 30) as hook:
        gone = {f"gone{number}": f"json://{hook.host}/{SECRET}" for number in range(25)}
        run = street(**dead, **gone)
        report = run.send()
    assert report.stopped is None
    states = {name: row["state"] for name, row in run.rows.items()}
    assert states.pop("ada") == "accepted"
    assert {states[name] for name in dead} == {"deferred"}
    assert {states[name] for name in gone} == {"failed"}


def test_no_row_journal_or_fact_tells_a_channels_address(street):
    with Webhook(200, 404) as hook:
        run = street(team=f"json://{hook.host}/{SECRET}", lab=f"json://{hook.host}/{SECRET}")
        run.send()
    run.settings.warehouse_path.unlink(missing_ok=True)
    with open_writer(run.settings):
        pass
    record_facts(run.settings, run.now)
    with open_published(run.settings) as con:
        told = con.execute("SELECT channel, state FROM delivery_log ORDER BY channel, state").fetchall()
    assert told == [("channel", "accepted"), ("channel", "failed"), ("mail", "accepted")]
    files = [file for file in run.settings.home_path.rglob("*") if file.is_file()]
    assert len(files) > 3
    assert not [file for file in files if SECRET.encode() in file.read_bytes()]
    assert SECRET not in json.dumps(run.rows, default=str)
