"""The crash gate: senders are killed at random moments under each policy and each kind of trouble, then everything is
counted. BROADSHEET_TEST_SEEDS sets how many runs each case gets."""

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from broadsheet.mail.journal import Journal
from broadsheet.mail.sending import send_shard
from broadsheet.sample.mishaps import Mishap, Stage
from crash.mailroom import Tally, mailroom

pytestmark = [pytest.mark.crash, pytest.mark.timeout(3600)]

SEEDS = int(os.environ.get("BROADSHEET_TEST_SEEDS", "1"))
KILLS = 16
CONNECTIONS = 8
UNHURRIED = Mishap(at=Stage.DOT, delay=0.01)
TROUBLES = {
    "no fault": (UNHURRIED,),
    "451 at the dot": (Mishap(at=Stage.DOT, reply="451 4.3.0 try again later", odds=0.3), UNHURRIED),
    "lost replies": (Mishap(at=Stage.DOT, close=True, accept=True, odds=0.03), UNHURRIED),
}
Record = Callable[[str, Tally], None]


def crash(folder: Path, policy: str, trouble: str, seed: int) -> Tally:
    """One run: killed a number of times, then left to finish."""
    folder.mkdir()
    with mailroom(folder, policy=policy, mishaps=TROUBLES[trouble], seed=seed, readers=300) as room:
        kills = room.hunt(random.Random(seed), KILLS)
        room.finish()
        return room.tally(kills)


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("policy", ["verify", "presume", "resend"])
def test_every_reader_gets_what_the_policy_promises(
    policy: str, trouble: str, tmp_path: Path, record_tally: Record
) -> None:
    total = Tally()
    for seed in range(SEEDS):
        total.add(crash(tmp_path / str(seed), policy, trouble, seed))
    record_tally(f"{policy}, {trouble}", total)
    assert total.kills >= SEEDS
    match policy:
        case "verify":
            assert (total.lost, total.copies) == (0, 0)
        case "presume":
            assert total.copies == 0
            assert total.lost <= total.doubts
        case "resend":
            assert total.lost == 0
            assert total.copies <= total.doubts
    assert total.doubts <= CONNECTIONS * total.kills + (total.readers if trouble == "lost replies" else 0)


def without_intent(settings, run_key, shard, now):
    """A sender that does not note its intent before the dot."""
    Journal.dots = lambda *_: None
    return send_shard(settings, run_key, shard, now)


def test_the_gate_catches_a_sender_that_notes_nothing_before_the_dot(tmp_path: Path) -> None:
    copies = 0
    for seed in range(10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        with mailroom(folder, policy="verify", mishaps=TROUBLES["no fault"], seed=seed) as room:
            room.hunt(random.Random(seed), KILLS, send=without_intent)
            room.finish()
            copies += room.tally().copies
        if copies:
            return
    pytest.fail("a sender without intents passed the gate: it would not catch one")
