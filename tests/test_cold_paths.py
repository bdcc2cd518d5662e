"""What may be imported on the way to an answer: time on a cold start is imports, and these can be counted.

A package that is not allowed here is either imported where it is needed (inside the function that needs it), or
allowed here on purpose, after a look at what it costs: ``python -X importtime -m broadsheet …``.
"""

import os
import subprocess
import sys
from collections.abc import Set
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broadsheet.mail.database import open_database
from broadsheet.model import parse_list_id
from broadsheet.runtime import airflow_environment
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import ENV_PREFIX, Settings
from broadsheet.warehouse.ingest import poll

ROOT = Path(__file__).resolve().parents[1]
DAG_FILES = sorted(file.stem for file in (ROOT / "dags").glob("*.py"))


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


COSTLY = names(
    "argparse asyncio concurrent csv ctypes dataclasses decimal difflib email hashlib http inspect json logging "
    "multiprocessing sqlite3 ssl subprocess tempfile tomllib unittest uuid xml zoneinfo"
)
"""Those of Python's own packages that take a millisecond or more."""
OURS = names("broadsheet broadsheet_airflow") | set(DAG_FILES)

READING = names("argparse inspect")
"""What reads a command's arguments."""
SETTINGS = names("msgspec typing_extensions decimal inspect uuid")
"""msgspec and what it brings along."""
DUCKDB = names("duckdb csv email tempfile")
"""DuckDB and what it brings along: it asks importlib.metadata for its own version."""
WAREHOUSE = DUCKDB | names("hashlib")
"""And its lock's."""
WIDE_LETTERS = names("rich")
"""How wide a table's column is with Chinese letters in it."""
MAIL = names(
    "sqlalchemy sqlite3 asyncio concurrent dataclasses difflib email json logging ssl subprocess"
) | names("csv hashlib tempfile zoneinfo")
"""SQLAlchemy and what it brings along, and the keys that addresses are told by."""
AIRFLOW = names("airflow croniter cron_descriptor packaging pydantic")
"""What Airflow's own names bring along when a DAG file first speaks of them."""

COMMANDS = {
    "--help": names(""),
    "--version": names(""),
    "subscribers --help": names(""),
    "sql --help": READING | SETTINGS,
    "search --help": READING | SETTINGS,
    "status --help": READING | SETTINGS,
    "sql FROM(SELECT(1))": READING | SETTINGS | DUCKDB,
    "search model": READING | SETTINGS | WAREHOUSE | WIDE_LETTERS,
    "list trending": READING | SETTINGS | WAREHOUSE | WIDE_LETTERS,
    "changes trending": READING | SETTINGS | WAREHOUSE | WIDE_LETTERS,
    "runs": READING | SETTINGS | MAIL,
    "status": READING | SETTINGS | WAREHOUSE | MAIL,
}
"""Commands, and the packages besides ours and Python's cheap ones that may be imported for them."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with a list in it, and the mail database."""
    folder = tmp_path_factory.mktemp("cold")
    with SampleHub() as hub:
        settings = Settings(home=str(folder), hub_url=hub.url)
        moment = datetime(2026, 11, 3, 9, tzinfo=UTC)
        hub.now = moment
        poll(settings, [parse_list_id("trending")], now=lambda: moment, sleep=lambda _: None)
    with open_database(settings):
        pass
    return folder


def imported(home: Path, before: str, work: str, **more: str) -> set[str]:
    """The packages that ``work`` imports in a fresh interpreter where ``before`` was done, ours left out.

    A name that begins with "_" is part of something else.
    """
    program = (
        f"{before}\nimport io, sys\nbefore, out, sys.stdout = set(sys.modules), sys.stdout, io.StringIO()\n{work}\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before}, file=out)"
    )
    own = {name: value for name, value in os.environ.items() if not name.startswith((ENV_PREFIX, "AIRFLOW"))}
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        capture_output=True,
        text=True,
        cwd=home,
        env=own | {"BROADSHEET_HOME": str(home), "PYTHONPATH": str(ROOT / "include")} | more,
    )
    assert done.returncode == 0, done.stderr
    found = set(done.stdout.splitlines()[-1].split()) if done.stdout.strip() else set()
    return {name for name in found - OURS if not name.startswith("_") and name != "cython_runtime"}


def costly(packages: set[str], allowed: Set[str]) -> list[str]:
    """Which of the packages cost time and are not allowed."""
    foreign = {name for name in packages if name not in sys.stdlib_module_names}
    return sorted((foreign | packages & COSTLY) - allowed)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_imports_only_what_it_is_allowed(words: str, home: Path) -> None:
    run = f"from broadsheet import cli\nassert cli.run({words.split()!r}) == 0"
    extra = costly(imported(home, "", run), COMMANDS[words])
    assert not extra, f"`broadsheet {words}` imports {', '.join(extra)}: see {__file__}"


def test_the_package_alone_imports_nothing(home: Path) -> None:
    assert costly(imported(home, "", "import broadsheet"), names("")) == []


def test_what_is_allowed_is_also_needed(home: Path) -> None:
    """Else the lists above say nothing."""
    found = imported(home, "", "from broadsheet import cli\ncli.run(['sql', 'SELECT(1)'])")
    assert COMMANDS["sql FROM(SELECT(1))"] <= found


@pytest.mark.airflow
def test_a_dag_file_adds_nothing_costly_to_airflow(home: Path) -> None:
    """Neither DuckDB nor a parser nor a template: a DAG file is read again every few minutes, by every process."""
    environment = airflow_environment(Settings(home=str(home)))
    folders = [ROOT / "include", ROOT / "plugins", ROOT / "dags"]
    found = imported(
        home,
        "import airflow.sdk",
        f"import {', '.join(DAG_FILES)}",
        **environment | {"PYTHONPATH": os.pathsep.join(map(str, folders))},
    )
    extra = costly(found, AIRFLOW)
    assert not extra, f"the DAG files import {', '.join(extra)}: see {__file__}"
