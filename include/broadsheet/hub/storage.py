"""Where the archive's files live: a folder of this machine, or any place that fsspec can reach.

Both keep files under names with forward slashes, relative to the archive's root.
"""

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from broadsheet.errors import UsageError
from broadsheet.files import sync_folder

SUFFIX = ".warc.gz"
_USER_IN_URL = re.compile(r"(?<=://)[^/@\s]+@")


class Storage(Protocol):
    """What the archive needs of a place. Whatever goes wrong there is an OSError."""

    can_append: bool
    """Whether a file can grow. Object stores only take whole objects."""

    def write(self, name: str, data: bytes) -> int:
        """Put ``data`` at the end of a file, durably before returning; gives the offset at which it begins."""
        ...

    def sizes(self) -> dict[str, int]:
        """Every archive file's name and size in bytes, ordered by name."""
        ...

    def open(self, name: str) -> BinaryIO:
        """A file for reading from any offset. Raises OSError."""
        ...


def without_user(url: str) -> str:
    """The address as it may be shown: user and password, or an access key, are left out."""
    return _USER_IN_URL.sub("(secret)@", url)


def storage_at(url: str) -> Storage:
    """The storage a folder's path or an fsspec URL names.

    Raises:
        UsageError: a URL whose kind fsspec does not know or whose package is not installed.
    """
    if "://" not in url:
        return LocalStorage(Path(url))
    if url.startswith("file://"):
        return LocalStorage(Path(url.removeprefix("file://")))
    return ObjectStorage(url)


class LocalStorage:
    """Files in a folder, which is made when the first one is written."""

    can_append = True

    def __init__(self, root: Path) -> None:
        self._root = root.expanduser()

    def write(self, name: str, data: bytes) -> int:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        with path.open("ab", buffering=0) as file:
            offset = file.tell()
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
            os.fsync(file.fileno())
        if is_new:
            self._sync_folders(path.parent)
        return offset

    def _sync_folders(self, folder: Path) -> None:
        """A new name survives a power cut only when the folders that lead to it are on disk."""
        for place in (folder, *folder.parents):
            sync_folder(place)
            if place == self._root:
                return

    def sizes(self) -> dict[str, int]:
        found = {
            path.relative_to(self._root).as_posix(): path.stat().st_size
            for path in self._root.rglob(f"*{SUFFIX}")
        }
        return dict(sorted(found.items()))

    def open(self, name: str) -> BinaryIO:
        return (self._root / name).open("rb")


class ObjectStorage:
    """Whole objects under an fsspec URL such as ``s3://bucket/archive`` or ``memory://archive``.

    The bucket is made with the first object, if it is missing and may be made.
    """

    can_append = False

    def __init__(self, url: str) -> None:
        import fsspec

        try:
            self._fs, root = fsspec.core.url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise UsageError(
                f"the archive's address {without_user(url)!r} cannot be used: {error}. Write a folder, or install "
                "the fsspec package for this kind of address"
            ) from None
        self._root = str(root).rstrip("/")

    def write(self, name: str, data: bytes) -> int:
        path = f"{self._root}/{name}"
        with trouble_as_os_error():
            self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
            self._fs.pipe_file(path, data)
        return 0

    def sizes(self) -> dict[str, int]:
        try:
            with trouble_as_os_error():
                self._fs.invalidate_cache()
                found: dict[str, dict[str, Any]] = self._fs.find(self._root, detail=True)
        except FileNotFoundError:
            return {}
        names = {path.removeprefix(self._root).lstrip("/"): info["size"] for path, info in found.items()}
        return {name: int(size) for name, size in sorted(names.items()) if name.endswith(SUFFIX)}

    def open(self, name: str) -> BinaryIO:
        with trouble_as_os_error():
            return io.BytesIO(self._fs.cat_file(f"{self._root}/{name}"))


@contextmanager
def trouble_as_os_error() -> Iterator[None]:
    """Each kind of object storage has errors of its own, such as botocore's for a server that is away."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
