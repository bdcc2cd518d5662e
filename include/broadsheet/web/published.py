"""The published warehouse as many threads read it at once: the newest publication, and each reading whole."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.settings import Settings
from broadsheet.warehouse.store import WarehouseError, attach_published, look_at_published
from broadsheet.warehouse.words import Words

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection


class Reading(msgspec.Struct, frozen=True):
    """A publication as it is read: ``con`` is for one thread, ``tag`` differs between publications; ``words`` are
    those that searches of it have read."""

    con: "DuckDBPyConnection"
    tag: str
    published_at: datetime
    words: Words


class Published:
    """Reads the published file of these settings.

    A new publication is noticed by the next reading, without a restart; readings that have begun end on the one they
    began with, and its file is closed with the last of them.
    """

    def __init__(self, settings: Settings) -> None:
        self._path: Path = settings.published_path
        self._lock = threading.Lock()
        self._newest: Reading | None = None

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A connection for the block, to one publication.

        Raises:
            WarehouseError: nothing is published yet, or another version of Broadsheet published it.
        """
        publication = self._publication()
        cursor = publication.con.cursor()
        try:
            look_at_published(cursor, self._path)
            yield msgspec.structs.replace(publication, con=cursor)
        finally:
            cursor.close()

    @property
    def tag(self) -> str:
        """The tag of the newest publication. Raises WarehouseError as `reading`."""
        return self.newest()[0]

    def newest(self) -> tuple[str, datetime]:
        """The newest publication's tag, and when it was made, to the second. Raises WarehouseError as `reading`."""
        publication = self._publication()
        return publication.tag, publication.published_at

    def _publication(self) -> Reading:
        tag, published_at = self._look()
        newest = self._newest
        if newest is not None and newest.tag == tag:
            return newest
        with self._lock:
            if self._newest is None or self._newest.tag != tag:
                # The former one is only let go: whoever reads it still holds it.
                self._newest = Reading(attach_published(self._path), tag, published_at, Words())
            return self._newest

    def _look(self) -> tuple[str, datetime]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            raise WarehouseError(
                f"nothing is published yet ({self._path} does not exist): run `broadsheet poll trending` first, "
                "or `broadsheet import` with captures"
            ) from None
        tag = f"{found.st_ino:x}-{found.st_mtime_ns:x}-{found.st_size:x}"
        return tag, datetime.fromtimestamp(int(found.st_mtime), UTC)
