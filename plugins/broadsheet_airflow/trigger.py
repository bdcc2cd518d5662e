"""The page watcher: polls in the triggerer and fires only when the page moved."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

from broadsheet import settings as configuration
from broadsheet.errors import BroadsheetError, TryAgainError
from broadsheet.model import parse_list_id
from broadsheet.runtime import WATCH_LOGGER
from broadsheet.settings import Settings
from broadsheet_airflow.settings import trigger_settings

if TYPE_CHECKING:
    from broadsheet.hub.validators import Validators
    from broadsheet.hub.watch import Poll, Poller

log = logging.getLogger(WATCH_LOGGER)

SEEN = "seen"
"""The key in the asset's state under which the last answer's validators are kept."""


class WatchStoppedError(TryAgainError):
    """The triggerer is shutting down: a poll that waits for the hub waits no longer."""


class PageTrigger(BaseEventTrigger):
    """Polls one list conditionally, for ever, and yields an event for each answer that differs from the last.

    The event's payload: ``list``, ``captured_at`` (ISO, UTC) and ``capture_id`` of the answer, which is in the
    archive by then. What was seen goes into the asset's state a whole wait after its event was yielded: a
    triggerer that is killed before the event is stored tells the news again rather than never.

    A hub that cannot be reached, or does not answer as a hub, is told of once, and again when it is back.
    """

    def __init__(self, list_id: str) -> None:
        super().__init__()
        self.list_id = list_id
        self._trouble: str | None = None
        self._stopped = threading.Event()
        self._settings = Settings()
        self._poller: Poller | None = None

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class, and what makes another trigger like this one."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {"list_id": self.list_id}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Poll until cancelled."""
        settings, seen = self._settings, await self._recall()
        while True:
            poll = None
            try:
                settings = await trigger_settings()
                poll = await asyncio.to_thread(self._poll, settings, seen)
            except WatchStoppedError:
                return
            except BroadsheetError as error:
                self._say(str(error))
            if poll is not None:
                seen = poll.validators
                self._say(_trouble(poll))
                if poll.moved:
                    log.info("%s moved", self.list_id)
                    yield TriggerEvent(self._payload(poll))
            await asyncio.sleep(settings.poll_seconds)
            await self._remember(seen)

    async def cleanup(self) -> None:
        """Let a poll that waits for the hub end."""
        self._stopped.set()

    def _poll(self, settings: Settings, seen: "Validators | None") -> "Poll":
        from broadsheet.hub.watch import Poller

        if self._poller is None or settings != self._settings:
            if self._poller is not None:
                self._poller.close()
            self._settings = settings
            self._poller = Poller(settings, now=lambda: configuration.now(settings), sleep=self._sleep)
        return self._poller.poll(parse_list_id(self.list_id), seen)

    def _sleep(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise WatchStoppedError("the triggerer is shutting down")

    def _say(self, trouble: str | None) -> None:
        """Log a change between speaking and silence; ``trouble`` is None when the hub answered."""
        if trouble and not self._trouble:
            log.warning("%s cannot be read from the hub, going on trying: %s", self.list_id, trouble)
        elif self._trouble and not trouble:
            log.warning("%s can be read from the hub again", self.list_id)
        self._trouble = trouble

    def _payload(self, poll: "Poll") -> dict[str, Any]:
        answer = poll.captures[-1]
        return {
            "list": self.list_id,
            "captured_at": answer.captured_at.isoformat(),
            "capture_id": answer.part_of or answer.capture_id,
        }

    async def _recall(self) -> "Validators | None":
        import msgspec

        from broadsheet.hub.validators import Validators

        if self.asset_state_store is None:
            return None
        stored = await self.asset_state_store.aget(SEEN)
        return None if stored is None else msgspec.convert(stored, Validators)

    async def _remember(self, seen: "Validators | None") -> None:
        import msgspec

        if self.asset_state_store is not None and seen is not None:
            await self.asset_state_store.aset(SEEN, msgspec.to_builtins(seen))


def _trouble(poll: "Poll") -> str | None:
    last = poll.captures[-1]
    if last.error is not None:
        return last.error
    return None if last.status in {200, 304} else f"it answered {last.status}"
