"""Publishing: everybody reads a copy that is replaced whole, so that no query ever waits for the writer."""

import os
import shutil
from pathlib import Path

from broadsheet.files import sync_folder
from broadsheet.settings import Settings
from broadsheet.warehouse.remote import is_published_remotely, publish_remotely
from broadsheet.warehouse.store import WarehouseError


def publish(settings: Settings) -> Path:
    """Copy the writer's file to the published place by atomic rename. The caller holds the writer's lock and
    has closed its connection, so the file is whole and checkpointed.

    Readers that have the old file open keep reading it. With the setting ``published_url`` it is then put there, too.

    Raises:
        WarehouseError: the disk is full or cannot be written. What was published before stays.
            Or ``published_url`` cannot be; then it is published on this host.
        UsageError: ``published_url`` is no address that can be used.
    """
    source, target = settings.warehouse_path, settings.published_path
    try:
        _copy(source, target)
    except OSError as error:
        raise WarehouseError(
            f"{target} cannot be written: {error.strerror}. What was loaded is kept: make room or give permission, "
            "then run the command again"
        ) from error
    if settings.published_url:
        publish_remotely(settings)
    return target


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # One name for all: what a killed publisher left is written over.
    draft = target.with_name(f".{target.name}.draft")
    try:
        shutil.copyfile(source, draft)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(target.parent)


def is_published(settings: Settings) -> bool:
    """Is the published copy at least as new as the writer's file, and everywhere that it is to be?"""
    source, target = settings.warehouse_path, settings.published_path
    try:
        is_newer = target.stat().st_mtime_ns >= source.stat().st_mtime_ns
    except FileNotFoundError:
        return False
    return is_newer and is_published_remotely(settings)
