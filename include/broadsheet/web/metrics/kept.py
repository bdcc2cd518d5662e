"""What is asked for often, and read now and then."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """What ``read`` gave last; it is read again for another key, or after ``seconds``, by one thread at a time."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._last: tuple[Hashable, float, T] | None = None

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """Raises what ``read`` raises, and then keeps nothing new."""
        with self._lock:
            now = self._clock()
            if self._last is None or self._last[0] != key or now - self._last[1] >= self._seconds:
                self._last = (key, now, read())
            return self._last[2]
