"""Publications for other hosts: the published file and its segments under any fsspec URL, such as an S3 bucket's.

Segments are put there once; each publication after that is one object, the small file, and the last to come: whoever
opens it finds every segment that it names. No object is ever replaced, since DuckDB reads it piece by piece and would
read a mixture: the newest publication is the one whose name is last.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from broadsheet.errors import UsageError
from broadsheet.hub.storage import trouble_as_os_error, without_user
from broadsheet.settings import Settings
from broadsheet.warehouse.rows import fetch
from broadsheet.warehouse.segments import FOLDER, place_at
from broadsheet.warehouse.store import WarehouseError, connect

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

NAME = "papers-%Y%m%dT%H%M%S.%fZ.duckdb"
"""A publication's name, by when it was made (UTC)."""

KEPT = timedelta(hours=1)
"""How long a publication stays behind the newest, for those who still read it."""


def publish_remotely(settings: Settings) -> None:
    """Bring ``published_url`` to what is published here. The caller holds the writer's lock.

    Raises:
        UsageError: an address of a kind that fsspec does not know, or whose package is not installed.
        WarehouseError: the place cannot be reached or written. What was there stays whole.
    """
    url = settings.published_url.rstrip("/")
    filesystem, root = _place(url)
    draft = settings.published_path.with_name(f".{settings.published_path.name}.remote")
    try:
        files = _pointed_at(settings.published_path, draft, f"{url}/{FOLDER}")
        with trouble_as_os_error():
            there = _names(filesystem, f"{root}/{FOLDER}")
            for name in sorted(files - there):
                filesystem.put_file(str(settings.segments_path / name), f"{root}/{FOLDER}/{name}")
            published_at = datetime.fromtimestamp(settings.published_path.stat().st_mtime, UTC)
            filesystem.put_file(str(draft), f"{root}/{published_at:{NAME}}")
            former = {
                name
                for name in _names(filesystem, root)
                if "papers-" < name < f"{published_at - KEPT:{NAME}}"
            }
            for name in sorted(former | {f"{FOLDER}/{name}" for name in there - files}):
                filesystem.rm_file(f"{root}/{name}")
            _mark(settings).touch()
    except OSError as error:
        raise WarehouseError(
            f"{without_user(url)} cannot be written: {str(error).splitlines()[0]}. This host has the publication: "
            "look after the address and its keys; the next load or `broadsheet fold` puts it there"
        ) from error
    finally:
        draft.unlink(missing_ok=True)


def is_published_remotely(settings: Settings) -> bool:
    """Is what is published here also at ``published_url``, if there is one?"""
    if not settings.published_url:
        return True
    try:
        return _mark(settings).stat().st_mtime_ns >= settings.published_path.stat().st_mtime_ns
    except FileNotFoundError:
        return False


def _mark(settings: Settings) -> Path:
    """A file that is touched when all is there."""
    return settings.published_path.with_name(".published_remotely")


def _place(url: str) -> tuple["AbstractFileSystem", str]:
    import fsspec

    try:
        filesystem, root = fsspec.core.url_to_fs(url)
    except (ValueError, ImportError) as error:
        raise UsageError(
            f"published_url {without_user(url)!r} cannot be used: {error}. Write a URL such as "
            "s3://bucket/published, or install the fsspec package for this kind of address"
        ) from None
    return filesystem, str(root).rstrip("/")


def _pointed_at(published: Path, draft: Path, root: str) -> set[str]:
    """Copy the published file to ``draft``, with its segments in ``root``; gives the names of all it may need."""
    shutil.copyfile(published, draft)
    with connect(draft) as con:
        place_at(con, root)
        return {file for (file,) in fetch(con, "segments/files")}


def _names(filesystem: "AbstractFileSystem", folder: str) -> set[str]:
    filesystem.invalidate_cache()
    try:
        found: list[Any] = filesystem.ls(folder, detail=False)
    except FileNotFoundError:
        return set()
    return {str(path).rpartition("/")[2] for path in found}
