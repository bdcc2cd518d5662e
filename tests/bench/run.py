"""`make bench`: how long the work takes here, beside other ways to do it. On a busy machine only ratios count."""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))

from harness.keeping import Book, Results, read_book, write_book
from harness.machine import this_machine
from harness.report import write_report
from harness.tables import show, show_machine, show_summary
from rich.console import Console

MODULES = (
    "parsing",
    "starting",
    "polling",
    "folding",
    "backfilling",
    "searching",
    "matching",
    "composing",
    "sending",
    "opening",
    "pages",
    "demonstrating",
    "killing",
)
"""Each has ``run(home, full=…)``, which yields measurements: `home` is an empty folder, gone afterwards."""
BESIDE = ("opening", "pages")
"""What no number asks for; not measured in the quick form."""
DOCS = Path(__file__).resolve().parents[2] / "docs"


def main() -> None:
    """Run the measurements, print them, and write docs/benchmarks.md, its plots and the raw results."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="the full sizes: takes much longer")
    options.add_argument("--only", metavar="MODULE[,MODULE]", help=f"some of {', '.join(MODULES)}")
    options.add_argument(
        "--docs", type=Path, default=DOCS, metavar="DIR", help="where benchmarks.md is written"
    )
    chosen = options.parse_args()
    names = chosen.only.split(",") if chosen.only else [n for n in MODULES if chosen.full or n not in BESIDE]
    if unknown := sorted(set(names) - set(MODULES)):
        options.error(f"no module {', '.join(unknown)}; there are {', '.join(MODULES)}")
    console = Console(highlight=False)
    took: dict[str, float] = {}
    raw = chosen.docs / "benchmarks" / "results.json"
    book = read_book(raw, this_machine())
    show_machine(console, book.machine)
    for place, name in enumerate(names, 1):
        started = time.monotonic()
        with console.status(f"{name}, {place} of {len(names)}"):
            results = measure(console, name, full=chosen.full)
        took[name] = time.monotonic() - started
        book = book.with_results(results, MODULES)
        write_book(raw, book)
        write_report(chosen.docs, book)
    finish(console, book, took)
    console.print(f"Written: {chosen.docs / 'benchmarks.md'}")


def measure(console: Console, name: str, *, full: bool) -> Results:
    """Run one module, and print each measurement when it is there."""
    measured_at = datetime.now(UTC).replace(microsecond=0)
    measurements = []
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as home:
        for measurement in import_module(name).run(Path(home), full=full):
            show(console, measurement)
            measurements.append(measurement)
    return Results(module=name, measured_at=measured_at, full=full, measurements=measurements)


def finish(console: Console, book: Book, took: Mapping[str, float]) -> None:
    """Print what is reached of what was just measured, and the seconds that each module took."""
    new = Book(machine=book.machine, results=[each for each in book.results if each.module in took])
    show_summary(console, new.measurements())
    console.print(", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items()))
    console.print(f"{sum(took.values()) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
