"""Papers to search, and the two ways a question is answered: by the macro, and from the words in memory."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from broadsheet.model import Capture
from broadsheet.warehouse.load import Arrival, load
from broadsheet.warehouse.search import search
from broadsheet.warehouse.store import migrate
from broadsheet.warehouse.words import Words

DAILY = "https://huggingface.co/api/daily_papers?date=2026-11-02"
PAPERS: list[dict[str, Any]] = [
    {
        "id": "2611.00001",
        "title": "World Models for Robots",
        "summary": "We train a model of the world. The robot's model is small.",
        "ai_summary": "Small models of worlds.",
        "ai_keywords": ["world model", "robotics"],
        "authors": [{"name": "Fei-Fei Li"}, {"name": "José García"}],
        "organization": {"name": "nvidia", "fullname": "NVIDIA Research"},
        "publishedAt": "2026-10-31T23:59:59.000Z",
    },
    {
        "id": "2611.00002",
        "title": "A model world, and another model",
        "summary": "Modelling the Müller cells of the retina: a medical study in C++ and C#.",
        "authors": [{"name": "Li Wei"}, {"name": "Fei Zhang"}],
        "organization": {"name": "acme", "fullname": "Acme Labs"},
        "publishedAt": "2026-11-01T00:00:00.000Z",
    },
    {
        "id": "2611.00003",
        "title": "扩散模型与机器人",
        "summary": "Diffusion policies for robotic hands. State-of-the-art on GPT-4o.",
        "ai_keywords": ["diffusion policy", "large language models"],
        "authors": [{"name": "Li Fei-Fei"}],
        "publishedAt": "2026-11-20T12:00:00.000Z",
    },
    {"id": "2611.00004", "title": "Untold", "summary": "Nothing is known of when it was written."},
]


@pytest.fixture(scope="session")
def papers(
    api_answer: Callable[..., Capture], api_item: Callable[..., dict[str, Any]]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Three papers on a daily list, and the last two of four on trending some hours later."""
    connection = duckdb.connect()
    migrate(connection, Path(":memory:"))
    items = [{"paper": paper} for paper in PAPERS]
    load(connection, [Arrival(capture=api_answer(items[:3], 0, DAILY))])
    trending = [*items[2:], *(api_item(f"2600.{n:05d}", title="Filler") for n in range(48))]
    load(connection, [Arrival(capture=api_answer(trending, 2))])
    yield connection
    connection.close()


@pytest.fixture(params=["macro", "memory"])
def ask(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """``search``, once as the command line and once as the site calls it."""
    return search if request.param == "macro" else partial(search, words=Words())


@pytest.fixture(scope="session")
def daily_papers(api_answer: Callable[..., Capture]) -> Capture:
    """All of the papers on one daily list."""
    return api_answer([{"paper": paper} for paper in PAPERS], 0, DAILY)
