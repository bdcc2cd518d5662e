"""What the tests of the documentation share."""

from pathlib import Path

import pytest

from broadsheet.settings import Settings
from docs.fortnight import live_through


@pytest.fixture(scope="session")
def fortnight(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose home folder has lived through the demo's fortnight. To be read, not changed."""
    return live_through(tmp_path_factory.mktemp("fortnight") / "home")


@pytest.fixture(scope="session")
def published(fortnight: Settings) -> Path:
    """The published warehouse of the fortnight."""
    return fortnight.published_path
