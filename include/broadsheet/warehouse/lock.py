"""One writer at a time: a file lock taken before DuckDB is opened, whatever DuckDB itself locks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broadsheet.errors import TryAgainError
from broadsheet.files import HeldError, locked


class LockedError(TryAgainError):
    """Another process writes the warehouse and did not finish in time."""


@contextmanager
def writer_lock(database: Path, timeout_seconds: float) -> Iterator[None]:
    """Hold ``<database>.lock`` for the block. The kernel frees it when the process dies.

    Raises:
        LockedError: another writer held it for the whole of ``timeout_seconds``.
    """
    path = database.with_name(database.name + ".lock")
    try:
        with locked(path, timeout_seconds):
            yield
    except HeldError as holder:
        raise LockedError(
            f"the warehouse is being written by process {holder} ({path}), for longer than "
            f"{timeout_seconds:g} s; try again, or raise the setting lock_timeout_seconds"
        ) from None
