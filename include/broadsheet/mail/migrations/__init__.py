"""How the mail database came to be: one revision after the other, each whole or not at all (Alembic).

Alembic is loaded only for a database that is not at `HEAD`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa

from broadsheet.mail.errors import MailError

REVISIONS = ("0001", "0002", "0003")
FIRST, HEAD = REVISIONS[0], REVISIONS[-1]
FIRST_STORE_VERSION = 1
"""The ``user_version`` of a file that the first version of Broadsheet made: it kept no other record."""
MIGRATION_LOCK = 0x62726F6164
"""The key of PostgreSQL's advisory lock under which one process migrates while others wait."""


class Before(NamedTuple):
    """What a revision must know of the settings: the database does not say it.

    ``recipient`` is the address that the first version's ``digest_to`` names, "" for none; ``preferences`` are
    columns of its row in ``subscribers``; ``address_hash`` gives the hash of an address's key.
    """

    recipient: str
    preferences: Mapping[str, Any]
    address_hash: Callable[[str], str]


def revision_of(con: sa.Connection) -> str | None:
    """The revision that the database is at; None if no migration ever ran."""
    if not sa.inspect(con).has_table("alembic_version"):
        return None
    found: str | None = con.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return found


def upgrade(con: sa.Connection, before: Callable[[], Before], where: str) -> None:
    """Bring the database to `HEAD` within the connection's transaction; ``where`` names it in errors.

    ``before`` is only called if there is anything to do: another process may have been faster.

    Raises:
        MailError: a newer version wrote it.
    """
    on_postgresql = con.dialect.name == "postgresql"
    if on_postgresql:
        con.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
    revision = revision_of(con)
    store_version = 0 if on_postgresql else con.execute(sa.text("PRAGMA user_version")).scalar_one()
    if revision == HEAD:
        return
    known = revision in REVISIONS or (revision is None and store_version <= FIRST_STORE_VERSION)
    if not known:
        raise MailError(f"{where} was written by a newer version of Broadsheet: install that one")
    _run(con, before(), stamped=revision is None and store_version == FIRST_STORE_VERSION)


def _run(con: sa.Connection, before: Before, *, stamped: bool) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes.update(connection=con, before=before)
    if stamped:
        command.stamp(config, FIRST)
    command.upgrade(config, HEAD)
