"""Subscribers as a CSV file: a line each, the wishes in words, read back as the same."""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TextIO

import msgspec

from broadsheet.errors import UsageError
from broadsheet.mail.errors import AddressError
from broadsheet.mail.identity import Identity, read_identity, read_name
from broadsheet.mail.preferences import FIELDS, PreferenceError, Preferences, read_preferences
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.subscribers import Subscriber

COLUMNS = ("address", "name", "state", *FIELDS)
ADDRESS_COLUMNS = {"email": "address", "e-mail": "address", "mail": "address"}
STATES = (SubscriberState.ACTIVE, SubscriberState.PENDING, SubscriberState.UNSUBSCRIBED)
ERRORS_SHOWN = 10


class CsvError(UsageError):
    """Lines that cannot be read: each with the file, the line, the column and what to write."""


class Entry(msgspec.Struct, frozen=True):
    """One line. ``name`` and ``state`` are None, and ``wishes`` lacks what the file has no column for or no words."""

    line: int
    identity: Identity
    name: str | None
    state: SubscriberState | None
    wishes: tuple[tuple[str, str], ...]


def write_subscribers(subscribers: Iterable[Subscriber], file: TextIO) -> int:
    """Write the heading and a line for everybody who is not erased; how many these were."""
    lines = csv.writer(file, lineterminator="\n")
    lines.writerow(COLUMNS)
    count = 0
    for person in subscribers:
        if person.state is not SubscriberState.ERASED:
            lines.writerow([person.shown, person.name, person.state, *person.preferences.texts().values()])
            count += 1
    return count


def read_entries(file: Iterable[str], where: str, channels: Collection[str]) -> list[Entry]:
    """Read what `write_subscribers` or anybody else wrote: commas, semicolons or tabs, any order of columns.

    Of the columns only ``address`` must be there. ``where`` names the file in errors.

    Raises:
        CsvError: a heading or lines that cannot be read; the message tells of the first `ERRORS_SHOWN` lines.
    """
    numbered = _rows(file, where)
    _, heading = next(numbered, (0, []))
    columns = _columns(heading, where)
    entries, errors = [], []
    for line, cells in numbered:
        try:
            entries.append(_entry(line, _named(cells, columns), channels))
        except _CellError as error:
            errors.append(f"{where}, line {line}{error}")
    if errors:
        more = len(errors) - ERRORS_SHOWN
        rest = [f"and {more} more lines"] if more > 0 else []
        raise CsvError("\n".join([*errors[:ERRORS_SHOWN], *rest, "nothing was imported"]))
    return entries


class _CellError(Exception):
    """What is wrong with a line, to follow its number."""

    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(f", column {column}: {reason}" if column else f": {reason}")


def _rows(file: Iterable[str], where: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line that it begins on."""
    lines = iter(file)
    try:
        first = next(lines, "")
        delimiter = max(",;\t", key=first.count)
        rows = csv.reader(_chain(first, lines), delimiter=delimiter, strict=True)
        begins = 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = rows.line_num + 1
    except csv.Error as error:
        raise CsvError(f"{where}, line {rows.line_num}: {error}") from None
    except UnicodeDecodeError as error:
        raise CsvError(f"{where} is not UTF-8 (byte {error.start}): save it as CSV in UTF-8") from None


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _columns(heading: Sequence[str], where: str) -> list[str]:
    names = [name.strip().lower() for name in heading]
    columns = [ADDRESS_COLUMNS.get(name, name) for name in names]
    if "address" not in columns:
        raise CsvError(f"{where}, line 1: no column address; the columns are {', '.join(COLUMNS)}")
    for column in columns:
        if column not in COLUMNS:
            raise CsvError(
                f"{where}, line 1: there is no column {column!r}; the columns are {', '.join(COLUMNS)}"
            )
        if columns.count(column) > 1:
            raise CsvError(f"{where}, line 1: column {column} is there twice")
    return columns


def _named(cells: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    if len(cells) != len(columns):
        raise _CellError(None, f"{len(cells)} cells under {len(columns)} columns; put quotes around commas")
    return dict(zip(columns, cells, strict=True))


def _entry(line: int, cells: Mapping[str, str], channels: Collection[str]) -> Entry:
    wishes = tuple((field, cells[field]) for field in FIELDS if field in cells)
    try:
        _check(wishes)
    except PreferenceError as error:
        raise _CellError(error.field, error.reason) from None
    try:
        identity = read_identity(cells["address"], channels)
    except AddressError as error:
        raise _CellError("address", str(error)) from None
    try:
        name = read_name(cells["name"]) if "name" in cells else None
    except AddressError as error:
        raise _CellError("name", str(error)) from None
    return Entry(line, identity, name, _state(cells.get("state", "")), wishes)


@lru_cache(maxsize=1024)
def _check(wishes: tuple[tuple[str, str], ...]) -> None:
    read_preferences(dict(wishes), Preferences())


def _state(text: str) -> SubscriberState | None:
    state = text.strip().lower()
    if not state:
        return None
    if state not in STATES:
        raise _CellError("state", f"{text!r} is none of {', '.join(STATES)}")
    return SubscriberState(state)
