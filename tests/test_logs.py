"""What a line of the log looks like."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.logs import JsonLines, TextLines, write_to_stderr
from broadsheet.mail.states import State

AT = datetime(2026, 11, 20, 7, 0, 0, 125_000, tzinfo=UTC)


def record(message="it", *arguments, **more) -> logging.LogRecord:
    made = logging.makeLogRecord(
        {"name": "broadsheet.mail", "levelno": logging.WARNING, "levelname": "WARNING", "msg": message}
    )
    made.args, made.created, made.msecs = arguments, AT.timestamp(), 125.0
    vars(made).update(more)
    return made


def test_text_is_a_time_and_the_words():
    assert TextLines().format(record("run %s", "r")) == "2026-11-20 07:00:00 UTC  run r"


def test_json_has_the_time_who_tells_it_the_words_and_what_was_handed_over():
    line = JsonLines().format(record("run %s", "r", run="r", shard=3, done={State.ACCEPTED: 2}))
    assert json.loads(line) == {
        "time": "2026-11-20T07:00:00.125Z",
        "level": "warning",
        "logger": "broadsheet.mail",
        "message": "run r",
        "run": "r",
        "shard": 3,
        "done": {"accepted": 2},
    }


def test_an_error_has_its_traceback_in_the_same_line():
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        line = JsonLines().format(record(exc_info=sys.exc_info()))
    assert "ZeroDivisionError: division by zero" in json.loads(line)["exception"]
    assert "\n" not in line


@given(st.text(), st.text())
def test_whatever_is_said_is_one_line_of_json_that_says_it(message, value):
    line = JsonLines().format(record("%s", message, list=value))
    assert "\n" not in line
    found = json.loads(line)
    assert (found["message"], found["list"]) == (message, value)


def test_what_json_does_not_know_stands_as_text():
    line = JsonLines().format(record(file=Path("/a/b")))
    assert json.loads(line)["file"] == "/a/b"


@pytest.fixture
def loggers():
    """The loggers, put back afterwards as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.getLogger("broadsheet.told").setLevel(logging.NOTSET)


def test_warnings_of_all_and_what_some_tell_go_to_standard_error(loggers, capsys):
    write_to_stderr("json", "broadsheet.told")
    logging.getLogger("broadsheet.told").info("one")
    logging.getLogger("broadsheet.quiet").info("two")
    logging.getLogger("somebody.else").warning("three")
    assert [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()] == ["one", "three"]
