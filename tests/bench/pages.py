"""What visitors wait for: pages under 200 connections, beside a file server that has the same bytes on disk.

Needs wrk (apt-get install wrk).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

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


def run(*, full: bool) -> None:
    """Print requests a second and waiting times of each page, at rest and while polls are loaded and published."""
    if shutil.which("wrk") is None:
        print("\nPages: not measured, wrk is not installed (apt-get install wrk)")
        return
    seconds = 10 if full else 2
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as folder:
        home = Path(folder) / "home"
        poll_two_weeks(home)
        with _site(Settings(home=str(home), web_requests_per_minute=0)) as site:
            files = Path(folder) / "files"
            _save(site, files)
            with _file_server(files) as server:
                _contest(site, server, seconds)
            _while_loading(home, site, seconds)


def _contest(site: str, server: str, seconds: int) -> None:
    print(f"\nPages under {VISITORS} connections (best of {ROUNDS} interleaved rounds of {seconds} s)")
    for number, (name, path) in enumerate(PAGES.items()):
        addresses = {name: site + path, "  the same bytes, Starlette's file server": f"{server}/{number}"}
        best: dict[str, Load] = {}
        for _ in range(ROUNDS):
            for each, address in addresses.items():
                best[each] = max(best.get(each, Load(0, 0, 0, 0)), _load(address, seconds))
        _show(best)


def _while_loading(home: Path, site: str, seconds: int) -> None:
    print(f"\nThe front page under {VISITORS} connections while polls are loaded and published")
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
            _show({f"the front page ({seconds * ROUNDS} s)": _load(f"{site}/", seconds * ROUNDS)})
        finally:
            over.set()
            poller.join()
    print(f"  {len(loads)} publications meanwhile")


def _show(loads: Mapping[str, Load]) -> None:
    (first, *_) = loads.values()
    for name, load in loads.items():
        print(
            f"  {name:<44} {load.per_second:>9,.0f} /s {load.per_second / first.per_second:>6.2f} ×"
            f"  p50 {load.p50:>7.1f} ms  p99 {load.p99:>7.1f} ms  {load.errors} errors"
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
def _site(settings: Settings) -> Iterator[str]:
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
