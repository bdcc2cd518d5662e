"""What the figures were measured on."""

import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

PACKAGES = (
    "duckdb",
    "beautifulsoup4",
    "lxml",
    "msgspec",
    "apache-airflow",
    "jinja2",
    "sqlalchemy",
    "fastapi",
    "selectolax",
    "orjson",
    "sqlite-utils",
    "bm25s",
)


class Machine(msgspec.Struct, frozen=True):
    """Processor, cores, memory in gibibytes, kernel, and the versions of what took part."""

    processor: str
    cores: int
    memory: int
    kernel: str
    versions: dict[str, str]


def this_machine() -> Machine:
    """The machine that this runs on."""
    processors = Path("/proc/cpuinfo").read_text()
    models = re.findall(r"^model name\s*: (.+)$", processors, re.MULTILINE)
    memory = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    return Machine(
        processor=models[0] if models else platform.machine(),
        cores=len(re.findall(r"^processor\b", processors, re.MULTILINE)),
        memory=round(int(memory[1]) / 2**20) if memory else 0,
        kernel=f"{platform.system()} {platform.release()}",
        versions={"Python": platform.python_version()} | _installed(),
    )


def _installed() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
