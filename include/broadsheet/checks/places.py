"""Folders and files: what must be writable is, what is secret is nobody else's, and there is room."""

import os
import resource
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from broadsheet.checks.finding import Area, Finding
from broadsheet.errors import UsageError
from broadsheet.hub.storage import storage_at, without_user
from broadsheet.settings import FILE_NAME, SECRETS, Loaded, Settings

AREA = Area("Places")
LOW_BYTES = 500_000_000
NO_BYTES = 20_000_000
FILES_BESIDE_CONNECTIONS = 100
"""What a sender keeps open beside its connections: database, journal, logs, Airflow's own."""


def check_places(loaded: Loaded) -> Iterator[Finding]:
    """Every folder that is written to, the disk, the secret files, and how many files may be open."""
    settings = loaded.settings
    folders = {
        "home": settings.home_path,
        "published": settings.published_path.parent,
        "journal": settings.journal_path,
    }
    if not settings.smtp_url:
        folders["inbox"] = settings.inbox_path
    yield from (_folder(name, place) for name, place in folders.items())
    yield _archive(settings.archive_location)
    yield _space(settings.home_path)
    yield from _secrets(_secret_files(loaded))
    yield _descriptors(settings)


def nearest_existing(path: Path) -> Path:
    """The path itself, or the nearest folder above it that is there."""
    return next(place for place in (path, *path.parents) if place.exists())


def _folder(name: str, place: Path) -> Finding:
    nearest = nearest_existing(place)
    missing = "" if nearest == place else " (will be made)"
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return AREA.ok(name, f"{place}{missing}")
    return AREA.fail(
        name,
        f"{place}: {nearest} is no folder that can be written",
        "give this user permission, or set BROADSHEET_HOME to another folder",
    )


def _archive(location: str) -> Finding:
    if "://" not in location:
        return _folder("archive", Path(location).expanduser().resolve())
    try:
        storage_at(location)
    except UsageError as error:
        return AREA.fail("archive", str(error), "correct archive_url")
    return AREA.ok("archive", f"{without_user(location)} (whether it can be written was not tried)")


def _space(home: Path) -> Finding:
    free = shutil.disk_usage(nearest_existing(home)).free
    detail = f"{free / 1e9:.1f} GB free"
    if free < NO_BYTES:
        return AREA.fail("space", detail, "make room: nothing can be loaded or sent")
    if free < LOW_BYTES:
        return AREA.warn("space", detail, "make room: senders stop when the journal cannot be written")
    return AREA.ok("space", detail)


def _secret_files(loaded: Loaded) -> Iterator[Path]:
    """Files that hold a key, a password or addresses, as far as they are there."""
    home = loaded.settings.home_path
    mail = loaded.settings.mail_path
    yield from (path for path in (home / "secret.key", mail, Path(f"{mail}-wal")) if path.exists())
    if any(Path(loaded.origins[name]).name == FILE_NAME for name in SECRETS):
        yield Path(next(loaded.origins[n] for n in SECRETS if Path(loaded.origins[n]).name == FILE_NAME))


def _secrets(paths: Iterable[Path]) -> Iterator[Finding]:
    closed = []
    for path in paths:
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & 0o077:
            closed.append(path.name)
            continue
        judge = AREA.fail if mode & 0o007 else AREA.warn
        who = "everybody on this machine" if mode & 0o007 else "its group"
        yield judge("secrets", f"{path} is open to {who} (mode {mode:o})", f"chmod 600 {path}")
    if closed:
        yield AREA.ok("secrets", f"{', '.join(closed)}: for their owner only")


def _descriptors(settings: Settings) -> Finding:
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    needed = settings.connections + FILES_BESIDE_CONNECTIONS
    if allowed != resource.RLIM_INFINITY and allowed < needed:
        advice = f"raise the limit (ulimit -n {needed * 4}), or set fewer connections"
        return AREA.fail("open files", f"{allowed} are allowed, a sender needs {needed}", advice)
    return AREA.ok("open files", f"{allowed:,} are allowed")
