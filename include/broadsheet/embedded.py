"""Airflow without its daemons, for the demo: whole DAGs run one after the other in a process of their own.

Nothing of Airflow is imported here; the other side is plugins/broadsheet_airflow/embedded.py.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import IO, Self

import msgspec

from broadsheet.errors import BroadsheetError
from broadsheet.runtime import PROJECT, airflow_environment, airflow_home
from broadsheet.settings import ENV_PREFIX, Settings

STOP_SECONDS = 5.0


class EmbeddedError(BroadsheetError):
    """The process could not run a DAG; the message names its log."""


class Run(msgspec.Struct, frozen=True):
    """How one DAG run and its tasks ended, in Airflow's words."""

    dag: str
    state: str
    tasks: dict[str, str]


class EmbeddedAirflow:
    """``with EmbeddedAirflow(settings) as airflow: airflow.run("watch_trending", at)``.

    Entering makes Airflow's database ready and reads the DAGs, which takes seconds; a run takes a fraction of one.
    ``log`` is the file that Airflow writes to.
    """

    def __init__(self, settings: Settings) -> None:
        self.log = airflow_home(settings) / "logs" / "embedded.log"
        own = {
            name: value for name, value in os.environ.items() if not name.startswith((ENV_PREFIX, "AIRFLOW"))
        }
        environment = own | airflow_environment(settings)
        # Airflow's own programs look into these two folders by themselves; a plain Python does not.
        folders = environment["PYTHONPATH"], str(PROJECT / "plugins"), str(PROJECT / "dags")
        environment["PYTHONPATH"] = os.pathsep.join(folders)
        self._environment = environment
        self._folder = settings.home_path

    def __enter__(self) -> Self:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "broadsheet_airflow.embedded"],
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._answer()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _pipe(self._process.stdin).close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _pipe(self._process.stdout).close()

    def run(self, dag: str, logical_date: datetime, environment: Mapping[str, str] | None = None) -> Run:
        """Run one DAG to its end; ``environment`` is what its tasks see from now on.

        Raises:
            EmbeddedError: the process ended.
        """
        request = {"dag": dag, "logical_date": logical_date, "environment": dict(environment or {})}
        stdin = _pipe(self._process.stdin)
        try:
            stdin.write(msgspec.json.encode(request) + b"\n")
            stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None
        return msgspec.json.decode(self._answer(), type=Run)

    def _answer(self) -> bytes:
        line = _pipe(self._process.stdout).readline()
        if not line:
            raise self._ended()
        return line

    def _ended(self) -> EmbeddedError:
        return EmbeddedError(f"Airflow ended with code {self._process.wait()}: see {self.log}")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise AssertionError("the process was started with pipes")
    return pipe
