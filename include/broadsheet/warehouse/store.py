"""Opening the warehouse: the writer's file under its lock, the published file read-only."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.errors import BroadsheetError
from broadsheet.settings import Settings
from broadsheet.warehouse.absent import settle_that_pandas_is_absent
from broadsheet.warehouse.indexing import index_anew
from broadsheet.warehouse.lock import writer_lock
from broadsheet.warehouse.queries import folder, query
from broadsheet.warehouse.rows import transaction
from broadsheet.warehouse.segments import FOLDER, in_quotes, look_in, make_views, place_at, root_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SCHEMA_VERSION = 5

BLOCK_SIZE = 32 * 1024
"""Bytes. A load touches a dozen tables: with DuckDB's own 256 kB it would write megabytes for a few rows. Integers of
half the size would not be packed any more."""

STORAGE_VERSION = "v1.5.0"
"""Of DuckDB's file format: from here on a checkpoint leaves the descriptions of untouched rows as they are."""

CHECKPOINT_AFTER = "64MB"
"""Of log. A checkpoint writes all rows of the last group anew: after DuckDB's own 16 MB a backfill writes each text
four times; after much more it holds more memory. A killed writer leaves so much to be read again, within a second."""


class WarehouseError(BroadsheetError):
    """The warehouse's file cannot be used; the message says why and what to do."""


@contextmanager
def open_writer(settings: Settings) -> Iterator["DuckDBPyConnection"]:
    """The writer's connection, for one writer at a time; made or migrated to today's schema first.

    Raises:
        LockedError: another writer did not finish within ``lock_timeout_seconds``.
        WarehouseError: the file is not a warehouse, is broken, or comes from a newer version.
    """
    with (
        writer_lock(settings.warehouse_path, settings.lock_timeout_seconds),
        open_unlocked(settings) as con,
    ):
        yield con


@contextmanager
def open_unlocked(settings: Settings) -> Iterator["DuckDBPyConnection"]:
    """As `open_writer`, for a caller that holds the writer's lock."""
    path = settings.warehouse_path
    with open_to_write(path) as con:
        migrate(con, path)
        yield con


@contextmanager
def open_to_write(path: Path) -> Iterator["DuckDBPyConnection"]:
    """A connection for the block; behind it all that was committed stands in the file itself.

    Raises:
        WarehouseError: as `connect`, or the disk is full. What was committed before is kept.
    """
    import duckdb

    con = connect(path)
    try:
        yield con
    except (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException) as error:
        raise _cannot_be_written(path, str(error).splitlines()[0]) from error
    finally:
        con.close()
    # DuckDB keeps silent when closing could not move its log into the file.
    log = path.with_name(path.name + ".wal")
    if log.exists() and log.stat().st_size:
        raise _cannot_be_written(path, f"it did not take in its log {log.name}")


def _cannot_be_written(path: Path, why: str) -> WarehouseError:
    return WarehouseError(
        f"{path} cannot be written: {why}. Nothing that was fetched or loaded is lost: make room or give permission, "
        "then run the command again"
    )


def connect(path: Path, *, read_only: bool = False) -> "DuckDBPyConnection":
    """Open a DuckDB file with times in UTC and nothing fetched from the network.

    Raises:
        WarehouseError: it is no DuckDB file, is broken, written by a newer DuckDB, or held by another program.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # For files made anew: whatever a load touches in a table is written as a block at least.
        "default_block_size": BLOCK_SIZE,
        "storage_compatibility_version": STORAGE_VERSION,
        "checkpoint_threshold": CHECKPOINT_AFTER,
    }
    settle_that_pandas_is_absent()
    try:
        return duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0]
        raise WarehouseError(
            f"{path} cannot be opened: {first_line}. If another program has it open, close that program; "
            "if the file is broken, move it away and run `broadsheet replay --apply`, which builds it anew "
            "from the archive"
        ) from error


def schema_version(con: "DuckDBPyConnection", path: Path) -> int | None:
    """The version of the schema in the file; None if the file is empty.

    Raises:
        WarehouseError: the file holds tables, but not ours.
    """
    import duckdb

    try:
        row = con.execute(query("read/schema_version")).fetchone()
    except duckdb.CatalogException:
        if not con.execute(query("read/tables")).fetchall():
            return None
        raise WarehouseError(
            f"{path} is a DuckDB file, but not Broadsheet's (no table warehouse_info): "
            "set BROADSHEET_HOME to another folder, or move the file away"
        ) from None
    return int(row[0]) if row is not None else None


def migrate(
    con: "DuckDBPyConnection",
    path: Path,
    *,
    version: int = SCHEMA_VERSION,
    migrations: Sequence[tuple[int, str]] | None = None,
) -> None:
    """Bring the file to ``version``, in one transaction; a file of that version and its views is left alone.

    With new views comes a new index of words, which their macros fold.

    Args:
        migrations: pairs of the version reached and its SQL; default: ``sql/migrations``.

    Raises:
        WarehouseError: the file is of a newer version.
    """
    views_sha256 = _views_sha256()
    root = root_of(path)
    if _is_ready(con, version, views_sha256, root):
        return
    found = schema_version(con, path)
    if found is not None and found > version:
        raise WarehouseError(
            f"{path} has schema version {found}, this Broadsheet knows up to {version}: "
            "install the newer Broadsheet that wrote it; nothing was changed"
        )
    if found == version and con.execute(query("read/views_sha256")).fetchone() == (views_sha256,):
        # The file came from elsewhere: out of a backup, or with its whole folder.
        place_at(con, str(root))
        return
    with transaction(con):
        if found is None:
            con.execute(query("schema"))
            con.execute(query("write/first_info"), [version])
        for reached, sql in _migrations() if migrations is None else migrations:
            if found is not None and found < reached <= version:
                con.execute(sql)
        place_at(con, str(root))
        make_views(con)
        for view in _views():
            con.execute(view)
        if found is not None:
            # The macros that fold words are among the views.
            index_anew(con)
        con.execute(query("write/set_version"), [version, views_sha256])


def _is_ready(con: "DuckDBPyConnection", version: int, views_sha256: str, root: Path) -> bool:
    """Is there nothing to migrate? One cheap question, for a loader asks it each time."""
    import duckdb

    try:
        found = con.execute(query("read/ready")).fetchone()
    except (duckdb.CatalogException, duckdb.BinderException):
        return False
    return found == (version, views_sha256, str(root))


@cache
def _views() -> tuple[str, ...]:
    return tuple(query(name) for name in folder("views"))


@cache
def _views_sha256() -> str:
    return hashlib.sha256("".join(_views()).encode()).hexdigest()


def _migrations() -> list[tuple[int, str]]:
    """``migrations/0002.sql`` takes a file of version 1 to version 2, and so on."""
    return [(int(name.rpartition("/")[2]), query(name)) for name in folder("migrations")]


def open_published(settings: Settings) -> "DuckDBPyConnection":
    """The published file, read-only. Never waits for the writer.

    Raises:
        WarehouseError: nothing is published yet, or the file cannot be read.
    """
    path = settings.published_path
    if not path.exists():
        raise WarehouseError(
            f"nothing is published yet ({path} does not exist): run `broadsheet poll trending` first, "
            "or `broadsheet import` with captures"
        )
    con = connect(path, read_only=True)
    look_in(con, path.parent / FOLDER)
    return con


def attach_published(path: Path) -> "DuckDBPyConnection":
    """The published file at ``path`` in an instance of its own, for many threads: each takes a ``cursor()`` and has
    it look there (`look_at_published`).

    DuckDB has one instance a path and process: a file that replaced an open one could otherwise not be read.

    Raises:
        WarehouseError: the file cannot be read, or another version of Broadsheet published it.
    """
    import duckdb

    con = connect(Path(":memory:"))
    try:
        # ATTACH takes no parameters.
        con.execute(f"ATTACH '{in_quotes(str(path))}' AS published (READ_ONLY)")
        con.execute("SET TimeZone = 'UTC'")
        look_at_published(con, path)
    except duckdb.Error as error:
        con.close()
        raise WarehouseError(f"{path} cannot be opened: {str(error).splitlines()[0]}") from error
    found = schema_version(con, path)
    if found != SCHEMA_VERSION:
        con.close()
        raise WarehouseError(
            f"{path} was published with schema version {found}, this Broadsheet reads {SCHEMA_VERSION}: "
            "the next load publishes it anew (`broadsheet poll trending`)"
        )
    return con


def look_at_published(cursor: "DuckDBPyConnection", path: Path) -> None:
    """Have a cursor find names and segments in the file at ``path``, which `attach_published` attached.

    Both belong to the cursor, not to the connection that it is of.
    """
    cursor.execute("SET search_path = 'published.main'")
    look_in(cursor, path.parent / FOLDER)
