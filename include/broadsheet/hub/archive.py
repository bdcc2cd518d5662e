"""The web archive: every capture as it came, in WARC files, before anything reads it.

The files are `YYYY/MM/DD/<time>-<process>-<random>.warc.gz`, by the day on which they were written, one gzip
member a record. A file has one writer and only grows. So whoever fetches can append without a lock, and
whoever loads remembers how far it has read each file.
"""

import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO

import msgspec

from broadsheet.errors import BroadsheetError
from broadsheet.hub.members import DamagedMemberError, Member, read_members
from broadsheet.hub.records import decode, encode, encode_info
from broadsheet.hub.storage import SUFFIX, storage_at, without_user
from broadsheet.model import Capture

MAX_FILE_BYTES = 1_000_000_000
"""The size at which the next file is begun (the WARC standard's advice, annex C.4)."""


class ArchiveError(BroadsheetError):
    """The archive cannot be written or read; the message names the file and, when it is damaged, the place."""


class Location(msgspec.Struct, frozen=True, order=True):
    """Where a record begins: the file's name below the archive's root and the byte in it."""

    file: str
    offset: int


class Stored(msgspec.Struct, frozen=True):
    """A capture out of the archive. ``end`` is the byte after its record: read on from there."""

    location: Location
    capture: Capture
    end: int


class Archive:
    """The archive at a folder's path or any fsspec URL.

    One object is one writer with files of its own; it may be shared by threads, and is safe to use after a
    fork. ``now`` gives the time by which folders and files are named.
    """

    def __init__(self, url: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.url = without_user(url)
        self.torn: tuple[Location, ...] = ()
        """Files that the last complete `read` found ending within a record: a writer was killed, or is writing."""
        self._storage = storage_at(url)
        self._now = now
        self._lock = threading.Lock()
        self._file = ""
        self._size = 0
        self._process = 0

    def append(self, captures: Iterable[Capture]) -> list[Location]:
        """Write captures, in their order, and return when they are on disk.

        Raises:
            ArchiveError: they could not be written (a full disk, no permission); a part of them may be.
        """
        members = [encode(capture) for capture in captures]
        if not members:
            return []
        with self._lock:
            opening = self._begin_file_if_needed()
            data = opening + b"".join(members)
            try:
                start = self._storage.write(self._file, data)
            except OSError as error:
                name, self._file = self._file, ""  # it may end within a record now: nothing may follow there
                raise ArchiveError(
                    f"the archive at {self.url} cannot be written ({name}): {error.strerror or error}. Make room or "
                    "give permission, then run the command again"
                ) from error
            self._size = start + len(data)
            offset = start + len(opening)
            locations = []
            for member in members:
                locations.append(Location(self._file, offset))
                offset += len(member)
            return locations

    def read(self, after: Mapping[str, int] | None = None) -> Iterator[Stored]:
        """All captures, ordered by file name, then offset; per file only those from the byte ``after`` names.

        Whatever a writer completes while this runs may or may not be among them.

        Raises:
            ArchiveError: a file is damaged otherwise than by a killed writer, or cannot be read.
        """
        done = after or {}
        torn: list[Location] = []
        for name, size in self._sizes().items():
            start = done.get(name, 0)
            if start >= size:
                continue
            with self._open(name) as file:
                for member in self._members(name, file, start):
                    location = Location(name, member.offset)
                    if member.content is None:
                        torn.append(location)
                        continue
                    capture = self._decode(location, member.content)
                    if capture is not None:
                        yield Stored(location, capture, member.end)
        self.torn = tuple(torn)

    def get(self, location: Location) -> Capture:
        """The capture at a place. Raises ArchiveError when there is none."""
        with self._open(location.file) as file:
            member = next(self._members(location.file, file, location.offset), None)
        content = member.content if member is not None else None
        capture = self._decode(location, content) if content is not None else None
        if capture is None:
            raise ArchiveError(f"{self._place(location)}: there is no capture at this place")
        return capture

    def _begin_file_if_needed(self) -> bytes:
        """Choose the file to write to; gives the record that opens it when it is a new one."""
        now, process = self._now().astimezone(UTC), os.getpid()
        folder = f"{now:%Y/%m/%d}"
        mine = process == self._process and self._file.startswith(folder) and self._size < MAX_FILE_BYTES
        if mine and self._storage.can_append:
            return b""
        self._file = f"{folder}/{now:%Y%m%dT%H%M%S}-{process}-{secrets.token_hex(4)}{SUFFIX}"
        self._process = process
        return encode_info(now)

    def _sizes(self) -> dict[str, int]:
        try:
            return self._storage.sizes()
        except OSError as error:
            raise ArchiveError(
                f"the archive at {self.url} cannot be listed: {error.strerror or error}"
            ) from error

    def _open(self, name: str) -> BinaryIO:
        try:
            return self._storage.open(name)
        except OSError as error:
            raise ArchiveError(
                f"{name} in the archive at {self.url} cannot be read: {error.strerror or error}"
            ) from error

    def _members(self, name: str, file: BinaryIO, start: int) -> Iterator[Member]:
        try:
            yield from read_members(file, start)
        except DamagedMemberError as error:
            raise self._damaged(Location(name, error.offset), str(error)) from None
        except OSError as error:
            raise ArchiveError(
                f"{name} in the archive at {self.url} cannot be read: {error.strerror or error}"
            ) from error

    def _decode(self, location: Location, content: bytes) -> Capture | None:
        try:
            return decode(content)
        except ValueError as error:
            raise self._damaged(location, str(error)) from None

    def _damaged(self, location: Location, why: str) -> ArchiveError:
        return ArchiveError(
            f"{self._place(location)} is damaged ({why}). Put the file back from a backup; or move it out of the "
            f"archive and import what stands before the damage: head -c {location.offset} {location.file}"
        )

    def _place(self, location: Location) -> str:
        return f"{location.file} at byte {location.offset} in the archive at {self.url}"
