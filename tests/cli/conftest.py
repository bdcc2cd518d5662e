"""The command line as a person meets it: its own process, or the same code in this one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from broadsheet import cli
from broadsheet.hub.archive import Archive, Location
from broadsheet.model import Capture
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import ENV_PREFIX, load_settings
from broadsheet.warehouse.ingest import ingest


class Result(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with no settings; the home folder would be in it."""
    for name in list(os.environ):
        if name.startswith(ENV_PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".broadsheet"


@pytest.fixture
def broadsheet(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run a command in this process: ``broadsheet("sql", "FROM papers")``."""

    def run(*arguments: object) -> Result:
        capsys.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run


@pytest.fixture
def spawn(home: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start a command as a process of its own."""

    def start(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", "from broadsheet.cli import main; main()", *map(str, arguments)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)

    return start


@pytest.fixture
def published(home: Path) -> Path:
    """A small published file: numbers, texts, times, lists and a paper that would like to be a command."""
    path = home / "published" / "papers.duckdb"
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute((Path(__file__).parent / "published.sql").read_text())
    return path


@pytest.fixture
def hub(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleHub]:
    """A sample hub on a Tuesday that the commands ask; `at` moves its clock and theirs."""
    with SampleHub() as sample:
        settings = {"hub_url": sample.url, "max_attempts": 1, "budget_requests": 1000, "digest_hour": 0}
        for name, value in settings.items():
            monkeypatch.setenv(ENV_PREFIX + name.upper(), str(value))
        yield sample


@pytest.fixture
def at(hub: SampleHub, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock of the hub and of the commands: ``at("2026-11-03T09:00Z")``."""

    def set_clocks(moment: str) -> None:
        hub.now = datetime.fromisoformat(moment)
        monkeypatch.setenv("BROADSHEET_CLOCK", moment)

    return set_clocks


@pytest.fixture
def someone_else_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a command archives, another process loads before the command comes to it."""
    append = Archive.append

    def append_and_load(archive: Archive, captures: Iterable[Capture]) -> list[Location]:
        places = append(archive, captures)
        ingest(load_settings())
        return places

    monkeypatch.setattr(Archive, "append", append_and_load)


@pytest.fixture(scope="session")
def polled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which trending was polled on three mornings; to be copied, not used."""
    folder = tmp_path_factory.mktemp("polled")
    with SampleHub() as sample, pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()):
        patch.chdir(folder)
        patch.setenv("BROADSHEET_HUB_URL", sample.url)
        for day in ("03", "04", "05"):
            moment = f"2026-11-{day}T09:00Z"
            sample.now = datetime.fromisoformat(moment)
            patch.setenv("BROADSHEET_CLOCK", moment)
            assert cli.run(["poll", "trending"]) == 0
    return folder / ".broadsheet"


@pytest.fixture
def three_days(
    broadsheet: Callable[..., Result], at: Callable[[str], None], polled_home: Path, home: Path
) -> Callable[..., Result]:
    """`broadsheet`, with trending polled on three mornings; it is 10 o'clock on the third."""
    shutil.copytree(polled_home, home)
    at("2026-11-05T10:00Z")
    return broadsheet
