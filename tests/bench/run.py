"""`make bench`: how long the work takes here. On a busy machine only the ratios count."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import composing
import matching
import polling

import parsing


def main() -> None:
    """Run every measurement and print it."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as home:
        parsing.run(home)
        polling.run(home)
    matching.run()
    composing.run()


if __name__ == "__main__":
    main()
