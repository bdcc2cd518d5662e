"""Asking the hub for lists now, and telling what became of every answer, whoever loaded it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec

from broadsheet.model import Capture, ListId
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import poll
from broadsheet.warehouse.load import Outcome
from broadsheet.warehouse.outcomes import read_outcomes
from broadsheet.warehouse.store import open_published


class Answered(msgspec.Struct, frozen=True):
    """One list that was asked for, and what became of the requests that were made for it, in their order."""

    list_id: ListId
    outcomes: tuple[Outcome, ...]


def poll_lists(
    settings: Settings,
    lists: Iterable[ListId],
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> tuple[Answered, ...]:
    """Fetch each list, load and publish what came.

    Another process may load the same captures first; they are told of all the same. Raises as `ingest.ingest`.
    """
    asked: list[tuple[ListId, list[int]]] = []

    def note(list_id: ListId, captures: Sequence[Capture]) -> None:
        asked.append((list_id, [capture.capture_id for capture in captures]))

    poll(settings, lists, now=now, sleep=sleep, each=note)
    with open_published(settings) as connection:
        return tuple(
            Answered(list_id, tuple(read_outcomes(connection, numbers))) for list_id, numbers in asked
        )
