"""A token bucket for all who begin mails, in real time."""

import threading
import time
from datetime import datetime, timedelta

from broadsheet.mail.rates import Pace, TokenBucket


class Pacer:
    """Lets threads begin one mail after the other, as fast as the bucket gives tokens.

    Time passes as it really does from ``now`` on, whatever the program's clock is set to.
    """

    def __init__(self, bucket: TokenBucket, now: datetime) -> None:
        self._bucket = bucket
        self._began = now - timedelta(seconds=time.monotonic())
        self._lock = threading.Lock()

    @property
    def pace(self) -> Pace:
        """The bucket's state, to be kept."""
        with self._lock:
            return self._bucket.pace

    def wait(self, stopping: threading.Event) -> bool:
        """Wait until the next mail may begin; False if it was stopped before that."""
        while not stopping.is_set():
            seconds = self.ask()
            if not seconds:
                return True
            stopping.wait(seconds)
        return False

    def ask(self) -> float:
        """0.0 if a mail may begin now, which is then taken to; else the seconds after which to ask again."""
        with self._lock:
            return self._bucket.take(self._now())

    def slow_down(self) -> None:
        """The next hop wants fewer mails."""
        with self._lock:
            self._bucket.slow_down(self._now())

    def _now(self) -> datetime:
        return self._began + timedelta(seconds=time.monotonic())
