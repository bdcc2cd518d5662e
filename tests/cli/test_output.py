"""Tables, JSON and files that are written whole."""

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from broadsheet.commands.output import Column, printable, shown, table, to_json, written_whole
from broadsheet.errors import BroadsheetError
from broadsheet.model import ListId, ListKind

NAIVE = datetime(2026, 11, 20, 7, tzinfo=UTC).replace(tzinfo=None)  # as DuckDB gives a TIMESTAMP
COLUMNS = Column("id", "Paper"), Column("votes", "Votes", number=True), Column("at", "When")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (NAIVE, '"2026-11-20T07:00:00Z"'),
        (datetime(2026, 11, 20, 7, 0, 0, 5, tzinfo=UTC), '"2026-11-20T07:00:00.000005Z"'),
        (datetime(2026, 11, 20, 8, 0, tzinfo=timezone(timedelta(hours=1))), '"2026-11-20T07:00:00Z"'),
        (date(2026, 11, 20), '"2026-11-20"'),
        (timedelta(minutes=1), "60.0"),
        (Decimal("2.00"), "2"),
        (Decimal("2.50"), "2.5"),
        (math.nan, "null"),
        (b"\x01\xff", '"01ff"'),
        ({"a": [1, None, True]}, '{"a":[1,null,true]}'),
        (ListId(ListKind.DAILY, "2026-11-20"), '{"kind":"daily","key":"2026-11-20"}'),
        ("Ünïcode\n", '"Ünïcode\\n"'),
    ],
)
def test_json_values(value, text):
    assert to_json(value) == text


def test_a_table_has_a_heading_and_a_line_a_row():
    rows = [{"id": "2611.00001", "votes": 7, "at": NAIVE}, {"id": None, "votes": 12, "at": None}]
    lines = table(rows, COLUMNS).splitlines()
    assert lines[0].split() == ["Paper", "Votes", "When"]
    assert lines[2] == "2611.00001       7   2026-11-20 07:00"
    assert lines[3] == "                12"


def test_a_long_value_is_not_cut_where_there_is_no_terminal():
    assert "x" * 5000 in table([{"a": "x" * 5000}], [Column("a", "A")])


@pytest.mark.parametrize("text", ["\x1b[2J", "\x9b31m", "a\nb", "\u202eevil", "\x07"])
def test_nothing_from_the_hub_steers_the_terminal(text):
    assert all(character.isprintable() for character in printable(text))


def test_markup_in_a_value_stays_text():
    assert "[bold]x[/bold]" in table([{"a": "[bold]x[/bold]"}], [Column("a", "A")])


def test_lists_are_shown_with_commas():
    assert shown(["a", "b"]) == "a, b"


def fail_in_the_middle(path):
    with written_whole(path) as file:
        file.write(b"half")
        raise ZeroDivisionError


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.txt"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle(path)
    assert path.read_bytes() == b"old"
    with written_whole(path) as file:
        file.write(b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_a_clear_error(tmp_path):
    with pytest.raises(BroadsheetError, match="cannot be written: No such file"):
        written_whole(tmp_path / "no" / "x").__enter__()
