"""What visitors wait for: pages under 200 connections, beside a file server that has the same bytes on disk.

Needs wrk (apt-get install wrk).
"""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from harness.measurement import Contender, Measurement
from msgspec.structs import replace

from broadsheet.model import parse_list_id
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import poll
from broadsheet.web.serving import address_of, listen
from sites import FIRST_MORNING, poll_two_weeks

VISITORS = 200
ROUNDS = 3
PAGES = {
    "the front page": "/",
    "a day's list": "/lists/daily/2026-11-10",
    "a feed": "/feeds/trending.atom",
    "the API": "/api/v1/lists/trending",
}
FILES = "the same bytes, Starlette's file server"
FILE_SERVER = """
import sys, uvicorn
from starlette.staticfiles import StaticFiles
uvicorn.run(StaticFiles(directory=sys.argv[1]), port=int(sys.argv[2]), access_log=False, log_level="error")
"""


class Load(NamedTuple):
    """What ``VISITORS`` connections got in some seconds; times in milliseconds."""

    per_second: float
    p50: float
    p99: float
    errors: int


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """What a page takes, all connections together, at rest and while polls are loaded and published."""
    if shutil.which("wrk") is None:
        yield Measurement(number=None, title="Pages", missing="wrk is not installed (apt-get install wrk)")
        return
    seconds = 10 if full else 2
    poll_two_weeks(home / "data")
    with running_site(Settings(home=str(home / "data"), web_requests_per_minute=0)) as site:
        _save(site, home / "files")
        with _file_server(home / "files") as server:
            for number, (name, path) in enumerate(PAGES.items()):
                yield _contest(name, {"Broadsheet": site + path, FILES: f"{server}/{number}"}, seconds)
        yield _while_loading(home / "data", site, seconds)


def _contest(name: str, addresses: Mapping[str, str], seconds: int) -> Measurement:
    loads: dict[str, list[Load]] = {each: [] for each in addresses}
    for _ in range(ROUNDS):
        for each, address in addresses.items():
            loads[each].append(_load(address, seconds))
    return Measurement(
        number=None,
        title=f"A request for {name}, under {VISITORS} connections",
        contenders=[
            Contender(each, tuple(1 / load.per_second for load in found)) for each, found in loads.items()
        ],
        note=_waits(loads["Broadsheet"]),
    )


def _while_loading(home: Path, site: str, seconds: int) -> Measurement:
    over = threading.Event()
    with SampleHub() as hub:
        settings = Settings(home=str(home), hub_url=hub.url, budget_requests=100_000)
        loads = []

        def go_on_polling() -> None:
            while not over.is_set():
                moment = FIRST_MORNING.replace(month=12, hour=len(loads) % 24, minute=0)
                moment = moment.replace(day=1 + len(loads) // 24)
                hub.now = moment
                poll(settings, [parse_list_id("trending")], now=lambda at=moment: at, sleep=time.sleep)
                loads.append(moment)

        poller = threading.Thread(target=go_on_polling)
        poller.start()
        try:
            load = _load(f"{site}/", seconds * ROUNDS)
        finally:
            over.set()
            poller.join()
    return Measurement(
        number=None,
        title="A request for the front page while polls are loaded and published",
        contenders=[Contender("Broadsheet", (1 / load.per_second,))],
        note=f"{len(loads)} publications meanwhile. {_waits([load])}",
    )


def _waits(loads: Sequence[Load]) -> str:
    best = max(loads)
    errors = sum(load.errors for load in loads)
    return (
        f"{best.per_second:,.0f} requests a second; half of them waited at most {best.p50:.1f} ms, "
        f"all but 1 % at most {best.p99:.1f} ms; {errors} errors."
    )


def _load(address: str, seconds: int) -> Load:
    command = [
        "wrk",
        "-t1",
        f"-c{VISITORS}",
        f"-d{seconds}s",
        "--latency",
        "-H",
        "Accept-Encoding: gzip",
        address,
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    errors = sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)", said)))
    if sockets := re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said):
        errors += sum(map(int, sockets.groups()))
    return Load(
        per_second=float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
        p50=_milliseconds(said, "50%"),
        p99=_milliseconds(said, "99%"),
        errors=errors,
    )


def _milliseconds(said: str, quantile: str) -> float:
    number, unit = re.search(rf"{quantile}\s+([\d.]+)(us|ms|s|m)\b", said).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[unit]


def _save(site: str, folder: Path) -> None:
    """Each page's bytes as a file."""
    folder.mkdir()
    for number, path in enumerate(PAGES.values()):
        with urlopen(site + path) as answer:
            (folder / str(number)).write_bytes(answer.read())


@contextmanager
def running_site(settings: Settings) -> Iterator[str]:
    """The site as `broadsheet serve` runs it, in a process of its own."""
    with listen(replace(settings, web_port=0)) as taken:
        port = taken.getsockname()[1]
        address = address_of(taken)
    environment = {"BROADSHEET_HOME": settings.home, "BROADSHEET_WEB_REQUESTS_PER_MINUTE": "0"}
    program = "from broadsheet.cli import main; main()"
    with _process([sys.executable, "-c", program, "serve", "--port", str(port)], environment, address):
        yield address


@contextmanager
def _file_server(folder: Path) -> Iterator[str]:
    with listen(Settings(web_port=0)) as taken:
        port = taken.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with _process([sys.executable, "-c", FILE_SERVER, str(folder), str(port)], {}, f"{address}/0"):
        yield address


@contextmanager
def _process(command: list[str], environment: Mapping[str, str], address: str) -> Iterator[None]:
    """A server that answers at ``address`` while the block runs."""
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(address, process)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(address):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers at {address}")
