"""A published warehouse that changes from day to day, and settings that mail it into a folder."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

import postgresql
from broadsheet.mail.closing import close_run
from broadsheet.mail.database import open_database
from broadsheet.settings import Settings
from digest.boards import Warehouse
from mail.mailroom import Mailroom, Scripted

PAPERS = tuple(f"2611.{number:05d}" for number in range(1, 13))


class Newsroom:
    """Publishes boards into a home folder."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(
            home=str(home),
            digest_to="Reader <reader@example.org>",
            secret_key="test",
            hub_url="https://hub.example",
        )

    def publish(self, *boards: tuple[str, str, tuple[str, ...]]) -> None:
        """Publish exactly these (list, time, papers)."""
        path = self.settings.published_path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        warehouse = Warehouse(path)
        for list_id, at, papers in boards:
            warehouse.show(list_id, at, papers)
        warehouse.con.close()

    def inbox(self) -> list[bytes]:
        """The mails that arrived, envelope lines taken off, oldest first."""
        files = sorted(self.settings.inbox_path.glob("*.eml"))
        return [file.read_bytes().split(b"\r\n", 2)[2] for file in files]


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path / "home")


@pytest.fixture(scope="session")
def at() -> Callable[[str], datetime]:
    """An aware UTC time from its text."""
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def first_day(newsroom: Newsroom) -> tuple[str, str, tuple[str, ...]]:
    return ("trending", "2026-11-19T06:00", PAPERS[:5])


@pytest.fixture
def second_day() -> tuple[str, str, tuple[str, ...]]:
    return ("trending", "2026-11-20T06:00", (PAPERS[7], *PAPERS[:4]))


@pytest.fixture(scope="session")
def postgresql_tables(postgresql_server: postgresql.Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database that has the tables and nothing in them. To be copied: making them takes longer."""
    name = "tables"
    home = str(tmp_path_factory.mktemp("tables"))
    with open_database(Settings(home=home, database_url=postgresql_server.new_database(name))):
        return name


@pytest.fixture
def postgresql_copy(postgresql_server: postgresql.Server, postgresql_tables: str) -> Iterator[str]:
    """The address of a copy of it."""
    name = f"test_{secrets.token_hex(6)}"
    yield postgresql_server.new_database(name, like=postgresql_tables)
    postgresql_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def ready_url(request: pytest.FixtureRequest) -> str:
    """As ``database_url``, for tests that do not look at how tables are made."""
    return str(request.getfixturevalue("postgresql_copy")) if request.param == "postgresql" else ""


@pytest.fixture
def settings(newsroom: Newsroom, ready_url: str) -> Settings:
    """Nobody is a subscriber by them; with either kind of database."""
    return replace(newsroom.settings, digest_to="", database_url=ready_url)


@pytest.fixture
def con(tmp_path: Path, ready_url: str) -> Iterator[sa.Connection]:
    """To write to an empty database of either kind."""
    settings = Settings(home=str(tmp_path), database_url=ready_url)
    with open_database(settings) as database, database.write() as connection:
        yield connection


@pytest.fixture
def mailroom(
    newsroom: Newsroom,
    first_day: tuple[str, str, tuple[str, ...]],
    second_day: tuple[str, str, tuple[str, ...]],
    at: Callable[[str], datetime],
    settings: Settings,
) -> Callable[..., Mailroom]:
    """A frozen run for so many readers, on either kind of database: ``mailroom(5, connections=1)``."""
    newsroom.publish(first_day, second_day)

    def make(readers: int = 3, **changed: object) -> Mailroom:
        return Mailroom(replace(settings, **changed), at("2026-11-20T07:05"), readers)

    return make


@pytest.fixture
def closed_room(mailroom: Callable[..., Mailroom]) -> Mailroom:
    """A run of three mails that is over."""
    room = mailroom(3)
    room.send(Scripted())
    close_run(room.settings, room.run_key, room.now)
    return room
