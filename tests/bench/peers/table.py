"""The whole table: who ran, in which version, set up how, and the verdict on each event."""

from collections.abc import Iterable
from datetime import date

import msgspec
from rich.console import Console
from rich.table import Table

from bench.peers.script import Event, history
from bench.peers.verdicts import Cell, Verdict

MARKS = {
    Verdict.RIGHT: "✓",
    Verdict.SAYS_BROKEN: "✓",
    Verdict.SILENT: "○",
    Verdict.MAILS_TWICE: "✗",
    Verdict.MISSES: "✗",
    Verdict.FALSE_NEWS: "✗",
}
WORDS = {
    Verdict.RIGHT: "✓",
    Verdict.SAYS_BROKEN: "✓ says",
    Verdict.SILENT: "○",
    Verdict.MAILS_TWICE: "2×",
    Verdict.MISSES: "−",
    Verdict.FALSE_NEWS: "✗",
}
LEGEND = (
    "✓ right, ✓ says: says that it is broken, ○ silent while broken,"
    " 2× told twice, − missed, ✗ false news; the numbers count papers"
)
NEW_LINE = "\n"
COLOURS = {"✓": "green", "○": "yellow", "✗": "red"}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One program's cells, an event each."""

    name: str
    version: str
    setup: str
    cells: list[Cell]

    def cell(self, event: Event) -> Cell:
        """The verdict on ``event``."""
        return next(cell for cell in self.cells if cell.event is event)

    @property
    def is_faultless(self) -> bool:
        """Nothing false, nothing missed, nothing twice, never silent."""
        return all(MARKS[cell.verdict] == "✓" for cell in self.cells)


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """All rows, and the day on which they ran."""

    ran_on: date
    rows: list[Row]


def count(cell: Cell) -> str:
    """How many papers a fault concerns; "" for what is none."""
    counts = {Verdict.FALSE_NEWS: cell.false, Verdict.MISSES: cell.missed, Verdict.MAILS_TWICE: cell.twice}
    return str(counts.get(cell.verdict, ""))


def brief(cell: Cell) -> str:
    """A cell in a few words, such as ``✗ false news: 280``."""
    number = count(cell)
    return f"{MARKS[cell.verdict]} {cell.verdict}{f': {number}' if number else ''}"


def days_of(event: Event) -> str:
    """The days of an event, counted from 1, such as ``8–10`` or ``4, 6``; of quiet days there are too many."""
    if event is Event.QUIET:
        return "all others"
    spans: list[list[int]] = []
    for day in history():
        if day.step.event is event:
            if spans and spans[-1][-1] == day.number:
                spans[-1].append(day.number + 1)
            else:
                spans.append([day.number + 1])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]}–{span[-1]}" for span in spans)


def show(console: Console, rows: Iterable[Row]) -> None:
    """Print the table, a line an event, and what its words mean."""
    rows = list(rows)
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", no_wrap=True)
    for row in rows:
        table.add_column(f"{row.name.replace(', ', NEW_LINE)} [dim]{row.version}[/]", overflow="fold")
    for event in Event:
        cells = [row.cell(event) for row in rows]
        table.add_row(event, *(_in_colour(cell) for cell in cells))
    console.print(table)
    console.print(LEGEND, style="dim")


def _in_colour(cell: Cell) -> str:
    return f"[{COLOURS[MARKS[cell.verdict]]}]{WORDS[cell.verdict]} {count(cell)}[/]"
