"""A published warehouse that changes from day to day, and settings that mail it into a folder."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from broadsheet.settings import Settings
from digest.boards import Warehouse
from mail.mailroom import Mailroom

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


@pytest.fixture
def mailroom(
    newsroom: Newsroom,
    first_day: tuple[str, str, tuple[str, ...]],
    second_day: tuple[str, str, tuple[str, ...]],
    at: Callable[[str], datetime],
    database_url: str,
) -> Callable[..., Mailroom]:
    """A frozen run for so many readers, on either kind of database: ``mailroom(5, connections=1)``."""
    newsroom.publish(first_day, second_day)
    settings = replace(newsroom.settings, digest_to="", database_url=database_url)

    def make(readers: int = 3, **changed: object) -> Mailroom:
        return Mailroom(replace(settings, **changed), at("2026-11-20T07:05"), readers)

    return make
