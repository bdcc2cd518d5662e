"""The warehouse and the mail database: readable, of this version, and nobody stuck in them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from broadsheet.checks.clocks import judge
from broadsheet.checks.finding import Area, Finding
from broadsheet.mail.database import open_as_it_is
from broadsheet.mail.errors import MailError
from broadsheet.mail.migrations import HEAD, revision_of
from broadsheet.mail.schema import subscribers
from broadsheet.mail.states import SubscriberState
from broadsheet.settings import Settings, SettingsError
from broadsheet.warehouse.store import SCHEMA_VERSION, WarehouseError, open_published, schema_version

AREA = Area("Stores")
LONG = timedelta(hours=1)
_POSTGRESQL = "look at database_url, and whether the database runs"
_SQLITE = (
    "make room if the disk is full, let this user read and write the file and its folder; "
    "a damaged file is replaced by its copy (docs/self-hosting.md, Restore)"
)
"""What to do where the mail database cannot be used."""


def check_warehouse(settings: Settings) -> Finding:
    """The published warehouse."""
    path = settings.published_path
    if not path.exists():
        return AREA.warn("warehouse", f"nothing published yet at {path}", "run `broadsheet poll trending`")
    try:
        with open_published(settings) as connection:
            version = schema_version(connection, path)
    except WarehouseError as error:
        return AREA.fail("warehouse", str(error), "run `broadsheet replay --apply`")
    if version != SCHEMA_VERSION:
        detail = f"{path} has schema version {version}, this Broadsheet {SCHEMA_VERSION}"
        return AREA.warn(
            "warehouse", detail, "the next poll brings it up to date: `broadsheet poll trending`"
        )
    return AREA.ok("warehouse", f"{path}, schema version {version}")


def check_mail_database(settings: Settings) -> Iterator[Finding]:
    """The mail database as it stands: nothing is made or migrated."""
    if not settings.database_url and not settings.mail_path.exists():
        yield AREA.ok("mail database", f"{settings.mail_path} (will be made)")
        yield _readers(settings, 0)
        return
    try:
        with open_as_it_is(settings) as database, database.read() as con:
            revision = revision_of(con)
            where = database.where
            ahead = _ahead_of(con) if database.is_postgresql else None
            readers = _count_readers(con) if revision == HEAD else None
    except (MailError, SettingsError) as error:
        yield AREA.fail("mail database", str(error), _POSTGRESQL if settings.database_url else _SQLITE)
        return
    if revision == HEAD:
        yield AREA.ok("mail database", f"{where}, revision {revision}")
    else:
        stands = f"revision {revision}" if revision else "no revision"
        advice = "the next `broadsheet send` brings it up to date; keep a copy before"
        yield AREA.warn("mail database", f"{where}: {stands}, this Broadsheet has {HEAD}", advice)
    if readers is not None:
        yield _readers(settings, readers)
    if ahead is not None:
        yield judge("database clock", ahead, "the database's")


def check_locks(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Who holds a lock of the home folder now, and since when; ``now`` is aware and the system's."""
    held = _held_locks()
    paths = [*settings.home_path.glob("*.lock"), *settings.home_path.glob("locks/*.lock")]
    busy = [path for path in sorted(paths) if path.stat().st_ino in held]
    for path in busy:
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        holder = f"{path.name} is held by process {held[path.stat().st_ino]} since {since:%Y-%m-%d %H:%M} UTC"
        if now - since > LONG:
            yield AREA.warn("locks", holder, "see what that process does; the lock ends with it")
        else:
            yield AREA.ok("locks", holder)
    if not busy:
        yield AREA.ok("locks", "nobody writes or sends now")


def _count_readers(con: sa.Connection) -> int:
    active = subscribers.c.state == str(SubscriberState.ACTIVE)
    return con.execute(sa.select(sa.func.count()).select_from(subscribers).where(active)).scalar_one()


def _readers(settings: Settings, active: int) -> Finding:
    if active:
        return AREA.ok("subscribers", f"{active:,} active")
    if settings.digest_to:
        return AREA.ok("subscribers", "digest_to alone, from the first `broadsheet send` on")
    return AREA.warn(
        "subscribers",
        "nobody gets a digest",
        "`broadsheet subscribers add name@example.org`, or set digest_to",
    )


def _ahead_of(con: sa.Connection) -> timedelta:
    """How far this machine's clock is ahead of the database's."""
    theirs: datetime = con.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return datetime.now(UTC) - theirs


def _held_locks() -> dict[int, str]:
    """Files that are locked on this machine, by inode, with the process: asked without touching the locks."""
    table = Path("/proc/locks")
    if not table.exists():
        return {}
    found = {}
    for line in table.read_text(encoding="ascii").splitlines():
        fields = line.split()
        if "FLOCK" in fields and "->" not in fields:
            kind = fields.index("FLOCK")
            found[int(fields[kind + 4].rpartition(":")[2])] = fields[kind + 3]
    return found
