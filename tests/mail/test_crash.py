"""A sender that is killed at each point there is: what its readers get is what the run's policy says."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from broadsheet.mail.closing import close_run
from broadsheet.mail.states import State
from broadsheet.sample.relay import SampleRelay
from broadsheet.settings import ENV_PREFIX, Settings
from mail.killed import POINTS

PROGRAM = Path(__file__).with_name("killed.py")
SECONDS = 30

pytestmark = pytest.mark.crash


@pytest.fixture
def relay(tmp_path):
    with SampleRelay(tmp_path / "accepted.log") as relay:
        yield relay


def kill_at(room, point, crew="switchboard"):
    """Start a sender with that crew that ends at that point."""
    default = msgspec.structs.asdict(Settings())
    changed = {
        f"{ENV_PREFIX}{name.upper()}": str(value)
        for name, value in msgspec.structs.asdict(room.settings).items()
        if value != default[name]
    }
    command = [sys.executable, str(PROGRAM), room.run_key, room.now.isoformat(), point, crew]
    process = subprocess.run(command, env=os.environ | changed, timeout=SECONDS * 2, check=False)
    assert process.returncode == -signal.SIGKILL


def finish(room):
    """Send until nothing is left; evidence may take a moment."""
    end = time.monotonic() + SECONDS
    while room.send().left and time.monotonic() < end:
        time.sleep(0.1)
    assert close_run(room.settings, room.run_key, room.now).closed


def copies(relay):
    """How many mails each reader got; every copy of one is the same mail."""
    taken = relay.accepted()
    assert len({(mail.recipient, mail.sha256) for mail in taken}) == len({mail.recipient for mail in taken})
    return sorted(Counter(mail.recipient for mail in taken).values())


@pytest.mark.parametrize("crew", ["switchboard", "hands"])
@pytest.mark.parametrize("policy", ["verify", "presume", "resend"])
@pytest.mark.parametrize("point", POINTS)
def test_readers_get_what_the_policy_says_wherever_the_sender_dies(
    mailroom, relay, tmp_path, point, policy, crew
):
    evidence = f"acceptances:{tmp_path / 'accepted.log'}" if policy == "verify" else ""
    room = mailroom(3, smtp_url=relay.url, in_doubt=policy, evidence=evidence, connections=1)
    kill_at(room, point, crew)
    finish(room)
    expected = [1, 1, 1]
    if point == "noted" and policy == "presume":
        expected = [1, 1]  # the one hole there is: the mail counts as taken
    if point == "taken" and policy == "resend":
        expected = [1, 1, 2]
    assert copies(relay) == expected
    assert sum(room.states.values()) == 3
    assert set(room.states) <= {State.ACCEPTED, State.PRESUMED_ACCEPTED}
    assert room.told() == {1, 2, 3}


def test_without_a_record_before_the_dot_the_gate_would_fail(mailroom, relay, tmp_path):
    """The same death, but what it left in the journal is taken away: a second copy goes out."""
    room = mailroom(1, smtp_url=relay.url, evidence=f"acceptances:{tmp_path / 'accepted.log'}")
    kill_at(room, "taken")
    for file in room.settings.journal_path.glob("*/*/*.log"):
        file.write_bytes(b"")
    finish(room)
    assert copies(relay) == [2]
