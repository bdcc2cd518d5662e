"""A great many subscribers: matched, frozen, composed, sent, closed and told to the warehouse.

Each stage is a process of its own, so that its memory is its own; what a stage leaves behind is what the next one
finds. That memory does not grow with the subscribers is what is to be seen here.
"""

import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import opening
import sending
import sqlalchemy as sa
from harness.contest import peak_megabytes
from harness.measurement import Contender, Goal, Measurement, Unit, below

from broadsheet.mail.accounts import get_run
from broadsheet.mail.closing import close_run
from broadsheet.mail.composer import Composer
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.facts import record_facts
from broadsheet.mail.identity import parse_identity
from broadsheet.mail.ledger import Shard, claim
from broadsheet.mail.opening import open_run
from broadsheet.mail.preferences import starting
from broadsheet.mail.recovery import recover
from broadsheet.mail.schema import subscribers
from broadsheet.mail.secret import secret_key
from broadsheet.mail.sending import send_shard
from broadsheet.mail.subscribers import Newcomer, row_of
from broadsheet.mail.tokens import address_hash
from broadsheet.settings import Settings
from crash.mailroom import OPENED_AT, PAPERS, SUBSCRIBED_AT
from digest.made_up import paper

FROZEN, MORE_FROZEN = 100_000, 1_000_000
SENT, MORE_SENT = 10_000, 100_000
TOPIC_SETS = 500
AT_ONCE = 1_000
"""Subscribers that one statement brings."""
IN_HAND = 200
"""As many as a sender claims at once."""
MOST_MINUTES = 30
"""No stage takes longer."""
MOST_MEMORY = 400e6
"""Bytes: what a stage may need, however many subscribers there are."""


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """Seconds and memory of each stage; on PostgreSQL, too, where it is installed."""
    frozen, sent = (MORE_FROZEN, MORE_SENT) if full else (FROZEN, SENT)
    with opening.another_database() as others:
        for name, url in ({"SQLite": ""} | others).items():
            stages = ("subscribe", "freeze", "compose", "settle", "close", "tell")
            yield from stage(f"{name}, {frozen:,} subscribers", home / name, url, frozen, stages)
    sink = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if sink is None:
        missing = "smtp-sink is not installed (Debian package postfix)"
        yield Measurement(number=None, title=f"{sent:,} mails sent", missing=missing)
        return
    with sending.listening(sink) as url:
        stages = ("subscribe", "freeze", "send", "close", "tell")
        yield from stage(f"SQLite, {sent:,} mails sent", home / "sent", "", sent, stages, smtp_url=url)


def stage(
    title: str, home: Path, url: str, readers: int, stages: tuple[str, ...], smtp_url: str = ""
) -> Iterator[Measurement]:
    """Run these stages one after the other."""
    said = {name: measure(name, home, url, smtp_url, readers) for name in stages}
    yield Measurement(
        number=None,
        title=title,
        contenders=[Contender(name, (figures["seconds"],)) for name, figures in said.items()],
    )
    bounded: list[Goal] = [
        below(MOST_MEMORY, of=name) for name in stages if name not in {"subscribe", "settle"}
    ]
    yield Measurement(
        number=None,
        title=f"{title}: memory",
        contenders=[Contender(name, (figures["memory"] * 1e6,)) for name, figures in said.items()],
        unit=Unit.BYTES,
        goals=bounded,
    )


def measure(name: str, home: Path, url: str, smtp_url: str, readers: int) -> dict[str, float]:
    """One stage in a process of its own: seconds, and the most memory in megabytes."""
    arguments = [sys.executable, __file__, name, str(home), url, smtp_url, str(readers)]
    done = subprocess.run(arguments, check=True, stdout=subprocess.PIPE, text=True, timeout=MOST_MINUTES * 60)
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said


def subscribe(settings: Settings, readers: int) -> None:
    """A list, and that many readers of it with one of 500 sets of topics, all of them due in the same slot."""
    sending.publish(settings)
    choice = random.Random(8)
    words = sorted({word.strip(":,.?") for n in range(len(PAPERS)) for word in paper(n).title.split()})
    wishes = [", ".join(["model*", *choice.sample(words, 3)]) for _ in range(TOPIC_SETS)]
    secret, act = secret_key(settings), Act(SUBSCRIBED_AT, "import")
    model = row_of(
        Newcomer(identity=parse_identity("reader@example.org"), preferences=starting(settings)), act, secret
    )
    with open_database(settings) as database, database.write() as con:
        for start in range(0, readers, AT_ONCE):
            rows = [
                model | reader(number, wishes[number % TOPIC_SETS], secret)
                for number in range(start, min(start + AT_ONCE, readers))
            ]
            con.execute(subscribers.insert().returning(subscribers.c.subscriber_id), rows)


def reader(number: int, topics: str, secret: bytes) -> dict[str, str]:
    """What is one reader's own."""
    address = f"reader{number:07d}@example.org"
    return {
        "address": address,
        "address_key": address,
        "address_hash": address_hash(address, secret),
        "topics": topics,
    }


def freeze(settings: Settings, readers: int) -> None:
    """Everybody is matched, and the run is frozen."""
    assert open_run(settings, OPENED_AT).prepared == readers


def compose(settings: Settings, readers: int) -> None:
    """Every mail of the run, finished and forgotten, as a sender comes to them: in hand by hand."""
    run_key = sending.run_key(settings)
    with open_database(settings) as database:
        tenure = recover(database, settings.journal_path, Shard(run_key, 0), OPENED_AT)
        with database.write() as con:
            con.exec_driver_sql("UPDATE runs SET state = 'sending'")
            composer = Composer(con, settings, get_run(con, run_key))
        mails = 0
        while True:
            with database.write() as con:
                claimed = claim(con, tenure, "mail", OPENED_AT, IN_HAND)
                composer.load(con, claimed)
            if not claimed:
                break
            mails += sum(bool(composer.message(one, "mail")[0].data) for one in claimed)
    assert mails == readers


def settle(settings: Settings, readers: int) -> None:
    """All mails are taken to have been accepted."""
    with open_database(settings) as database, database.write() as con:
        done = con.execute(sa.text("UPDATE deliveries SET state = 'accepted', code = 250, phase = 'dot'"))
        assert done.rowcount == readers


def send(settings: Settings, readers: int) -> None:
    """All mails go to smtp-sink."""
    report = send_shard(settings, sending.run_key(settings), 0, lambda: OPENED_AT)
    assert (sum(report.done.values()), report.left) == (readers, {})


def close(settings: Settings, readers: int) -> None:
    """The run's counts are checked, and it is over."""
    closed = close_run(settings, sending.run_key(settings), OPENED_AT)
    assert closed.closed
    assert sum(closed.account.states.values()) == readers


def tell(settings: Settings, readers: int) -> None:
    """What became of everybody goes into the warehouse."""
    assert record_facts(settings, OPENED_AT).deliveries == readers


STAGES: dict[str, Callable[[Settings, int], None]] = {
    each.__name__: each for each in (subscribe, freeze, compose, settle, send, close, tell)
}


def main() -> None:
    """One stage, as `measure` asks for it."""
    name, home, url, smtp_url, readers = sys.argv[1:]
    settings = Settings(
        home=home, hub_url="https://hub.example", secret_key="load", database_url=url, smtp_url=smtp_url
    )
    began = time.perf_counter()
    STAGES[name](settings, int(readers))
    print(json.dumps({"seconds": time.perf_counter() - began, "memory": round(peak_megabytes())}))


if __name__ == "__main__":
    main()
