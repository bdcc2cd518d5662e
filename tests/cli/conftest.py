"""The command line as a person meets it: its own process, or the same code in this one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from broadsheet import cli
from broadsheet.settings import ENV_PREFIX


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
