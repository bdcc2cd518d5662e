"""Which watched lists are silent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from broadsheet.hub.archive import Archive
from broadsheet.model import Capture
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import ingest
from broadsheet.warehouse.silence import Silence, silent_lists
from broadsheet.warehouse.store import WarehouseError


@pytest.fixture
def silent_after(
    settings: Settings, board: Callable[..., Any], api_answer: Callable[..., Capture]
) -> Callable[..., tuple[Silence, ...]]:
    """Load an answer for each status, an hour apart, then ask so many hours after the first."""

    def ask(*statuses: int, hours: float) -> tuple[Silence, ...]:
        captures = [api_answer(board(), n, status=status) for n, status in enumerate(statuses)]
        Archive(settings.archive_location).append(captures)
        ingest(settings)
        first: datetime = captures[0].captured_at
        return silent_lists(settings, first + timedelta(hours=hours))

    return ask


def test_a_list_that_spoke_lately_is_not_silent(silent_after: Callable[..., Any]) -> None:
    assert silent_after(200, hours=2.9) == ()


def test_a_list_is_silent_after_three_hours(silent_after: Callable[..., Any]) -> None:
    (silence,) = silent_after(200, hours=3.1)
    assert str(silence.list_id) == "trending"
    assert "since 2026-11-02 06:00 UTC" in str(silence)


def test_answers_that_are_not_believed_do_not_break_the_silence(silent_after: Callable[..., Any]) -> None:
    (silence,) = silent_after(200, 503, 503, 503, hours=3.5)
    assert "error" in str(silence)


def test_an_unchanged_list_speaks(silent_after: Callable[..., Any]) -> None:
    assert silent_after(200, 200, 200, 200, hours=5) == ()


def test_a_list_never_heard_of_is_silent(silent_after: Callable[..., Any]) -> None:
    (silence,) = silent_after(503, hours=1)
    assert silence.since is None


def test_nothing_published_is_said(settings: Settings, api_answer: Callable[..., Capture]) -> None:
    with pytest.raises(WarehouseError):
        silent_lists(settings, api_answer([]).captured_at)
