"""`broadsheet doctor`: is it set up right?"""

import os
import platform
import shutil
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import typer

from broadsheet import __version__
from broadsheet.commands.arguments import AsJson
from broadsheet.commands.output import Column, emit, emit_json, table
from broadsheet.errors import FAILED, UsageError
from broadsheet.hub.storage import storage_at, without_user
from broadsheet.settings import SECRETS, Loaded, Settings, fixed_time, load

PACKAGES = ("apache-airflow", "duckdb", "beautifulsoup4", "requests", "pyarrow", "warcio", "typer")
LOW_SPACE_BYTES = 500_000_000


class State(StrEnum):
    """How a check ended; ``note`` is nothing wrong, but worth knowing."""

    OK = "ok"
    NOTE = "note"
    FAILED = "failed"


class Check(NamedTuple):
    """One thing looked at."""

    what: str
    state: State
    detail: str


def doctor(as_json: AsJson = False) -> None:
    """Print every setting with its origin, the versions, and what was checked. Ends with 1 if a check failed.

    JSON: settings [{name, value, origin}], versions {name: version}, checks [{what, state, detail}]; a secret's
    value is "(set)" or "".
    """
    loaded = load()
    settings = [
        {"name": name, "value": _value(loaded, name), "origin": origin}
        for name, origin in loaded.origins.items()
    ]
    versions = _versions()
    checks = _checks(loaded.settings)
    if as_json:
        emit_json(
            {
                "settings": settings,
                "versions": versions,
                "checks": [check._asdict() for check in checks],
            }
        )
    else:
        columns = Column("name", "Setting"), Column("value", "Value"), Column("origin", "From")
        emit(table(settings, columns) + "\n")
        emit("  ".join(f"{name} {version}" for name, version in versions.items()) + "\n\n")
        emit(table([check._asdict() for check in checks], CHECK_COLUMNS))
    if any(check.state is State.FAILED for check in checks):
        raise typer.Exit(FAILED)


CHECK_COLUMNS = Column("what", "Check"), Column("state", "State"), Column("detail", "")


def _value(loaded: Loaded, name: str) -> str:
    value = getattr(loaded.settings, name)
    if name in SECRETS:
        return "(set)" if value else ""
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    return without_user(text)


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    found = {name: version(name) for name in PACKAGES}
    return {"broadsheet": __version__, "python": platform.python_version(), **found}


def _checks(settings: Settings) -> list[Check]:
    places = {
        "home": settings.home_path,
        "published": settings.published_path.parent,
        "inbox": settings.inbox_path,
        "mail": settings.mail_path.parent,
    }
    return [
        *(_check_place(name, place) for name, place in places.items()),
        _check_archive(settings.archive_location),
        _check_space(settings.home_path),
        _check_warehouse(settings),
        _check_clock(settings),
        _check_contact(settings),
        _check_digest(settings),
        _check_mail(settings),
    ]


def _check_place(name: str, place: Path) -> Check:
    nearest = _nearest_existing(place)
    writable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    missing = "" if nearest == place else " (will be made)"
    if writable:
        return Check(name, State.OK, f"{place}{missing}")
    return Check(name, State.FAILED, f"{place}: {nearest} is no folder that can be written")


def _check_archive(location: str) -> Check:
    if "://" not in location:
        return _check_place("archive", Path(location).expanduser().resolve())
    try:
        storage_at(location)
    except UsageError as error:
        return Check("archive", State.FAILED, str(error))
    return Check("archive", State.NOTE, f"{without_user(location)}: whether it can be written was not tried")


def _check_space(home: Path) -> Check:
    free = shutil.disk_usage(_nearest_existing(home)).free
    state = State.OK if free >= LOW_SPACE_BYTES else State.NOTE
    return Check("space", state, f"{free / 1e9:.1f} GB free")


def _check_warehouse(settings: Settings) -> Check:
    from broadsheet.warehouse.store import WarehouseError, open_published, schema_version

    path = settings.published_path
    if not path.exists():
        return Check("warehouse", State.NOTE, f"nothing published yet at {path}")
    try:
        with open_published(settings) as connection:
            version = schema_version(connection, path)
    except WarehouseError as error:
        return Check("warehouse", State.FAILED, str(error))
    return Check("warehouse", State.OK, f"{path}, schema version {version}")


def _check_clock(settings: Settings) -> Check:
    fixed = fixed_time(settings)
    if fixed is None:
        return Check("clock", State.OK, "the system's")
    return Check("clock", State.NOTE, f"stands still at {fixed:%Y-%m-%d %H:%M} UTC")


def _check_contact(settings: Settings) -> Check:
    if settings.contact:
        return Check("contact", State.OK, "named in every request")
    return Check("contact", State.NOTE, "set `contact`, so that the hub's people can reach you")


def _check_digest(settings: Settings) -> Check:
    if not settings.digest_to:
        return Check("digest", State.NOTE, "set `digest_to`: nobody gets the digest yet")
    hour = f"from {settings.digest_hour:02d}:00 {settings.digest_timezone}"
    return Check("digest", State.OK, f"{', '.join(settings.digest_lists)}, {hour}")


def _check_mail(settings: Settings) -> Check:
    if settings.smtp_url:
        from broadsheet.mail.relay import read_relay

        try:
            read_relay(settings.smtp_url)
        except UsageError as error:
            return Check("smtp", State.FAILED, str(error))
        return Check("smtp", State.OK, "a server is set")
    return Check("smtp", State.NOTE, f"no server is set: mails stay in {settings.inbox_path}")


def _nearest_existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())
