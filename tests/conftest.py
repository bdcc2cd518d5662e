"""What every test may use."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

import postgresql
from sharing import pytest_collection_modifyitems, pytest_xdist_make_scheduler  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent

# How long an example takes says more of what else the machine does than of what is tested.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session")
def captures_dir() -> Path:
    """Real answers of the hub. They are not part of the project; tests of them skip where they are absent."""
    folder = ROOT.parent / "shared" / "captures"
    if not folder.is_dir():
        pytest.skip(f"no captures of the real hub at {folder}")
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """A real PostgreSQL server of this test process. Tests that need one skip where none is installed."""
    if postgresql.find_programs() is None:
        pytest.skip("no PostgreSQL server is installed here: apt-get install postgresql")
    with postgresql.running() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql_server: postgresql.Server) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    name = f"test_{secrets.token_hex(6)}"
    yield postgresql_server.new_database(name)
    postgresql_server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Setting ``database_url`` for either kind of mail database: a test that takes this runs once with each."""
    return str(request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
