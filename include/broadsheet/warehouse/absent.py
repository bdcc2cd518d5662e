"""Have imports of pandas fail at once where it is not installed.

DuckDB tries to import it twice for every parameter of a statement, and does not remember that it failed. Python looks
for it on the whole import path each time: for a statement of four parameters that takes longer than to run it.
"""

import sys
from functools import cache
from importlib.util import find_spec

PANDAS = "pandas"


class _Absent:
    """A finder that is asked before all others."""

    def find_spec(self, name: str, *_: object) -> None:
        # Who only asks whether it is there (`importlib.util.find_spec`) is told None, by those who are asked next.
        asks = sys._getframe(2).f_code is find_spec.__code__
        if name == PANDAS and not asks:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@cache
def settle_that_pandas_is_absent() -> None:
    """Nothing changes where pandas is installed. What is installed later is found by new processes."""
    if find_spec(PANDAS) is None:
        sys.meta_path.insert(0, _Absent())
