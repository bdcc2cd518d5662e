"""A small warehouse in memory, filled by hand."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from digest.boards import Warehouse


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    warehouse = Warehouse()
    yield warehouse
    warehouse.con.close()


@pytest.fixture(scope="session")
def at() -> Callable[[str], datetime]:
    """An aware UTC time from its text."""
    return lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC)
