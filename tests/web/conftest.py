"""The site over two weeks of the sample hub, asked as a browser would ask, without one."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from broadsheet.model import ListKind, dated_list, parse_list_id
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import poll
from broadsheet.web.app import create_app
from web import hostile

FIRST_MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAYS = 14
NOW = FIRST_MORNING + timedelta(days=DAYS - 1, hours=1)
"""It is ten o'clock on the last morning."""


@pytest.fixture(scope="session")
def polled_site_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder in which trending and the daily list of the day before were polled on fourteen mornings.

    To be read, not changed: `site_home` is a copy.
    """
    home = tmp_path_factory.mktemp("site") / "home"
    with SampleHub() as hub:
        settings = Settings(home=str(home), hub_url=hub.url, budget_requests=1000)
        for number in range(DAYS):
            morning = FIRST_MORNING + timedelta(days=number)
            hub.now = morning
            yesterday = dated_list(ListKind.DAILY, (morning - timedelta(days=1)).date())
            lists = [parse_list_id("trending"), yesterday]
            poll(settings, lists, now=lambda morning=morning: morning, sleep=lambda _: None)
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
    """A home folder with three mornings of a hub that means harm: see `hostile`."""
    home = tmp_path_factory.mktemp("hostile") / "home"
    hostile.fill(Settings(home=str(home)))
    return home


@pytest.fixture(scope="session")
def hostile_reader(hostile_home: Path) -> Iterator[TestClient]:
    """A visitor of the site over it who only reads."""
    settings = Settings(home=str(hostile_home), web_requests_per_minute=0)
    with TestClient(create_app(settings, lambda: hostile.NOW)) as client:
        yield client
