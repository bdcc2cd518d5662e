"""How several processes share the tests: file by file, and nobody is left with a long file at the end."""

from collections import Counter
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

AIRFLOW = frozenset(
    {"tests/cluster/test_killed_worker.py", "tests/dags/test_services.py", "tests/cli/test_up.py"}
)
"""Files that start all of Airflow's processes. They take turns in one process, since each keeps both cores busy."""
LONG = frozenset({"airflow", "captures", "crash", "long"})
"""The markers of files that are begun before all others."""


class ByFile(LoadFileScheduling):
    """xdist's ``--dist loadfile``, with the files of `AIRFLOW` as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "airflow" if file in AIRFLOW else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is long comes first, then files with many tests; xdist hands them out in this order when it is told
    ``--no-loadscope-reorder``.
    """
    if not hasattr(config, "workerinput"):
        return
    sizes = Counter(item.path for item in items)
    long = {item.path for item in items if LONG.intersection(mark.name for mark in item.iter_markers())}

    def place(item: pytest.Item) -> tuple[bool, bool, int]:
        file: Path = item.path
        return item.location[0] not in AIRFLOW, file not in long, -sizes[file]

    items.sort(key=place)
