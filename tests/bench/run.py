"""`make bench`: how long the work takes here. On a busy machine only the ratios count."""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import composing
import matching
import opening
import pages
import polling
import searching
import sending

import parsing


def main() -> None:
    """Run every measurement and print it."""
    options = argparse.ArgumentParser(description="Measure how long the work takes here.")
    options.add_argument("--full", action="store_true", help="the full sizes: takes some minutes more")
    full = options.parse_args().full
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as home:
        parsing.run(home)
        polling.run(home)
        searching.run(home, full=full)
    matching.run()
    composing.run()
    sending.run(full=full)
    opening.run(full=full)
    pages.run(full=full)


if __name__ == "__main__":
    main()
