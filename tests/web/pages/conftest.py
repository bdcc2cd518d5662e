"""What the tests of pages share: the warehouse that the pages show, and one that is filled by hand."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from broadsheet.settings import Settings
from broadsheet.warehouse.store import open_published
from broadsheet.web.app import create_app
from digest.boards import Warehouse
from sites import NOW

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@pytest.fixture(scope="session")
def published(polled_site_home: Path) -> Iterator["DuckDBPyConnection"]:
    """The warehouse that ``reader`` sees."""
    with open_published(Settings(home=str(polled_site_home))) as con:
        yield con


@pytest.fixture
def printed(tmp_path: Path) -> Iterator[Warehouse]:
    """A small warehouse, put down by hand where ``press`` publishes it from."""
    path = Settings(home=str(tmp_path)).published_path
    path.parent.mkdir(parents=True)
    warehouse = Warehouse(path)
    yield warehouse
    warehouse.con.close()


@pytest.fixture
def press(printed: Warehouse, tmp_path: Path) -> Iterator[Callable[[], TestClient]]:
    """Publishes what was put down, and gives a visitor of it."""
    with ExitStack() as clients:

        def publish() -> TestClient:
            printed.con.close()
            site = create_app(Settings(home=str(tmp_path), web_requests_per_minute=0), lambda: NOW)
            return clients.enter_context(TestClient(site))

        yield publish
