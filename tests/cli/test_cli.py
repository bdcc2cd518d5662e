"""Exit codes, help, and what may be imported for them."""

import json
import re
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from broadsheet.commands import COMMANDS, Group

HEAVY = {
    *("airflow", "duckdb", "bs4", "requests", "pyarrow", "warcio", "pandas", "sqlalchemy", "alembic", "rich"),
    *("typer", "click", "pydantic", "msgspec"),
}


CALLED = {
    (name, *more): command
    for name, found in COMMANDS.items()
    for more, command in (
        [((part,), one) for part, one in found.commands.items()]
        if isinstance(found, Group)
        else [((), found)]
    )
}
"""Every command under the words it is called by."""


def modules_after(*arguments: str) -> set[str]:
    """The top-level modules loaded when a command has run in a fresh interpreter."""
    program = (
        "import sys, json, io; from broadsheet import cli; out, sys.stdout = sys.stdout, io.StringIO();"
        f"cli.run({list(arguments)!r}); json.dump(sorted(sys.modules), out)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], []])
def test_help_and_version_import_nothing_heavy(arguments, home):
    assert modules_after(*arguments) & HEAVY == set()


@pytest.mark.parametrize("words", CALLED, ids=" ".join)
def test_the_help_of_a_command_imports_nothing_heavy(words, home):
    assert modules_after(*words, "--help") & HEAVY <= {"msgspec"}


def test_help_names_every_command(broadsheet):
    result = broadsheet("--help")
    assert result.code == 0
    for name, command in COMMANDS.items():
        assert f"\n  {name} " in result.out
        assert command.summary in result.out


@pytest.mark.parametrize("name", [name for name, found in COMMANDS.items() if isinstance(found, Group)])
def test_the_help_of_a_group_names_its_commands_and_imports_nothing(name, broadsheet):
    assert modules_after(name, "--help") & HEAVY == set()
    result = broadsheet(name, "--help")
    assert result.code == 0
    assert COMMANDS[name].summary in result.out
    for part, command in COMMANDS[name].commands.items():
        assert f"\n  {part} " in result.out
        assert command.summary in result.out


def test_a_group_alone_is_a_usage_error(broadsheet):
    result = broadsheet("subscribers")
    assert result.code == 2
    assert "Usage: broadsheet subscribers COMMAND" in result.out


def test_an_unknown_command_of_a_group_names_the_nearest(broadsheet):
    result = broadsheet("subscribers", "ad")
    assert (result.code, result.out) == (2, "")
    assert "there is no command 'subscribers ad'; did you mean 'add'?" in result.err


@pytest.mark.parametrize("words", CALLED, ids=" ".join)
def test_every_command_has_help_with_its_options_explained(words, broadsheet):
    result = broadsheet(*words, "--help")
    assert result.code == 0
    assert f"Usage: broadsheet {' '.join(words)}" in result.out
    command = CALLED[words]
    function = getattr(import_module(f"broadsheet.commands.{command.module}"), command.function)
    assert " ".join(function.__doc__.split("\n\n")[0].split()) in " ".join(result.out.split())


def test_version(broadsheet):
    assert re.fullmatch(r"broadsheet \d+\.\d+\.\d+\n", broadsheet("--version").out)


def test_no_command_is_a_usage_error(broadsheet):
    result = broadsheet()
    assert result.code == 2
    assert "Usage" in result.out


def test_an_unknown_command_names_the_nearest(broadsheet):
    result = broadsheet("pol", "trending")
    assert (result.code, result.out) == (2, "")
    assert "did you mean 'poll'?" in result.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sql"], "required: SQL"),
        (["sql", "SELECT 1", "--bogus"], "--bogus"),
        (["sql", "SELECT 1", "--format", "xls"], "--format: 'xls' is not one of table, csv"),
        (["search", "x", "--limit", "1001"], "--limit: 1001 is not from 1 to 1000"),
        (["search", "x", "--limit", "ten"], "--limit: 'ten' is not a number"),
        (["search", "two", "words"], "words"),
        (["status", "now"], "unrecognized arguments: now"),
        (["poll", "--json"], "required: LIST"),
        (["changes", "trending", "--between", "2026-11-01"], "--between takes 2 values"),
    ],
)
def test_wrong_arguments_are_usage_errors(arguments, words, broadsheet):
    result = broadsheet(*arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    assert f"`broadsheet {arguments[0]} --help`" in result.err
    assert result.err.count("\n") == 1


def test_an_error_is_one_line_without_a_traceback(broadsheet):
    result = broadsheet("sql", "SELECT 1")
    assert result.code == 1
    assert result.err.startswith("broadsheet: nothing has been published")
    assert result.err.count("\n") == 1


def test_debug_shows_the_traceback(spawn):
    _, err = (process := spawn("--debug", "sql", "SELECT 1")).communicate()
    assert process.returncode == 1
    assert "Traceback" in err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BROADSHEET_POLL_SECONDS", "often", "poll_seconds"),
        ("BROADSHEET_HUB", "https://x.example", "did you mean 'hub_url'?"),
        ("BROADSHEET_LISTS", "weakly:2026-W01", "lists"),
        ("BROADSHEET_CLOCK", "tomorrow", "clock"),
    ],
)
def test_wrong_settings_are_usage_errors_that_name_the_setting(name, value, words, broadsheet, monkeypatch):
    monkeypatch.setenv(name, value)
    result = broadsheet("doctor")
    assert result.code == 2
    assert words in result.err


def test_a_secret_setting_of_the_wrong_type_is_not_printed(broadsheet):
    Path("broadsheet.toml").write_text("hub_token = ['hf_secret']\n")
    result = broadsheet("doctor")
    assert result.code == 2
    assert "hf_secret" not in result.err + result.out


def test_a_reader_that_went_away_ends_it_quietly(spawn, published):
    process = spawn("sql", "FROM range(3000000)", "--format", "csv")
    assert process.stdout.readline() == "range\n"
    process.stdout.close()
    assert process.wait() == 141
    assert process.stderr.read() == ""


def test_ctrl_c_ends_it_quietly(spawn, published):
    process = spawn("sql", "FROM range(300000000)", "--format", "csv")
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert err == ""
