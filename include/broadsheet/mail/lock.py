"""One sender at a time for one store of deliveries."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broadsheet.mail.errors import MailBusyError


@contextmanager
def sender_lock(store: Path) -> Iterator[None]:
    """Hold ``<store>.lock`` for the block. The kernel frees it when the process dies.

    Raises:
        MailBusyError: another process holds it; nothing is waited for, since that one does the same work.
    """
    path = store.with_name(store.name + ".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MailBusyError(
                f"another process is sending mail ({path} is held); try again later"
            ) from None
        yield
    finally:
        os.close(descriptor)
