"""Everything for real: Airflow's processes, started and ended."""

import signal
import socket
import subprocess
import time
from functools import partial
from pathlib import Path

import httpx
import pytest

from broadsheet.sample.faults import Status
from broadsheet.services import AirflowError

pytestmark = pytest.mark.airflow


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children_of(process: subprocess.Popen[str]) -> set[int]:
    """The processes that it and its children started and that still run."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[0] != "Z":
            parents[int(stat.parent.name)] = int(fields[1])
    found, new = set(), {process.pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new} - found
        found |= new
    return found


def line_with(process: subprocess.Popen[str], words: str, seconds: float = 120) -> str:
    """The next line of output that holds these words."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        if words in line:
            return line
    raise AssertionError(f"no line with {words!r} in {seconds} s")


def test_up_runs_until_asked_to_stop_and_leaves_nothing_behind(spawn, hub, port, home, monkeypatch):
    monkeypatch.setenv("BROADSHEET_POLL_SECONDS", "1")
    process = spawn("up", "--port", port, "--web-port", 0)
    try:
        site = line_with(process, "site").split()[1]
        assert f"http://127.0.0.1:{port}" in line_with(process, "Airflow")
        assert "every 1 seconds" in line_with(process, "watching")
        assert "digest_to" in line_with(process, "mails")
        line_with(process, "trending moved")
        assert httpx.get(f"{site}/static/site.css").status_code == 200
        hub.fail(None, Status(503), times=None)
        assert "cannot be read from the hub, going on trying" in line_with(process, "trending")
        children = children_of(process)
        assert len(children) >= 4
        asked_to_stop = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert time.monotonic() - asked_to_stop < 25
        left = wait_for_the_end(children)
        assert left == {}
        assert "going on trying" not in process.stdout.read()
        with pytest.raises(httpx.ConnectError):
            httpx.get(site)
    finally:
        process.kill()


def wait_for_the_end(pids: set[int], seconds: float = 5) -> dict[int, bytes]:
    """Which of these still run after at most ``seconds``, and what they are."""
    deadline = time.monotonic() + seconds
    while (left := {pid: cmdline(pid) for pid in pids if is_running(pid)}) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def is_running(pid: int) -> bool:
    """Not even an orphan that nobody has buried yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def cmdline(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


@pytest.fixture
def up(broadsheet):
    """The command in this process, whose signals are as before afterwards."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield partial(broadsheet, "up")
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_a_port_that_is_taken_is_a_clear_error(up, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        result = up("--port", port, "--web-port", 0)
    assert result.code == 1
    assert str(port) in result.err


class Dying:
    """Airflow as far as `up` sees it, one of whose processes is dead by the second look."""

    address = "http://127.0.0.1:8080"

    def __init__(self):
        self.done = []
        self.looks = 0

    def start(self):
        self.done.append("started")

    def wait_until_healthy(self):
        self.done.append("well")

    def said(self):
        return []

    def check_alive(self):
        self.looks += 1
        if self.looks == 2:
            raise AirflowError("Airflow's scheduler ended with code -9")

    def stop(self):
        self.done.append("stopped")


def test_a_dead_process_ends_it(up, monkeypatch):
    airflow = Dying()
    monkeypatch.setattr("broadsheet.services.AirflowServices", lambda *_: airflow)
    monkeypatch.setattr("broadsheet.commands.up.LOOK_EVERY_SECONDS", 0)
    result = up("--no-web")
    assert result.code == 1
    assert "scheduler ended" in result.err
    assert "not served from here" in result.out
    assert airflow.done == ["started", "well", "stopped"]
