"""The site over two weeks of the sample hub, asked as a browser would ask, without one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from sites import NOW, poll_two_weeks
from web import hostile


@pytest.fixture(scope="session")
def polled_site_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which trending and the daily list of the day before were polled on fourteen mornings.

    To be read, not changed: `site_home` is a copy.
    """
    home = tmp_path_factory.mktemp("site") / "home"
    poll_two_weeks(home)
    return home


@pytest.fixture
def site_home(polled_site_home: Path, tmp_path: Path) -> Path:
    """The polled home, to be changed."""
    home = tmp_path / "home"
    shutil.copytree(polled_site_home, home)
    return home


@pytest.fixture(scope="session")
def reader(polled_site_home: Path) -> Iterator[TestClient]:
    """A visitor of the site who only reads."""
    settings = Settings(home=str(polled_site_home), web_requests_per_minute=0)
    with TestClient(create_app(settings, lambda: NOW)) as client:
        yield client


@pytest.fixture
def visitor(site_home: Path) -> Iterator[TestClient]:
    """A visitor of a site of their own, who may subscribe. ``visitor.app.state.site`` is the site."""
    settings = Settings(home=str(site_home), web_requests_per_minute=0)
    with TestClient(create_app(settings, lambda: NOW)) as client:
        yield client


@pytest.fixture(scope="session")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with three mornings of a hub that means harm, and a mail about them: see `hostile`."""
    home = tmp_path_factory.mktemp("hostile") / "home"
    hostile.fill(Settings(home=str(home), public_url=hostile.SITE))
    return home


@pytest.fixture(scope="session")
def hostile_reader(hostile_home: Path) -> Iterator[TestClient]:
    """A visitor of the site over it who only reads."""
    settings = Settings(home=str(hostile_home), web_requests_per_minute=0)
    with TestClient(create_app(settings, lambda: hostile.NOW)) as client:
        yield client
