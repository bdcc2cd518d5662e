"""Where threads put down what they have done, for another thread to fetch it many at a time."""

import threading
from typing import Generic, TypeVar

Done = TypeVar("Done")


class Tray(Generic[Done]):
    """For any number of threads that put, and one that takes.

    Whoever takes is woken once, not for every message: each waking would interrupt a thread that sends.
    """

    def __init__(self) -> None:
        self._done: list[Done] = []
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._enough = 0

    def put(self, done: Done) -> None:
        """Put one thing down."""
        with self._changed:
            self._done.append(done)
            if len(self._done) == self._enough:
                self._changed.notify()

    def fail(self, error: BaseException) -> None:
        """Let `take` raise this, now and whenever it is called again."""
        with self._changed:
            self._error = error
            self._changed.notify()

    def take(self, seconds: float, enough: int) -> list[Done]:
        """All that was put down, as soon as there is ``enough`` of it or so long has passed.

        Raises:
            BaseException: what a thread failed with.
        """
        with self._changed:
            self._enough = enough
            self._changed.wait_for(lambda: len(self._done) >= enough or self._error is not None, seconds)
            if self._error is not None:
                raise self._error
            done, self._done = self._done, []
        return done
