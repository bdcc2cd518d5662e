"""A mail database as the first version of Broadsheet left it: one recipient, a finished mail a day."""

import sqlite3
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from broadsheet.mail import migrations
from broadsheet.mail.database import open_database
from broadsheet.settings import Settings

TABLES = Path(__file__).with_name("first_version.sql")
READER = "reader@example.org"
DELIVERY = (
    "INSERT INTO deliveries VALUES (:delivery_id, :run, :edition_key, :recipient, :state, :subject, :at, :message, "
    "'c0ffee', :at, :tried_at, :closed_at, :reply)"
)
BOARD = "INSERT INTO told_boards VALUES (:delivery_id, :source, :list, NULL, 7, :as_of)"
QUIET = "INSERT INTO quiet_days VALUES (:run, :recipient, :at, 'nothing')"


def delivery(
    run: str, state: str, *, recipient: str = READER, reply: str | None = None, papers: int = 1
) -> dict:
    """A row of its table; sent at seven."""
    tried = None if state == "prepared" else f"{run} 07:00:00.000000"
    return {
        "delivery_id": f"{recipient.partition('@')[0]}-{run}",
        "run": run,
        "edition_key": f"edition of {run}",
        "recipient": recipient,
        "state": state,
        "subject": f"Trending papers of {run}",
        "message": _mail(recipient, papers),
        "at": f"{run} 07:00:00.000000",
        "tried_at": tried,
        "closed_at": None if state in {"prepared", "sending"} else tried,
        "reply": reply,
    }


def board(told_by: dict, source: str = "trending", hour: int = 6) -> dict:
    """A board that the delivery tells, as it stood at that hour of its day."""
    return {
        "delivery_id": told_by["delivery_id"],
        "source": source,
        "list": source if source == "trending" else f"{source}:{told_by['run']}",
        "as_of": f"{told_by['run']} {hour:02d}:00:00.000000",
    }


def quiet(run: str, recipient: str = READER) -> dict:
    """A day without news."""
    return {"run": run, "recipient": recipient, "at": f"{run} 07:00:00.000000"}


def store(settings: Settings, deliveries: list[dict], boards: list[dict], quiet_days: list[dict]) -> None:
    """Make the database: on SQLite exactly as the first version made its file, on PostgreSQL at revision 0001."""
    if not settings.database_url:
        settings.mail_path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(settings.mail_path)) as con, con:
            con.executescript(TABLES.read_text())
            for statement, rows in ((DELIVERY, deliveries), (BOARD, boards), (QUIET, quiet_days)):
                con.executemany(statement, rows)
        return
    engine = sa.create_engine(
        sa.make_url(settings.database_url).set(drivername="postgresql+pg8000"), poolclass=sa.NullPool
    )
    with engine.begin() as con:
        upgrade_to(con, "0001")
        for statement, rows in ((DELIVERY, deliveries), (BOARD, boards), (QUIET, quiet_days)):
            for row in rows:
                con.execute(sa.text(statement), row)


def upgrade_to(con: sa.Connection, revision: str) -> None:
    """Run the migrations up to that revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = con
    command.upgrade(config, revision)


def rows(settings: Settings, table: str, order: str) -> list[dict]:
    """What a table holds once the database was opened."""
    with open_database(settings) as database, database.read() as con:
        found = con.execute(sa.text(f"SELECT * FROM {table} ORDER BY {order}")).mappings()
        return [dict(row) for row in found]


def _mail(recipient: str, papers: int) -> bytes:
    mail = EmailMessage()
    mail["To"] = recipient
    links = [f"https://hub.example/papers/2611.{number:05d}" for number in range(papers)]
    mail.set_content("\n".join(["https://hub.example/papers/trending", *links, *links]))
    mail.add_alternative("<p>the same</p>", subtype="html")
    return mail.as_bytes()
