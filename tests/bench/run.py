"""`make bench`: how long parsing, comparing and one poll take here. On a busy machine only the ratios count."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import polling

import parsing


def main() -> None:
    """Run every measurement and print it."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as home:
        parsing.run(home)
        polling.run(home)


if __name__ == "__main__":
    main()
