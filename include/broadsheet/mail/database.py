"""The mail database: SQLite in the home folder, or PostgreSQL by URL; small transactions from several processes."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import sqlalchemy as sa

from broadsheet.mail.address import read_mailbox
from broadsheet.mail.errors import MailAwayError, MailError
from broadsheet.mail.migrations import HEAD, Before, revision_of, upgrade
from broadsheet.mail.secret import secret_key
from broadsheet.mail.tokens import address_hash
from broadsheet.settings import Settings, SettingsError

BUSY_MILLISECONDS = 30_000
"""How long a transaction waits for another process's on SQLite."""


class Database:
    """A place for transactions."""

    def __init__(self, engine: sa.Engine, where: str) -> None:
        self.engine = engine
        self.where = where

    @property
    def is_postgresql(self) -> bool:
        """Whether several hosts may write at once."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction: all of it, or nothing if the block raises.

        Raises:
            MailAwayError: the connection broke, the server is starting or ending, or another process held the
                database for too long.
            MailError: the database cannot be used.
        """
        with self._named(), self.engine.begin() as con:
            yield con

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database and changes nothing. Raises MailError as `write`."""
        with self._named(), self.engine.connect() as con:
            yield con.execution_options(broadsheet_reads=True)

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            if isinstance(error, sa.exc.IntegrityError):
                raise
            if error.connection_invalidated or _is_starting(error):
                raise MailAwayError(f"{self.where} went away: {error.orig}; try again later") from error
            if _is_held(error):
                raise MailAwayError(
                    f"{self.where} is held by another process: {error.orig}; try again"
                ) from error
            raise MailError(f"{self.where} cannot be used: {error.orig}") from error


def _is_held(error: sa.exc.DBAPIError) -> bool:
    """Whether SQLite waited in vain for its turn."""
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _is_starting(error: sa.exc.DBAPIError) -> bool:
    """Whether a PostgreSQL server says that it is not there for anybody just now (SQLSTATE class 57P)."""
    said = error.orig.args[0] if error.orig and error.orig.args else None
    return isinstance(said, dict) and str(said.get("C", "")).startswith("57P")


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """The mail database of ``database_url``, else ``mail.sqlite`` in the home folder; made on first use.

    The file is readable by its owner only.

    Raises:
        MailError: it cannot be used, or a newer version wrote it.
        SettingsError: database_url is none of a PostgreSQL database.
    """
    with open_as_it_is(settings) as database:
        _migrate(database, settings)
        yield database


@contextmanager
def open_as_it_is(settings: Settings) -> Iterator[Database]:
    """As `open_database`, but whatever revision the database is at, it stays so."""
    database = _postgresql(settings) if settings.database_url else _sqlite(settings)
    try:
        yield database
    finally:
        database.engine.dispose()


def _sqlite(settings: Settings) -> Database:
    path = settings.mail_path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise MailError(f"{path} cannot be used: {error.strerror}") from None
    engine = sa.create_engine(f"sqlite:///{path}", hide_parameters=True)
    sa.event.listen(engine, "connect", _configure)
    sa.event.listen(engine, "begin", _begin)
    return Database(engine, str(path))


def _postgresql(settings: Settings) -> Database:
    try:
        url = sa.engine.make_url(settings.database_url)
    except sa.exc.ArgumentError:
        url = None
    if url is None or url.get_backend_name() != "postgresql":
        raise SettingsError(
            "setting 'database_url' is no address of a PostgreSQL database: "
            "write postgresql://user:password@host/name"
        )
    # It logs the whole traceback of every connection that broke; what broke is said once, by the error.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    engine = sa.create_engine(
        url.set(drivername="postgresql+pg8000"), hide_parameters=True, pool_pre_ping=True
    )
    sa.event.listen(engine, "connect", _ask_whether_we_live)
    return Database(engine, f"the mail database on {url.host}")


def _ask_whether_we_live(connection: Any, _record: object) -> None:
    """Have the server look after silent clients within a minute, not two hours: a host whose power fails says no
    farewell, and the locks of its senders are held until the server misses it."""
    with closing(connection.cursor()) as cursor:
        cursor.execute(
            "SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
        )
    connection.commit()


def _configure(connection: sqlite3.Connection, _record: object) -> None:
    """A commit is on the disk when it returns: what is noted before a mail goes out must outlive a power cut."""
    connection.isolation_level = None  # transactions begin where `_begin` says, not where sqlite3 guesses
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(con: Any) -> None:
    """Who will write says so at once: a lock asked for in mid-transaction fails instead of waiting."""
    reads = con.get_execution_options().get("broadsheet_reads", False)
    con.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _migrate(database: Database, settings: Settings) -> None:
    with database.read() as con:
        revision = revision_of(con)
    if revision != HEAD:
        with database.write() as con:
            upgrade(con, lambda: _before(settings), database.where)


def _before(settings: Settings) -> Before:
    preferences = {
        "cadence": "daily",
        "hour": settings.digest_hour,
        "timezone": settings.digest_timezone,
        "lists": ",".join(map(str, settings.digest_sources)),
    }
    return Before(
        recipient=read_mailbox(settings.digest_to, "digest_to").address if settings.digest_to else "",
        preferences=preferences,
        address_hash=lambda key: address_hash(key, secret_key(settings)),
    )
