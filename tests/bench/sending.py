"""Sending to postfix's smtp-sink with ledger and journal on, against bare smtplib on as many connections.

``smtp-sink`` comes with Debian's package postfix; without it nothing is measured.
"""

import json
import queue
import shutil
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness.contest import peak_megabytes
from harness.measurement import Contender, Measurement, Unit, below, within

from broadsheet.mail.accounts import get_run
from broadsheet.mail.composer import Composer
from broadsheet.mail.database import open_database
from broadsheet.mail.ledger import Shard, claim
from broadsheet.mail.opening import open_run
from broadsheet.mail.recovery import recover
from broadsheet.mail.sending import send_shard
from broadsheet.mail.states import State
from broadsheet.settings import Settings
from crash.mailroom import OPENED_AT, PAPERS, subscribe
from digest.boards import Warehouse
from digest.made_up import paper

READERS = 10_000
ROUNDS, MORE_ROUNDS = 3, 7


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """How fast both are, the contenders taking turns, each time in a process of its own; and the sender's memory."""
    rounds = MORE_ROUNDS if full else ROUNDS
    title = f"{READERS:,} mails over {Settings().connections} connections"
    sink = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if sink is None:
        missing = "smtp-sink is not installed (Debian package postfix)"
        yield Measurement(number=10, title=title, missing=missing)
        return
    said: dict[str, list[dict[str, float]]] = {"ours": [], "bare": []}
    with listening(sink) as url:
        frozen = home / "frozen"
        prepare(frozen, url, READERS)
        for number in range(rounds):
            for contender, found in said.items():
                copy = home / f"{contender}{number}"
                shutil.copytree(frozen, copy)
                found.append(measure(contender, copy, url))
    seconds = {name: tuple(each["seconds"] for each in found) for name, found in said.items()}
    yield Measurement(
        number=10,
        title=title,
        contenders=[
            Contender("Broadsheet, with ledger and journal", seconds["ours"]),
            Contender("bare smtplib", seconds["bare"]),
        ],
        goals=[within(1 / 0.9, "bare smtplib")],
    )
    yield Measurement(
        number=10,
        title="The most memory of the sender",
        contenders=[Contender("Broadsheet", tuple(each["memory"] * 1e6 for each in said["ours"]))],
        unit=Unit.BYTES,
        goals=[below(300e6)],
    )


def prepare(home: Path, url: str, readers: int) -> None:
    """A run frozen for so many readers."""
    settings = settings_of(home, url)
    publish(settings)
    subscribe(settings, readers)
    assert open_run(settings, OPENED_AT).prepared == readers


def publish(settings: Settings) -> None:
    """A list of papers with an abstract each."""
    settings.published_path.parent.mkdir(parents=True)
    warehouse = Warehouse(settings.published_path)
    snapshot = warehouse.show("trending", "2026-11-20T06:00", PAPERS)
    for number, paper_id in enumerate(PAPERS):
        text = paper(number)
        warehouse.describe(snapshot, paper_id, title=text.title, abstract=text.abstract)
    warehouse.con.close()


def mails(settings: Settings) -> list[tuple[str, str, bytes]]:
    """The finished mails of the run, as (sender, recipient, bytes)."""
    found = []
    with open_database(settings) as database:
        tenure = recover(database, settings.journal_path, Shard(run_key(settings), 0), OPENED_AT)
        with database.write() as con:
            con.exec_driver_sql("UPDATE runs SET state = 'sending'")
            composer = Composer(con, settings, get_run(con, run_key(settings)))
            claimed = claim(con, tenure, "mail", OPENED_AT, sys.maxsize)
            composer.load(con, claimed)
            for one in claimed:
                message, envelope = composer.message(one, "mail")
                found.append((envelope.sender, envelope.recipient, message.data))
    return found


def ours(settings: Settings) -> float:
    """Seconds that `send_shard` takes."""
    began = time.perf_counter()
    report = send_shard(settings, run_key(settings), 0, lambda: OPENED_AT)
    took = time.perf_counter() - began
    assert not report.left
    assert set(report.done) == {State.ACCEPTED}
    return took


def bare(settings: Settings) -> float:
    """Seconds that smtplib takes for the same mails, finished before, on threads that keep their connections."""
    jobs: queue.SimpleQueue[tuple[str, str, bytes] | None] = queue.SimpleQueue()
    for job in mails(settings):
        jobs.put(job)
    port = int(settings.smtp_url.rpartition(":")[2])

    def work() -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            while (job := jobs.get()) is not None:
                client.sendmail(job[0], [job[1]], job[2])

    threads = [threading.Thread(target=work) for _ in range(settings.connections)]
    for _ in threads:
        jobs.put(None)
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def run_key(settings: Settings) -> str:
    """The key of the one run."""
    with open_database(settings) as database, database.read() as con:
        return str(con.exec_driver_sql("SELECT run_key FROM runs").scalar_one())


def settings_of(home: Path, url: str) -> Settings:
    """Settings for that home."""
    return Settings(home=str(home), hub_url="https://hub.example", secret_key="bench", smtp_url=url)


def measure(contender: str, home: Path, url: str) -> dict[str, float]:
    """One round in a process of its own: seconds, and the most memory in megabytes."""
    done = subprocess.run(
        [sys.executable, __file__, contender, str(home), url], check=True, capture_output=True, text=True
    )
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return said


@contextmanager
def listening(sink: str) -> Iterator[str]:
    """smtp-sink on a free port; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sink, "-u", "nobody", f"127.0.0.1:{port}", "1000"])
    try:
        wait_for(port)
        yield f"smtp://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def wait_for(port: int) -> None:
    """Wait until something listens."""
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")


def main(arguments: Sequence[str]) -> None:
    """One round, as `measure` asks for it."""
    contender, home, url = arguments
    seconds = {"ours": ours, "bare": bare}[contender](settings_of(Path(home), url))
    print(json.dumps({"seconds": round(seconds, 3), "memory": round(peak_megabytes())}))


if __name__ == "__main__":
    main(sys.argv[1:])
