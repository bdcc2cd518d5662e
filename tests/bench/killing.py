"""Kills at random, counted: what `make crash` runs many times, a few times."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

from harness.measurement import Contender, Measurement, Unit, below

SEEDS, MORE_SEEDS = 1, 20
"""Runs of each case; each of them kills anew until the work is done."""
ROOT = Path(__file__).resolve().parents[2]
FILES = ("tests/crash/test_kill_loading.py", "tests/crash/test_kill_sending.py")
"""Each runs beside the other: nothing is timed here."""
NOT_COUNTED = "test_the_gate_catches"
"""Cases that try the counting itself."""


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """Number 14: how many cases lost or doubled something."""
    with ThreadPoolExecutor() as pool:
        suites = list(pool.map(partial(suite, home, MORE_SEEDS if full else SEEDS), FILES))
    cases = sum(int(each.attrib["tests"]) for each in suites)
    failed = sum(int(each.attrib["failures"]) + int(each.attrib["errors"]) for each in suites)
    yield Measurement(
        number=14,
        title=f"Cases in which something was lost or doubled, of {cases}",
        contenders=[Contender("Broadsheet", (float(failed),))],
        goals=[below(0)],
        unit=Unit.COUNT,
        note="In each of them loaders or senders are killed (SIGKILL) again and again; `make crash` runs hundreds.",
    )


def suite(home: Path, seeds: int, file: str) -> ET.Element:
    """What became of the cases of one file, as JUnit tells it."""
    said = home / f"{Path(file).stem}.xml"
    chosen = (file, "-k", f"not {NOT_COUNTED}", f"--basetemp={home / Path(file).stem}", f"--junitxml={said}")
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen],
        cwd=ROOT,
        env=os.environ | {"BROADSHEET_TEST_SEEDS": str(seeds)},
        stdout=subprocess.DEVNULL,
        check=False,  # What failed is what is counted.
    )
    return ET.parse(said).getroot()[0]
