"""Cold starts: help, a query and Airflow's reading of a DAG file, each in a fresh process.

Counted is the time that the process computes, its children's left out: others on the machine add little to it.
Bytecode is compiled beforehand, as `make install` leaves it.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import sending
from harness.contest import take_turns
from harness.measurement import Contender, Measurement, within

from broadsheet.runtime import airflow_environment
from broadsheet.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
BARE, ARGPARSE, DUCKDB = "python -c pass", "import argparse", "import duckdb, connect, select"
SDK = "airflow.sdk and a DAG without ours"
ROUNDS, DAG_ROUNDS = 15, 3
HEAVIEST = ("ingest_lists",)
"""The DAG file with the most in it: the quick form measures no other one."""

QUERY = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True).execute('SELECT 1').fetchall()"
READ_DAG = Path(__file__).with_name("read_dag.py")


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """Processor seconds of help, of a query, and of reading DAG files."""
    settings = Settings(home=str(home), hub_url="https://hub.example", secret_key="bench")
    sending.publish(settings)
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BROADSHEET"))}
    own["BROADSHEET_HOME"] = str(home)
    program = [str(Path(sys.executable).with_name("broadsheet"))]
    python = [sys.executable, "-c"]
    yield Measurement(
        number=12,
        title="Help",
        contenders=_turns(
            {
                "broadsheet --help": [*program, "--help"],
                BARE: [*python, "pass"],
                ARGPARSE: [*python, "import argparse"],
                "broadsheet sql --help": [*program, "sql", "--help"],
            },
            own,
        ),
        goals=[within(2.2, BARE)],
    )
    yield Measurement(
        number=12,
        title="A query",
        contenders=_turns(
            {
                'broadsheet sql "SELECT 1"': [*program, "sql", "SELECT 1"],
                DUCKDB: [*python, QUERY, str(settings.published_path)],
                "broadsheet list trending": [*program, "list", "trending"],
                "broadsheet search model": [*program, "search", "model"],
            },
            own,
        ),
        goals=[within(1.2, DUCKDB)],
    )
    folders = os.pathsep.join(str(ROOT / name) for name in ("include", "plugins", "dags"))
    airflow = own | airflow_environment(settings) | {"PYTHONPATH": folders}
    names = sorted(file.stem for file in (ROOT / "dags").glob("*.py")) if full else HEAVIEST
    for name in names:
        yield _dag_file(name, airflow)


def _turns(commands: Mapping[str, Sequence[str]], environment: Mapping[str, str]) -> list[Contender]:
    def starting(command: Sequence[str]) -> Callable[[], float]:
        return lambda: _processor_seconds(command, environment)

    for command in commands.values():
        _processor_seconds(command, environment)
    return take_turns({name: starting(command) for name, command in commands.items()}, ROUNDS)


def _processor_seconds(command: Sequence[str], environment: Mapping[str, str]) -> float:
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{' '.join(command)} ended with {process.returncode}"
    return used.ru_utime + used.ru_stime


def _dag_file(name: str, environment: Mapping[str, str]) -> Measurement:
    """One process measures both: what Airflow takes, and both together."""
    rounds = [_read_dag(name, environment) for _ in range(DAG_ROUNDS + 1)][1:]
    return Measurement(
        number=12,
        title=f"Reading dags/{name}.py",
        contenders=[
            Contender(f"airflow.sdk and dags/{name}.py", tuple(both for _, both in rounds)),
            Contender(SDK, tuple(alone for alone, _ in rounds)),
        ],
        goals=[within(1.03, SDK)],
        note="The other DAG uses the same names of Airflow's, which airflow.sdk loads when they are first used.",
    )


def _read_dag(name: str, environment: Mapping[str, str]) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, READ_DAG, name], env=environment, check=True, capture_output=True, text=True
    )
    alone, both = done.stdout.splitlines()[-1].split()
    return float(alone), float(both)
