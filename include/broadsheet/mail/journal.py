"""The senders' journal: what was offered and what was answered, on disk before and after the final dot.

One text file per run, shard and epoch, written by one process, only ever appended to. A line is one record::

    D <delivery> <attempt> <time> <sha256 of the mail> <crc>      about to be offered whole
    R <delivery> <attempt> <time> <outcome as JSON> <crc>         answered, or the answer was lost
    X <delivery> <attempt> <time> <outcome as JSON> <crc>         certainly not taken: it ended before the dot

A ``D`` is on the disk before the dot is sent, so that of a sender that was killed at any moment it is known which
mails may have been taken: those with a ``D`` and no ``R``. Times are UTC, the checksum is CRC-32 of what stands
before it. No line holds an address.
"""

import os
import re
import threading
import zlib
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import msgspec

from broadsheet.files import made_once, sync_folder
from broadsheet.mail.errors import MailError
from broadsheet.mail.transport import Outcome, Phase, Result

KEPT = timedelta(days=30)
"""How long a finished run's files stay: they repair a mail database that was restored from a backup."""

_LINE = re.compile(rb"([DRX]) (\S+) (\d+) (\S+) (.+) ([0-9a-f]{8})", re.DOTALL)


class JournalError(MailError):
    """A journal cannot be written or read. Nothing may be offered that it cannot note."""


class Kind(StrEnum):
    """A record's first letter."""

    DOT = "D"
    REPLY = "R"
    NO = "X"


class Record(msgspec.Struct, frozen=True):
    """One line. ``at`` is aware; a `Kind.DOT` has ``sha256``, the others have ``outcome``."""

    kind: Kind
    delivery_id: str
    attempt: int
    at: datetime
    sha256: str | None = None
    outcome: Outcome | None = None


class Intent(NamedTuple):
    """A mail that is about to be offered whole."""

    delivery_id: str
    attempt: int
    sha256: str


class Attempt(msgspec.Struct, frozen=True):
    """What a journal knows of one attempt. ``dot_at`` and ``sha256`` are None if it never came to the dot."""

    outcome: Outcome
    dot_at: datetime | None = None
    sha256: str | None = None


class Replay(msgspec.Struct, frozen=True):
    """A journal's content: its records in order and its bytes up to the end of the last one.

    ``damaged`` counts lines that are not as they were written although later ones are. A lost ``D`` may have been
    among them: then a mail that the journal does not name may have been taken, too.
    """

    records: tuple[Record, ...]
    size: int
    damaged: int

    def attempts(self) -> dict[tuple[str, int], Attempt]:
        """What is known of each (delivery, attempt); one that was offered and has no answer is in doubt."""
        known: dict[tuple[str, int], Attempt] = {}
        for record in self.records:
            key = record.delivery_id, record.attempt
            if record.outcome is None:
                known[key] = Attempt(Outcome(Result.IN_DOUBT, Phase.DOT), record.at, record.sha256)
            else:
                before = known.get(key)
                known[key] = (
                    Attempt(record.outcome, before.dot_at, before.sha256)
                    if before
                    else Attempt(record.outcome)
                )
        return known


class JournalFile(msgspec.Struct, frozen=True):
    """One file, by what it is of. ``name`` is its path below the folder of all journals."""

    epoch: int
    name: str
    path: Path


class Journal:
    """The journal of one sender; a context manager, for any number of threads.

    Args:
        folder: of all journals; made if it is missing.
        now: the clock that the records are stamped with, aware. Real time, whatever the program's is: it is
            compared with what other machines log.

    Raises:
        JournalError: the file cannot be made, or is there already: another sender has had this epoch.
    """

    def __init__(
        self,
        folder: Path,
        run_key: str,
        shard: int,
        epoch: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.file = _file(folder, run_key, shard, epoch)
        self._now = now
        self._writing = threading.Lock()
        self._syncing = threading.Lock()
        self._written = 0
        self._synced = 0
        self._failure: str | None = None
        try:
            self._descriptor = _create(folder, self.file.path)
        except OSError as error:
            raise JournalError(f"{self.file.path} cannot be made: {error.strerror}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was noted stays, and nothing more can be."""
        with self._syncing, self._writing:
            os.close(self._descriptor)
            # A thread that is still at it must not write to what this number stands for next.
            self._failure = "it is closed"

    def dot(self, delivery_id: str, attempt: int, sha256: str) -> None:
        """Note one mail as `dots` does."""
        self.dots([Intent(delivery_id, attempt, sha256)])

    def dots(self, intents: Sequence[Intent]) -> None:
        """Note that these mails are about to be offered whole. On the disk when this returns.

        One flush is for all of them, and for all threads that call at once.

        Raises:
            JournalError: the disk is full or failed, now or earlier; none of the dots must be sent.
        """
        lines = [self._line(Kind.DOT, one.delivery_id, one.attempt, one.sha256.encode()) for one in intents]
        self._sync(self._append(b"".join(lines)))

    def reply(self, delivery_id: str, attempt: int, outcome: Outcome) -> None:
        """Note what came of the dot. Outlives the process at once, and a power cut with the next `dot`.

        Raises:
            JournalError: as `dot`; the attempt then stays in doubt.
        """
        self._append(self._line(Kind.REPLY, delivery_id, attempt, msgspec.json.encode(outcome)))

    def no(self, delivery_id: str, attempt: int, outcome: Outcome) -> None:
        """Note that it came to no dot. Raises JournalError as `reply`."""
        self._append(self._line(Kind.NO, delivery_id, attempt, msgspec.json.encode(outcome)))

    def _line(self, kind: Kind, delivery_id: str, attempt: int, detail: bytes) -> bytes:
        body = f"{kind} {delivery_id} {attempt} {self._now().astimezone(UTC).isoformat()} ".encode() + detail
        return b"%b %08x\n" % (body, zlib.crc32(body))

    def _append(self, lines: bytes) -> int:
        """Write lines; gives the size of the file up to their end."""
        with self._writing:
            self._refuse_after_failure()
            try:
                written = os.write(self._descriptor, lines)
            except OSError as error:
                self._fail(error.strerror or str(error))
            if written < len(lines):
                self._fail("the disk is full")
            self._written += written
            return self._written

    def _sync(self, end: int) -> None:
        with self._syncing:
            self._refuse_after_failure()
            if self._synced >= end:
                return  # the flush that this thread waited for took its line along
            covered = self._written
            try:
                os.fdatasync(self._descriptor)
            except OSError as error:
                self._fail(error.strerror or str(error))
            self._synced = covered

    def _fail(self, reason: str) -> None:
        # For good: after a failed flush the kernel forgets what was lost, and a line may stand there cut short.
        self._failure = reason
        self._refuse_after_failure()

    def _refuse_after_failure(self) -> None:
        if self._failure is not None:
            raise JournalError(f"{self.file.path} cannot be written: {self._failure}; nothing more is sent")


def read_journal(path: Path, start: int = 0) -> Replay:
    """Read a journal from byte ``start``, which is the end of a line; it may be written at the same time.

    A last line without its end and damaged lines after the last good one are left out: what they announce was
    not on the disk, so that no dot followed.

    Raises:
        JournalError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            file.seek(start)
            lines = file.read().split(b"\n")[:-1]
    except OSError as error:
        raise JournalError(f"{path} cannot be read: {error.strerror}") from None
    records: list[Record] = []
    size = position = start
    damaged = skipped = 0
    for line in lines:
        position += len(line) + 1
        record = _read(line)
        if record is None:
            skipped += 1
        else:
            records.append(record)
            damaged, skipped, size = damaged + skipped, 0, position
    return Replay(tuple(records), size, damaged)


def journals(folder: Path, run_key: str, shard: int) -> tuple[JournalFile, ...]:
    """The journals that this folder has of a run's shard, by epoch."""
    place = _folder(folder, run_key, shard)
    epochs = (int(path.stem) for path in place.glob("*.log") if path.stem.isdigit())
    return tuple(_file(folder, run_key, shard, epoch) for epoch in sorted(epochs))


def journal_id(folder: Path) -> str:
    """The name of this folder of journals, made once: 32 hex digits that no other host's folder has.

    Raises:
        JournalError: the folder cannot be written.
    """
    path = folder / "id"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return made_once(path, lambda: os.urandom(16).hex().encode()).decode("ascii").strip()
    except OSError as error:
        raise JournalError(f"{path} cannot be used: {error.strerror}") from None


def remove_old(folder: Path, open_runs: Collection[str], now: datetime) -> int:
    """Remove the files of runs other than ``open_runs`` that were last written to over `KEPT` ago; how many.

    Raises:
        JournalError: a file cannot be removed.
    """
    kept = {_run_folder(run_key) for run_key in open_runs}
    old = [
        path
        for path in folder.glob("*/*/*.log")
        if path.parts[-3] not in kept and now.timestamp() - path.stat().st_mtime > KEPT.total_seconds()
    ]
    try:
        for path in old:
            path.unlink()
            for emptied in (path.parent, path.parent.parent):
                if not any(emptied.iterdir()):
                    emptied.rmdir()
    except OSError as error:
        raise JournalError(f"{error.filename} cannot be removed: {error.strerror}") from None
    return len(old)


def _read(line: bytes) -> Record | None:
    match = _LINE.fullmatch(line)
    if match is None or zlib.crc32(line[:-9]) != int(match[6], 16):
        return None
    kind, attempt, at = Kind(match[1].decode()), int(match[3]), datetime.fromisoformat(match[4].decode())
    if kind is Kind.DOT:
        return Record(kind, match[2].decode(), attempt, at, sha256=match[5].decode("ascii"))
    return Record(kind, match[2].decode(), attempt, at, outcome=msgspec.json.decode(match[5], type=Outcome))


def _create(folder: Path, path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    for place in (path.parent, path.parent.parent, folder):
        sync_folder(place)
    return descriptor


def _file(folder: Path, run_key: str, shard: int, epoch: int) -> JournalFile:
    path = _folder(folder, run_key, shard) / f"{epoch}.log"
    return JournalFile(epoch, path.relative_to(folder).as_posix(), path)


def _folder(folder: Path, run_key: str, shard: int) -> Path:
    return folder / _run_folder(run_key) / str(shard)


def _run_folder(run_key: str) -> str:
    return run_key.replace(":", "-")
