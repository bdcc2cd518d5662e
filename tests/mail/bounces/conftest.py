"""A postbag for each test."""

from pathlib import Path

import pytest

from mail.bounces.postbag import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def either_office(tmp_path: Path, database_url: str) -> Office:
    """Once on SQLite, once on PostgreSQL."""
    return Office(tmp_path, database_url)
