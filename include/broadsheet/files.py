"""Files that several processes share: whole or not at all, made once, locked, on disk when that is promised."""

import fcntl
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

RETRY_SECONDS = 0.02

HOLDER_BYTES = 20
"""Width of the process number in a lock file."""


class HeldError(Exception):
    """Another process holds the lock; the message is that process's number, as far as it is known."""


@contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``path`` when the block ends well; otherwise nothing is left behind.

    With ``durable`` the content and the name are on disk then, and outlive a power cut.

    Raises:
        OSError: the folder is missing or cannot be written, or the disk is full.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    if durable:
        sync_folder(path.parent)


def made_once(path: Path, make: Callable[[], bytes]) -> bytes:
    """The content of ``path``, made the first time and readable by its owner only.

    Processes that come at once get the same content: linking, unlike renaming, never replaces what is there.

    Raises:
        OSError: the folder is missing or cannot be written, or the file cannot be read.
    """
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as draft:
            draft.write(make())
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):
                path.hardlink_to(draft.name)
    return path.read_bytes()


def sync_folder(folder: Path) -> None:
    """Put a folder's names on disk: a new or changed one outlives a power cut only then. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def locked(path: Path, timeout_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock file ``path`` for the block. The kernel frees it when the process dies.

    Raises:
        HeldError: another process held it for the whole of ``timeout_seconds``.
        OSError: the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(descriptor, timeout_seconds)
        # Over what stood there: some filesystems write a file that was cut to the disk at once.
        os.pwrite(descriptor, f"{os.getpid():<{HOLDER_BYTES}}".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                holder = os.pread(descriptor, HOLDER_BYTES, 0).decode(errors="replace").strip()
                raise HeldError(holder or "unknown") from None
            time.sleep(RETRY_SECONDS)
        else:
            return
