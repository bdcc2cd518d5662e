"""Kills at random, counted: what `make crash` runs many times, a few times."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from harness.measurement import Contender, Measurement, Unit, below

SEEDS, MORE_SEEDS = 1, 20
"""Runs of each case; each of them kills anew until the work is done."""
ROOT = Path(__file__).resolve().parents[2]
CASES = ("tests/crash/test_kill_loading.py", "tests/crash/test_kill_sending.py")


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """Number 14: how many cases lost or doubled something."""
    said = home / "kills.xml"
    subprocess.run(
        [sys.executable, "-m", "pytest", *CASES, "-q", "-p", "no:cacheprovider", f"--junitxml={said}"],
        cwd=ROOT,
        env=os.environ | {"BROADSHEET_TEST_SEEDS": str(MORE_SEEDS if full else SEEDS)},
        stdout=subprocess.DEVNULL,
        check=False,  # What failed is what is counted.
    )
    suite = ET.parse(said).getroot()[0]
    cases, failed = int(suite.attrib["tests"]), int(suite.attrib["failures"]) + int(suite.attrib["errors"])
    yield Measurement(
        number=14,
        title=f"Cases in which something was lost or doubled, of {cases}",
        contenders=[Contender("Broadsheet", (float(failed),))],
        goals=[below(0)],
        unit=Unit.COUNT,
        note="In each of them loaders or senders are killed (SIGKILL) again and again; `make crash` runs hundreds.",
    )
