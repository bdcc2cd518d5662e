"""The totals of the crash gate, at the end of the report."""

from typing import Any

import msgspec
import pytest


def pytest_terminal_summary(terminalreporter: Any) -> None:
    rows = [
        (name, tally)
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for key, (name, tally) in getattr(report, "user_properties", [])
        if key == "tally"
    ]
    if not rows:
        return
    columns = ("readers", "kills", "doubts", "copies", "most_copies", "lost", "held")
    terminalreporter.write_sep("-", "crash gate")
    terminalreporter.write_line(f"{'':<36}" + "".join(f"{column:>12}" for column in columns))
    for name, tally in sorted(rows):
        terminalreporter.write_line(f"{name:<36}" + "".join(f"{tally[column]:>12}" for column in columns))


@pytest.fixture
def record_tally(record_property: Any) -> Any:
    """``record_tally(name, tally)``: have it in the table at the end."""
    return lambda name, tally: record_property("tally", (name, msgspec.to_builtins(tally)))
