"""Airflow's own processes on this machine: started, watched and ended together.

Nothing of Airflow is imported: they are programs that run with the environment of `broadsheet.runtime`.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from broadsheet.errors import BroadsheetError
from broadsheet.runtime import DEFAULT_PORT, PROJECT, WATCH_LOGGER, airflow_environment, airflow_home
from broadsheet.settings import Settings

COMMANDS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
"""What runs: the arguments of each ``airflow`` process. Logs are files here, so nobody needs to serve them."""

LOOK_EVERY_SECONDS = 0.25

_WATCHER_SAID = re.compile(rf"^\S+ \[\w+ *\] (?P<words>.*?) *\[{re.escape(WATCH_LOGGER)}\]", re.MULTILINE)


class AirflowError(BroadsheetError):
    """Airflow's processes could not be started, or one of them ended; the message names its log."""


class _Health(msgspec.Struct):
    status: str | None = None


class AirflowServices:
    """Airflow on this machine for these settings: ``with AirflowServices(settings) as airflow: …``.

    Entering prepares the database and the pool and starts the processes; leaving ends them and whatever they
    started. Each writes to ``<home>/airflow/logs/<name>.log``.

    Raises:
        AirflowError: the port is taken, the database cannot be prepared, or a process does not come up.
    """

    def __init__(self, settings: Settings, port: int = DEFAULT_PORT) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port
        self._environment = os.environ | airflow_environment(settings, port)
        self._logs = airflow_home(settings) / "logs"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._heard = 0

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Prepare the database and the pool and start the processes; `stop` ends them, also after an error."""
        self._check_port()
        self._logs.mkdir(parents=True, exist_ok=True)
        self._prepare()
        triggerer_log = self._log_file("triggerer")
        self._heard = triggerer_log.stat().st_size if triggerer_log.exists() else 0
        for name, arguments in COMMANDS.items():
            self._start(name, [sys.executable, "-m", "airflow", *arguments])

    def wait_until_healthy(self, timeout_seconds: float = 120.0) -> None:
        """Return when the database, scheduler, triggerer and DAG processor say that they are well.

        Raises:
            AirflowError: they do not within ``timeout_seconds``, or one of them ended.
        """
        deadline = time.monotonic() + timeout_seconds
        while unwell := self._unwell():
            self.check_alive()
            if time.monotonic() > deadline:
                raise AirflowError(
                    f"Airflow is not up after {timeout_seconds:.0f} s (waiting for {', '.join(unwell)}): "
                    f"see the logs in {self._logs}"
                )
            time.sleep(LOOK_EVERY_SECONDS)

    def check_alive(self) -> None:
        """Raise AirflowError if one of the processes has ended."""
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise AirflowError(
                    f"Airflow's {name} ended with code {process.returncode}: see {self._log_file(name)}"
                )

    def said(self) -> list[str]:
        """What the page watcher has said since this was last called: a list moved, the hub is gone or is back."""
        with self._log_file("triggerer").open("rb") as log:
            log.seek(self._heard)
            new = log.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._heard += len(whole)
        return [match["words"] for match in _WATCHER_SAID.finditer(whole.decode(errors="replace"))]

    def stop(self, grace_seconds: float = 15.0) -> None:
        """Ask every process to end, and end what has not after ``grace_seconds``, children included."""
        for process in self._processes.values():
            process.terminate()
        deadline = time.monotonic() + grace_seconds
        for process in self._processes.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
            _end_group(process.pid)
            process.wait()
        self._processes.clear()

    def _check_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self._port))
            except OSError as error:
                raise AirflowError(
                    f"port {self._port} on this machine cannot be used ({error.strerror}): choose another one"
                ) from None

    def _prepare(self) -> None:
        self._start("prepare", [sys.executable, str(PROJECT / "plugins/broadsheet_airflow/prepare.py")])
        code = self._processes["prepare"].wait()
        del self._processes["prepare"]
        if code:
            raise AirflowError(f"Airflow's database could not be prepared: see {self._log_file('prepare')}")

    def _start(self, name: str, command: list[str]) -> None:
        with self._log_file(name).open("ab") as log:
            self._processes[name] = subprocess.Popen(  # noqa: S603 - the command is our own
                command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _log_file(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _unwell(self) -> list[str]:
        url = f"{self.address}/api/v2/monitor/health"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
                health = msgspec.json.decode(answer.read(), type=dict[str, _Health | None])
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return ["api-server"]
        wanted = ("metadatabase", "scheduler", "triggerer", "dag_processor")
        return [part for part in wanted if (found := health.get(part)) is None or found.status != "healthy"]


def _end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return
