"""One sender at a time for one shard of a run."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from broadsheet.files import HeldError, locked
from broadsheet.mail.database import Database
from broadsheet.mail.errors import MailBusyError
from broadsheet.mail.ledger import Shard
from broadsheet.settings import Settings


@contextmanager
def shard_lock(
    settings: Settings, database: Database, shard: Shard, wait_seconds: float = 0.0
) -> Iterator[None]:
    """Hold the shard for the block: on this host by a file, and where several hosts may send by the database, too.

    The kernel and the database free it when the process dies. If the database goes away meanwhile, another sender
    may begin; the epoch then stops this one.

    Raises:
        MailBusyError: another process holds it, on this host for the whole of ``wait_seconds``.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(_path(settings, shard), wait_seconds))
        except HeldError as holder:
            raise MailBusyError(
                f"shard {shard.number} of run {shard.run_key} is being sent by process {holder}; try again later"
            ) from None
        if database.is_postgresql:
            stack.enter_context(_advisory_lock(database, shard))
        yield


def remove_locks(settings: Settings, run_key: str, shards: int) -> None:
    """Remove the lock files of a run that is over: who still waits for one finds nothing left to send."""
    for number in range(shards):
        _path(settings, Shard(run_key, number)).unlink(missing_ok=True)


def _path(settings: Settings, shard: Shard) -> Path:
    return settings.home_path / "locks" / f"{shard.run_key.replace(':', '-')}-{shard.number}.lock"


@contextmanager
def _advisory_lock(database: Database, shard: Shard) -> Iterator[None]:
    """A session's lock, on a connection that nothing else uses and that is closed in the end."""
    name = f"{shard.run_key}/{shard.number}".encode()
    key = int.from_bytes(hashlib.sha256(name).digest()[:8], signed=True)
    with database.read() as con:
        session = con.execution_options(isolation_level="AUTOCOMMIT")
        session.detach()
        if not session.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
            raise MailBusyError(
                f"shard {shard.number} of run {shard.run_key} is being sent by another host; try again later"
            )
        yield
