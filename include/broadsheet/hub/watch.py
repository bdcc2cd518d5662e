"""Conditional polls: fetch, keep in the archive, tell whether the page moved. Light to import."""

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

import msgspec

from broadsheet.hub.validators import Validators, answer_of, validators_after
from broadsheet.model import Capture, ListId
from broadsheet.settings import Settings
from broadsheet.telemetry import count, span


class Poll(msgspec.Struct, frozen=True):
    """What one poll brought. ``moved``: an answer came whose content differs from the last one's."""

    captures: tuple[Capture, ...]
    moved: bool
    validators: Validators


class Poller:
    """Polls again and again, over the same connections and into the same archive files; a context manager."""

    def __init__(
        self, settings: Settings, *, now: Callable[[], datetime], sleep: Callable[[float], None]
    ) -> None:
        from broadsheet.hub.archive import Archive
        from broadsheet.hub.client import HubClient

        self._client = HubClient(settings, now=now, sleep=sleep)
        self._archive = Archive(settings.archive_location, now=now)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def poll(self, list_id: ListId, validators: Validators | None = None) -> Poll:
        """Ask for a list once, given what the last poll said to remember.

        When this returns, every request stands in the archive.

        Raises:
            ArchiveError: the archive cannot be written.
            StateFileError: the home folder cannot be used.
        """
        before = validators or Validators()
        with span("poll", list=str(list_id)) as told:
            captures = self._client.fetch(list_id, before)
            self._archive.append(captures)
            after = validators_after(captures, before)
            told["moved"] = moved = bool(answer_of(captures)) and after.digest != before.digest
        count("polls", 1, moved=moved)
        return Poll(captures, moved, after)
