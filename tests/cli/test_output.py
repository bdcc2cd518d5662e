"""Tables, JSON and files that are written whole."""

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from broadsheet.commands.output import Column, confirmed, printable, shown, table, to_json, written_whole
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


CELLS = st.text(st.characters(categories=["L", "M", "N", "P", "S"]), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4))
def test_a_table_that_fits_is_drawn_as_one_that_has_to_be_folded(rows):
    columns = tuple(Column(str(n), f"Column {n}", number=n == 1) for n in range(3))
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        drawn.add_column(column.heading, justify="right" if column.number else "left")
    for row in rows:
        drawn.add_row(*(Text(shown(cell)) for cell in row))
    console = Console(width=200, color_system=None, file=StringIO())
    console.print(drawn)
    expected = "".join(line.rstrip() + "\n" for line in console.file.getvalue().splitlines())
    assert table([dict(zip("012", row, strict=True)) for row in rows], columns) == expected


def test_long_cells_are_folded_where_there_is_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    drawn = table([{"a": "words " * 20, "b": 7}], [Column("a", "A"), Column("b", "B", number=True)])
    lines = re.sub(r"\x1b\[\d*m", "", drawn).splitlines()
    assert len(lines) > 3
    assert max(map(len, lines)) <= 40


@pytest.mark.parametrize(
    ("answer", "meant"), [("y\n", True), ("Yes\n", True), ("\n", False), ("no\n", False), ("", False)]
)
def test_only_yes_is_yes(answer, meant, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", StringIO(answer))
    assert confirmed("Erase 2 for good?") is meant
    assert capsys.readouterr() == ("", "Erase 2 for good? [y/N] ")
