"""A warehouse in a folder of its own, and captures of the hub's API made from a few words."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from broadsheet.model import Capture, ListId, parse_list_id
from broadsheet.settings import Settings
from broadsheet.warehouse.store import migrate

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
TRENDING = "https://huggingface.co/api/daily_papers?sort=trending&limit=100"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=str(tmp_path / "home"))


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    migrate(connection, Path(":memory:"))
    yield connection
    connection.close()


def item(paper: str, upvotes: int | None = 1, **more: Any) -> dict[str, Any]:
    """One item in the form of the hub's API. Keys with a None value are left out."""
    fields = {"id": paper, "title": more.pop("title", f"On {paper}"), "upvotes": upvotes, **more}
    comments = fields.pop("numComments", None)
    kept = {key: value for key, value in fields.items() if value is not None}
    return {"paper": kept, **({} if comments is None else {"numComments": comments})}


def answer(
    items: list[dict[str, Any]],
    hours: float = 0,
    url: str = TRENDING,
    *,
    status: int = 200,
    asked: ListId | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> Capture:
    """The hub's API answering with these items, some hours after START."""
    return Capture(
        captured_at=START + timedelta(hours=hours),
        url=url,
        status=status,
        headers=(("Content-Type", "application/json; charset=utf-8"), *headers),
        body=json.dumps(items).encode(),
        asked=asked if asked is not None else (parse_list_id("trending") if url == TRENDING else None),
    )


@pytest.fixture(scope="session")
def api_item() -> Callable[..., dict[str, Any]]:
    return item


@pytest.fixture(scope="session")
def api_answer() -> Callable[..., Capture]:
    return answer


@pytest.fixture(scope="session")
def board() -> Callable[..., list[dict[str, Any]]]:
    """A full trending list: the papers named, first in rank, with these votes; fillers up to 50."""

    def make(*names: str, votes: int = 1) -> list[dict[str, Any]]:
        fillers = [item(f"2600.{n:05d}") for n in range(50 - len(names))]
        return [*(item(name, votes) for name in names), *fillers]

    return make
