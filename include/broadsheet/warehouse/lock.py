"""One writer at a time: a file lock taken before DuckDB is opened, whatever DuckDB itself locks."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broadsheet.errors import TryAgainError

RETRY_SECONDS = 0.02


class LockedError(TryAgainError):
    """Another process writes the warehouse and did not finish in time."""


@contextmanager
def writer_lock(database: Path, timeout_seconds: float) -> Iterator[None]:
    """Hold ``<database>.lock`` for the block. The kernel frees it when the process dies.

    Raises:
        LockedError: another writer held it for the whole of ``timeout_seconds``.
    """
    path = database.with_name(database.name + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _acquire(descriptor, path, timeout_seconds)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, path: Path, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(RETRY_SECONDS)
                continue
            holder = os.pread(descriptor, 20, 0).decode(errors="replace") or "unknown"
            raise LockedError(
                f"the warehouse is being written by process {holder} ({path}), for longer than "
                f"{timeout_seconds:g} s; try again, or raise the setting lock_timeout_seconds"
            ) from None
        return
