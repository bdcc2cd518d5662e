"""Opening a run for very many readers: deciding who gets what, and freezing it, on SQLite and on PostgreSQL."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sending
from harness.contest import peak_megabytes
from harness.measurement import Contender, Measurement, Unit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import postgresql
from broadsheet.mail.consent import Act
from broadsheet.mail.csvfile import read_entries
from broadsheet.mail.database import open_database
from broadsheet.mail.importing import carry_out, plan_import
from broadsheet.mail.opening import open_run
from broadsheet.mail.preferences import starting
from broadsheet.mail.secret import secret_key
from broadsheet.settings import Settings
from crash.mailroom import OPENED_AT, PAPERS, SUBSCRIBED_AT
from digest.made_up import paper

READERS, MORE_READERS = 20_000, 100_000
TOPIC_SETS = 500


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """Seconds and memory of one opening on each database."""
    readers = MORE_READERS if full else READERS
    title = f"Opening a run for {readers:,} readers with {TOPIC_SETS} sets of topics"
    seconds, memory = [], []
    with another_database() as others:
        for name, url in ({"SQLite": ""} | others).items():
            folder = str(home / name)
            subscribe(settings_of(folder, url), readers)
            said = measure(folder, url)
            seconds.append(Contender(name, (said["seconds"],)))
            memory.append(Contender(name, (said["memory"] * 1e6,)))
    note = "" if others else "PostgreSQL is not installed here."
    yield Measurement(number=None, title=title, contenders=seconds, note=note)
    yield Measurement(number=None, title=f"{title}: memory", contenders=memory, unit=Unit.BYTES)


@contextmanager
def another_database() -> Iterator[dict[str, str]]:
    """A PostgreSQL database, where a server is installed."""
    if postgresql.find_programs() is None:
        yield {}
        return
    with postgresql.running() as server:
        yield {"PostgreSQL": server.new_database("bench")}


def subscribe(settings: Settings, readers: int) -> None:
    """A list, and that many readers of it, all of them due in the same slot."""
    sending.publish(settings)
    choice = random.Random(8)
    words = sorted({word.strip(":,.?") for n in range(len(PAPERS)) for word in paper(n).title.split()})
    sets = [" ".join(choice.sample(words, 3)) for _ in range(TOPIC_SETS)]
    wishes = [", ".join(["model*", *each.split()]) for each in sets]
    lines = [
        "address,topics",
        *(f'reader{number:06d}@example.org,"{wishes[number % TOPIC_SETS]}"' for number in range(readers)),
    ]
    secret = secret_key(settings)
    with open_database(settings) as database, database.write() as con:
        plan = plan_import(con, read_entries(lines, "readers.csv", ()), starting(settings), secret)
        carry_out(con, plan, Act(SUBSCRIBED_AT, "import"), secret, lambda _done, _total: None)


def settings_of(home: str, url: str) -> Settings:
    """Settings for that home and database."""
    return Settings(home=home, hub_url="https://hub.example", secret_key="bench", database_url=url)


def measure(home: str, url: str) -> dict[str, float]:
    """One opening in a process of its own: seconds, and the most memory in megabytes."""
    done = subprocess.run([sys.executable, __file__, home, url], check=True, capture_output=True, text=True)
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said


def main(arguments: Sequence[str]) -> None:
    """The opening, as `measure` asks for it."""
    began = time.perf_counter()
    opened = open_run(settings_of(*arguments), OPENED_AT)
    seconds = time.perf_counter() - began
    assert opened.prepared
    print(json.dumps({"seconds": seconds, "memory": round(peak_megabytes())}))


if __name__ == "__main__":
    main(sys.argv[1:])
