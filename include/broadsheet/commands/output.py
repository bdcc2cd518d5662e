"""How commands print: tables for people, JSON for programs, files written whole or not at all.

JSON is one document: an array of objects for a table, an object for one thing. Times in it are UTC and ISO
8601 with a Z; a missing value is null.
"""

import math
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

from broadsheet.errors import BroadsheetError
from broadsheet.model import ListId, ListKind
from broadsheet.times import as_utc

READER_GONE = 141
"""The exit code when the reader of the output went away: 128 + SIGPIPE, as shells report it."""
GAP = "   "
"""What stands between two columns of a table."""


class Column(NamedTuple):
    """One column of a printed table: the row's key, the heading above it and whether it holds numbers."""

    key: str
    heading: str
    number: bool = False


def emit(text: str) -> None:
    """Write to standard output; a reader that went away ends the process quietly."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _end_quietly()


def emit_bytes(data: bytes) -> None:
    """As `emit`, byte for byte."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        _end_quietly()


def emit_json(value: object) -> None:
    """Print one JSON document."""
    emit(to_json(value) + "\n")


def emit_rows(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], *, as_json: bool, empty: str
) -> None:
    """Print rows as a table of ``columns``, or all their keys as JSON. ``empty`` is said when there are none."""
    if as_json:
        emit_json(rows)
    elif rows:
        emit(table(rows, columns))
    else:
        emit(empty + "\n")


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> str:
    """The rows as a table for people: as wide as needed, on a terminal no wider than that."""
    lines = [[column.heading for column in columns]]
    lines += [[shown(row[column.key]) for column in columns] for row in rows]
    widths = [max(map(_cells, texts)) for texts in zip(*lines, strict=True)]
    width = sum(widths) + len(GAP) * (len(columns) - 1)
    if sys.stdout.isatty() and width > shutil.get_terminal_size().columns:
        return _folded(lines, columns)
    heading, *others = (
        GAP.join(_padded(*cell) for cell in zip(line, widths, columns, strict=True)).rstrip() + "\n"
        for line in lines
    )
    return "".join([heading, "─" * width + "\n", *others])


def _cells(text: str) -> int:
    """How many places of a terminal a text takes: two for each letter of Chinese, none for accents alone."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _padded(text: str, width: int, column: Column) -> str:
    space = " " * (width - _cells(text))
    return space + text if column.number else text + space


def _folded(lines: Sequence[Sequence[str]], columns: Sequence[Column]) -> str:
    """The lines, heading first, with long cells folded to the terminal's width."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        drawn.add_column(
            Text(column.heading), justify="right" if column.number else "left", no_wrap=column.number
        )
    for line in lines[1:]:
        drawn.add_row(*map(Text, line))
    console = Console()
    with console.capture() as capture:
        console.print(drawn)
    return "".join(line.rstrip() + "\n" for line in capture.get().splitlines())


def shown(value: object) -> str:
    """A value as a person reads it: no control characters, times as UTC minutes, nothing for a missing value."""
    match value:
        case None:
            return ""
        case datetime():
            return f"{as_utc(value):%Y-%m-%d %H:%M}"
        case float():
            return f"{value:.6g}"
        case list() | tuple():
            return ", ".join(map(shown, value))
        case _:
            return printable(str(value))


def fact(name: str, text: object) -> str:
    """One line of what is told of one thing: its name, then what there is to say."""
    return f"  {name:<10} {shown(text)}\n"


def facts(told: Mapping[str, str]) -> str:
    """What a command that stays tells at its beginning, a line each."""
    return "".join(f"{name:<10} {text}\n" for name, text in told.items())


def list_name(row: Mapping[str, Any]) -> str | None:
    """The list that a row's ``list_kind`` and ``list_key`` name, as people write it; None where they name none."""
    kind = row["list_kind"]
    return str(ListId(ListKind(kind), row["list_key"])) if kind is not None else None


def printable(text: str) -> str:
    """``text`` on one line and without what could steer a terminal; the hub's texts are not ours."""
    return "".join(c if c.isprintable() else " " for c in text)


def to_json(value: object) -> str:
    """``value`` as JSON; see the module for times."""
    import json

    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def plain(value: object) -> Any:
    """``value`` in JSON's own types. Durations are seconds, decimals numbers, bytes hexadecimal."""
    match value:
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _ if hasattr(value, "__struct_fields__"):
            return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        case _:
            return _plain_scalar(value)


def _plain_scalar(value: object) -> bool | int | float | str | None:
    simple: bool | int | float | str | None
    match value:
        case None | bool() | int() | str():
            simple = value
        case float():
            simple = value if math.isfinite(value) else None
        case datetime():
            simple = as_utc(value).isoformat().replace("+00:00", "Z")
        case date() | time():
            simple = value.isoformat()
        case timedelta():
            simple = value.total_seconds()
        case Decimal():
            simple = int(value) if value == value.to_integral_value() else float(value)
        case bytes():
            simple = value.hex()
        case _:
            simple = str(value)
    return simple


def _end_quietly() -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(READER_GONE)


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under ``path`` only when the block ends well.

    Raises:
        BroadsheetError: the folder is missing or cannot be written, or the disk is full; nothing is left behind.
    """
    from broadsheet.files import replacing

    try:
        with replacing(path) as file:
            yield file
    except OSError as error:
        raise BroadsheetError(f"{path} cannot be written: {error.strerror}") from error


def say(text: str) -> None:
    """Tell a person something beside the output: on standard error."""
    print(text, file=sys.stderr, flush=True)


def confirmed(question: str) -> bool:
    """Ask a person on standard error; anything but y or yes is no."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
