"""One sender at a time for one store of deliveries."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broadsheet.files import HeldError, locked
from broadsheet.mail.errors import MailBusyError


@contextmanager
def sender_lock(store: Path) -> Iterator[None]:
    """Hold ``<store>.lock`` for the block. The kernel frees it when the process dies.

    Raises:
        MailBusyError: another process holds it; nothing is waited for, since that one does the same work.
    """
    path = store.with_name(store.name + ".lock")
    try:
        with locked(path):
            yield
    except HeldError as holder:
        raise MailBusyError(
            f"another process is sending mail ({holder} holds {path}); try again later"
        ) from None
