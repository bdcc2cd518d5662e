"""Sends letters at once, in the background of a process that has other things to do."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from queue import Queue

from broadsheet.errors import BroadsheetError
from broadsheet.mail.closing import close_run
from broadsheet.mail.sending import send_shard
from broadsheet.settings import Settings

_log = logging.getLogger(__name__)


class Postman:
    """One thread that sends letters one after the other, from the first one on.

    What it cannot send, or what is left when the process ends, goes out with the next sender: a letter is in the mail
    database before it is handed over here.
    """

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now
        self._letters: Queue[str] = Queue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def take(self, run_key: str) -> None:
        """Send the letter of that run soon; returns at once."""
        self._letters.put(run_key)
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="postman", daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Wait until everything that was given so far has been tried."""
        self._letters.join()

    def _work(self) -> None:
        while True:
            run_key = self._letters.get()
            try:
                self._send(run_key)
            finally:
                self._letters.task_done()

    def _send(self, run_key: str) -> None:
        try:
            send_shard(self._settings, run_key, 0, self._now)
            close_run(self._settings, run_key, self._now())
        except BroadsheetError as error:
            _log.warning("%s is left to the next sender: %s", run_key, error, extra={"run": run_key})
