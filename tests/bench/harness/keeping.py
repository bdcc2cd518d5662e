"""Results on the disk: the raw figures as JSON, kept from one run to the next where the machine is the same."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from .machine import Machine
from .measurement import Measurement


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """What one module measured: when (UTC), and whether with the full sizes."""

    module: str
    measured_at: datetime
    full: bool
    measurements: list[Measurement]


class Book(msgspec.Struct, frozen=True, kw_only=True):
    """The newest results of each module, all from one machine."""

    machine: Machine
    results: list[Results] = msgspec.field(default_factory=list)

    def measurements(self) -> list[Measurement]:
        """All of them, by number; those that no number asks for stand at the end."""
        found = [each for results in self.results for each in results.measurements]
        return sorted(found, key=lambda each: each.number or 1_000)

    def with_results(self, results: Results, order: Sequence[str]) -> "Book":
        """The book with these in the place of the module's former ones; modules stand in that order."""
        kept = {each.module: each for each in self.results} | {results.module: results}
        return Book(machine=self.machine, results=[kept[name] for name in order if name in kept])


def read_book(path: Path, machine: Machine) -> Book:
    """The kept results; an empty book where there are none, or where they are from another machine or version."""
    if path.exists():
        book = msgspec.json.decode(path.read_bytes(), type=Book)
        if book.machine == machine:
            return book
    return Book(machine=machine)


def write_book(path: Path, book: Book) -> None:
    """Keep the results."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(book), indent=1) + b"\n")
