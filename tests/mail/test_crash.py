"""A sender that is killed: what is on disk is enough to go on, once, with the same bytes."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from broadsheet.mail.deliver import DeliveryOutcome, deliver
from broadsheet.mail.deliveries import open_deliveries
from broadsheet.sample.inbox import Inbox
from mail.killed import POINTS

PROGRAM = Path(__file__).with_name("killed.py")
NOW = "2026-11-19T07:00:00+00:00"

pytestmark = pytest.mark.crash


def start(newsroom, point, smtp_url=""):
    return subprocess.Popen([sys.executable, PROGRAM, newsroom.settings.home, NOW, smtp_url, point])


def kill_at(newsroom, point, smtp_url=""):
    assert start(newsroom, point, smtp_url).wait(60) == -signal.SIGKILL


def prepared(newsroom):
    with open_deliveries(newsroom.settings.mail_path) as deliveries:
        return deliveries.of_run("2026-11-19", "reader@example.org").message.data


@pytest.mark.parametrize("point", POINTS)
def test_the_inbox_gets_one_mail_wherever_the_sender_dies(newsroom, first_day, second_day, at, point):
    newsroom.publish(first_day)
    kill_at(newsroom, point)
    kept = prepared(newsroom)
    newsroom.publish(first_day, ("trending", "2026-11-19T06:30", second_day[2]))
    report = deliver(newsroom.settings, at("2026-11-19T07:10"))
    assert report.outcome is DeliveryOutcome.SENT
    assert newsroom.inbox() == [kept]
    assert deliver(newsroom.settings, at("2026-11-19T07:20")).outcome is DeliveryOutcome.ALREADY_SENT
    assert newsroom.inbox() == [kept]


@pytest.mark.parametrize(
    ("point", "outcome", "mails"),
    [
        ("prepared", DeliveryOutcome.SENT, 1),
        ("before the note", DeliveryOutcome.SENT, 1),
        (
            "after the note",
            DeliveryOutcome.PRESUMED_SENT,
            0,
        ),  # the one hole: noted, but the dot never went out
        ("accepted", DeliveryOutcome.PRESUMED_SENT, 1),
    ],
)
def test_a_mail_server_never_gets_a_second_copy(newsroom, first_day, at, tmp_path, point, outcome, mails):
    newsroom.publish(first_day)
    with Inbox(tmp_path / "relay") as relay:
        kill_at(newsroom, point, relay.url)
        settings = replace(newsroom.settings, smtp_url=relay.url)
        assert deliver(settings, at("2026-11-19T07:10")).outcome is outcome
        assert deliver(settings, at("2026-11-19T07:20")).outcome is DeliveryOutcome.ALREADY_SENT
        assert [mail.content for mail in relay.messages()] == [prepared(newsroom)] * mails


def test_killed_at_any_moment_it_ends_with_one_mail(newsroom, first_day, at):
    newsroom.publish(first_day)
    chance = random.Random(20)
    for _ in range(12):
        process = start(newsroom, "nowhere")
        time.sleep(chance.uniform(0.05, 0.9))
        os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
    report = deliver(newsroom.settings, at("2026-11-19T07:10"))
    assert report.outcome in {DeliveryOutcome.SENT, DeliveryOutcome.ALREADY_SENT}
    assert newsroom.inbox() == [prepared(newsroom)]
