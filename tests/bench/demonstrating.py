"""The demo as a newcomer runs it: fourteen days of polls and digests, through the real DAGs."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from harness.measurement import Contender, Measurement, below

DAYS = 14
MOST_SECONDS = 60.0


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """Number 13, without the installs: those are for the package registry to answer for."""
    broadsheet = Path(sys.executable).with_name("broadsheet")
    began = time.perf_counter()
    subprocess.run(
        [broadsheet, "demo", "--no-serve", "--days", str(DAYS)],
        env=os.environ | {"BROADSHEET_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    took = time.perf_counter() - began
    yield Measurement(
        number=13,
        title=f"{DAYS} days, the installs done",
        contenders=[Contender("broadsheet demo", (took,))],
        goals=[below(MOST_SECONDS)],
    )
