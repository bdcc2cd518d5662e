"""The demo's last act: a sender is killed in the middle of a run, the next one finishes what it left."""

import os
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from broadsheet.commands.demo_readers import Reader, subscribe
from broadsheet.errors import BroadsheetError
from broadsheet.mail.preferences import Preferences
from broadsheet.runtime import settings_environment
from broadsheet.settings import ENV_PREFIX

if TYPE_CHECKING:
    from broadsheet.model import ListId, ListKind
    from broadsheet.sample.relay import SampleRelay
    from broadsheet.settings import Settings

READERS = 12
CONNECTIONS = 3
ANSWERED_AFTER = 0.1
"""Seconds until the mail server's word on each of the first mails."""
UNANSWERED = 60.0
"""Seconds until its word on the mails after them: longer than their sender lives."""
LONGEST_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.01


class Killed(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen from outside.

    When the sender was killed the mail server had taken ``taken`` mails, and ``in_doubt`` were under way by the
    sender's journal. Of these the server's log showed ``found`` later, and ``sent_again`` it did not. In the end
    the server's log has ``mails`` mails to ``reached`` readers.
    """

    run: str
    readers: int
    taken: int
    in_doubt: int
    found: int
    sent_again: int
    mails: int
    reached: int


def kill_a_sender(settings: "Settings", lists: "tuple[ListId | ListKind, ...]", at: datetime) -> Killed:
    """Send a run to more readers through a mail server on loopback, kill the sender in the midst of it, send again.

    Raises:
        BroadsheetError: a sender did not do as it should; the message names its log.
    """
    from broadsheet.mail.evidence.acceptances import SETTLED_AFTER
    from broadsheet.mail.facts import record_facts
    from broadsheet.mail.opening import run_key_of
    from broadsheet.sample.relay import SampleRelay

    due_at = at.replace(minute=0, second=0, microsecond=0)
    wishes = Preferences(hour=due_at.hour, lists=lists, quiet_days=True)
    readers = [Reader(f"reader{number}@example.org", "", wishes) for number in range(1, READERS + 1)]
    subscribe(settings, readers, due_at)
    folder = settings.home_path / "relay"
    folder.mkdir()
    with SampleRelay(folder / "accepted.log") as relay:
        _be_slow(relay)
        through_relay = msgspec.structs.replace(
            settings,
            smtp_url=relay.url,
            evidence=f"acceptances:{relay.log.path}",
            connections=CONNECTIONS,
            clock=at.isoformat(),
        )
        run_key = run_key_of(at)
        _kill_in_the_middle(through_relay, relay)
        taken, in_doubt = len(relay.accepted()), _under_way(settings, run_key)
        relay.mishaps.clear()
        time.sleep(SETTLED_AFTER.total_seconds())
        _finish(through_relay)
        received = Counter(mail.recipient for mail in relay.accepted())
    record_facts(settings, at)
    found, sent_again = _settled(settings, run_key)
    return Killed(
        run=run_key,
        readers=READERS,
        taken=taken,
        in_doubt=in_doubt,
        found=found,
        sent_again=sent_again,
        mails=received.total(),
        reached=len(received),
    )


def _be_slow(relay: "SampleRelay") -> None:
    """Let the server answer one mail of each connection and keep silent on the next.

    Of those it takes all but one, so that a lost answer may have been either.
    """
    from broadsheet.sample.mishaps import Mishap, Stage

    relay.mishaps.add(
        Mishap(at=Stage.DOT, delay=ANSWERED_AFTER, times=CONNECTIONS),
        Mishap(at=Stage.DOT, delay=UNANSWERED, times=1),
        Mishap(at=Stage.DOT, delay=UNANSWERED, reply="451 4.3.0 try again later", times=1),
        Mishap(at=Stage.DOT, delay=UNANSWERED),
    )


def _kill_in_the_middle(settings: "Settings", relay: "SampleRelay") -> None:
    """Kill a sender as soon as every connection waits for an answer that does not come."""
    sender = _start(settings)
    try:
        end = time.monotonic() + LONGEST_SECONDS
        while len(relay.accepted()) < 2 * CONNECTIONS - 1:
            if sender.poll() is not None or time.monotonic() > end:
                raise BroadsheetError(
                    f"the sender that was to be killed sent too little: see {_log(settings)}"
                )
            time.sleep(LOOK_EVERY_SECONDS)
    finally:
        sender.kill()
        sender.wait()


def _finish(settings: "Settings") -> None:
    if _start(settings).wait(LONGEST_SECONDS):
        raise BroadsheetError(f"the sender that was to finish the run could not: see {_log(settings)}")


def _start(settings: "Settings") -> "subprocess.Popen[bytes]":
    """`broadsheet send` in a process of its own, with these settings and none of the caller's."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(ENV_PREFIX)}
    with _log(settings).open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-c", "from broadsheet.cli import main; main()", "send"],
            env=own | settings_environment(settings),
            cwd=settings.home_path,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _log(settings: "Settings") -> Path:
    return settings.home_path / "relay" / "senders.log"


def _under_way(settings: "Settings", run_key: str) -> int:
    """How many mails were offered whole and have no answer, by the journal that the killed sender left."""
    from broadsheet.mail.journal import journals, read_journal
    from broadsheet.mail.transport import Result

    attempts = [
        attempt
        for file in journals(settings.journal_path, run_key, 0)
        for attempt in read_journal(file.path).attempts().values()
    ]
    return sum(attempt.outcome.result is Result.IN_DOUBT for attempt in attempts)


def _settled(settings: "Settings", run_key: str) -> tuple[int, int]:
    """How many doubts the server's log settled as taken, and how many as not."""
    import sqlalchemy as sa

    from broadsheet.mail.database import open_database
    from broadsheet.mail.doubts import FOUND, NOT_FOUND
    from broadsheet.mail.schema import attempts, deliveries

    query = (
        sa.select(attempts.c.text)
        .join(deliveries, deliveries.c.delivery_id == attempts.c.delivery_id)
        .where(deliveries.c.run_key == run_key)
    )
    with open_database(settings) as database, database.read() as con:
        words = Counter(con.scalars(query))
    return words[FOUND], words[NOT_FOUND]
