"""A sample hub and readers of its pages that share no code with the hub or with the parsers."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from broadsheet.sample.hub import SampleHub
from broadsheet.sample.world import World

FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def world() -> World:
    return World(seed=1)


@pytest.fixture
def hub() -> Iterator[SampleHub]:
    """A hub on a Friday afternoon, its control open."""
    with SampleHub(FRIDAY, control=True) as running:
        yield running


@pytest.fixture
def get(hub: SampleHub) -> Iterator[Callable[..., requests.Response]]:
    """GET a path of the hub: over one session, redirects not followed, twenty seconds at most."""
    with requests.Session() as session:
        yield lambda path, **options: session.get(
            hub.url + path, **({"timeout": 20, "allow_redirects": False} | options)
        )


@pytest.fixture
def hydration() -> Callable[[requests.Response], dict[str, Any]]:
    """The JSON of a list page's component, found by its attribute alone."""

    def read(response: requests.Response) -> dict[str, Any]:
        soup = BeautifulSoup(response.text, "html.parser")
        return json.loads(soup.select_one('[data-target="DailyPapers"]')["data-props"])

    return read


@pytest.fixture
def cards() -> Callable[[requests.Response], list[BeautifulSoup]]:
    """The articles of a list page."""
    return lambda response: BeautifulSoup(response.text, "html.parser").select("article")
