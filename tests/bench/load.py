"""`make load`: a great many of everything, bounded in number and time. Memory is not to grow along."""

import argparse
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))

from harness.machine import this_machine
from harness.tables import show, show_machine, show_summary
from rich.console import Console

MODULES = ("load_mail", "load_warehouse", "load_watcher")
"""Each has ``run(home, full=…)``, which yields measurements: `home` is an empty folder, gone afterwards."""


def main() -> None:
    """Run them and print what they measured."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--full", action="store_true", help="a million of each: takes much longer")
    options.add_argument(
        "--only", default=",".join(MODULES), metavar="MODULE[,MODULE]", help=f"some of {', '.join(MODULES)}"
    )
    chosen = options.parse_args()
    names = chosen.only.split(",")
    if unknown := sorted(set(names) - set(MODULES)):
        options.error(f"no module {', '.join(unknown)}; there are {', '.join(MODULES)}")
    console = Console(highlight=False)
    began = time.monotonic()
    show_machine(console, this_machine())
    measurements = []
    for name in names:
        with tempfile.TemporaryDirectory(prefix="broadsheet-load-") as home:
            for measurement in import_module(name).run(Path(home), full=chosen.full):
                show(console, measurement)
                measurements.append(measurement)
    show_summary(console, measurements)
    console.print(f"{(time.monotonic() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
