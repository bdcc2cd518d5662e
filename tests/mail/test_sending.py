"""A shard is sent: once to everybody, whatever the answers, with the counts right."""

import pytest
from msgspec.structs import replace

from broadsheet.mail.states import RunState, State
from mail.mailroom import Mailroom, Scripted

@pytest.fixture
def mailroom(newsroom, first_day, second_day, at, database_url):
    """A run for so many readers: ``mailroom(5)``."""
    newsroom.publish(first_day, second_day)
    settings = replace(newsroom.settings, digest_to="", database_url=database_url)

    def make(readers=3, **changed):
        return Mailroom(replace(settings, **changed), at("2026-11-20T07:05"), readers)

    return make


def test_everybody_gets_one_mail(mailroom):
    room, relay = mailroom(5), Scripted()
    report = room.send(relay)
    assert sorted(recipient for recipient, _ in relay.mails) == [f"{n}@example.org" for n in range(1, 6)]
    assert (report.done, report.left, report.run_state) == ({State.ACCEPTED: 5}, {}, RunState.SENDING)
    assert room.told() == {1, 2, 3, 4, 5}
    row = room.row(1)
    assert (row["attempt"], row["code"], row["queue_id"], row["phase"]) == (1, 250, "Q1", "dot")
