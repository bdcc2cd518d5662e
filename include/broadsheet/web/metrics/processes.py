"""The counters of several web processes, put together: each keeps its own in files of a folder that all of them read.

prometheus_client decides by its environment, when it is first imported, whether it counts in files.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def counting_together() -> Iterator[None]:
    """Let the processes that are started in the block, and import this only then, count in a folder of theirs."""
    before = os.environ.get(FOLDER)
    with tempfile.TemporaryDirectory(prefix="broadsheet-metrics-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]
            if before is not None:
                os.environ[FOLDER] = before


def put_together(own: "Collector") -> "Collector":
    """The counters to read: ``own``, or where several processes count those of all of them."""
    from prometheus_client.multiprocess import MultiProcessCollector

    folder = os.environ.get(FOLDER)
    if folder is None:
        return own
    _forget_the_dead(Path(folder))
    together: Collector = MultiProcessCollector(None, folder)  # type: ignore[no-untyped-call]
    return together


def _forget_the_dead(folder: Path) -> None:
    """What a process had open when it died is open no more; what it counted stays counted."""
    from prometheus_client.multiprocess import mark_process_dead

    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not _is_alive(pid):
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
