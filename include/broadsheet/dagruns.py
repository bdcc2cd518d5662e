"""Runs of the real DAGs, one after another, without a scheduler: for demonstrations.

Airflow works in a process of its own (plugins/broadsheet_airflow/driver.py), which takes an order a line and
gives an answer a line.
"""

import os
import subprocess
import sys
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import msgspec

from broadsheet.runtime import PROJECT, airflow_environment, airflow_home
from broadsheet.services import AirflowError
from broadsheet.settings import ENV_PREFIX, Settings

DRIVER = PROJECT / "plugins" / "broadsheet_airflow" / "driver.py"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One run. ``environment`` is set before it and stays; without ``logical_date`` it runs as on an event."""

    dag: str
    logical_date: datetime | None = None
    environment: dict[str, str] = {}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a run: its state, each task's state, and what each task returned."""

    dag: str
    state: str
    tasks: dict[str, str]
    returned: dict[str, Any]
    seconds: float


class DagRuns:
    """``with DagRuns(settings) as dags: dags.run("send_digests", at=moment)``; Airflow's log is ``log``.

    Entering returns at once; the first run waits for Airflow to be imported, some seconds.
    """

    def __init__(self, settings: Settings) -> None:
        self.log = airflow_home(settings) / "logs" / "driver.log"
        # Nothing of the caller's own settings may reach a demonstration: it would mail through their server.
        own = {k: v for k, v in os.environ.items() if not k.startswith((ENV_PREFIX, "AIRFLOW"))}
        self._environment = own | airflow_environment(settings)
        self._folder = settings.home_path
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the command is our own
                [sys.executable, str(DRIVER)],
                env=self._environment,
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process is not None:
            if error is not None:
                self._process.kill()
            self._process.communicate()

    def run(self, dag: str, *, at: datetime, logical_date: datetime | None = None) -> Answer:
        """Run a DAG whole, its tasks' clock standing at ``at``.

        Raises:
            AirflowError: Airflow ended instead of answering.
        """
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            raise AirflowError("no run can be ordered before `with`")
        order = Order(dag=dag, logical_date=logical_date, environment={"BROADSHEET_CLOCK": at.isoformat()})
        try:
            self._process.stdin.write(msgspec.json.encode(order) + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            raise AirflowError(f"Airflow ended in the middle of {dag}: see {self.log}")
        return msgspec.json.decode(line, type=Answer)
