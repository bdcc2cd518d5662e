"""The request budget: how often the hub is asked in a window of time, by all processes of one home folder.

A request takes a slot before it is sent. The slot is free again one whole window after its answer has come
(not after it was taken), so however long requests travel, the hub never sees more of them in any window.
The hub's own wish to be left alone (`hold`) is kept in the same place, so that every process obeys it.
"""

import fcntl
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from broadsheet.hub.statefiles import StateFileError, unusable, write_whole


class Grant(msgspec.Struct, frozen=True):
    """The leave to send one request now, in a ``slot``; or None, and how many seconds to ``wait``, and ``why``."""

    slot: str | None = None
    wait: float = 0.0
    why: str = ""


class _State(msgspec.Struct):
    """The file: when each taken slot is free again, and until when each bucket is held; seconds since 1970."""

    slots: dict[str, float] = {}
    holds: dict[str, float] = {}


class Budget:
    """At most ``requests`` in any ``window`` seconds. ``longest`` is how long one request can take, in seconds."""

    def __init__(
        self, folder: Path, *, requests: int, window: float, longest: float, now: Callable[[], datetime]
    ) -> None:
        self._file = folder / "budget.json"
        self._requests = requests
        self._window = window
        self._longest = longest
        self._now = now

    def take(self, bucket: str) -> Grant:
        """Take a slot for a request to one of the hub's buckets, or learn how long to wait for it.

        Raises:
            StateFileError: the home folder cannot be used.
        """
        with self._changing() as (state, now):
            held = state.holds.get(bucket, now) - now
            if held > 0:
                return Grant(wait=held, why="the hub asks not to be asked")
            if len(state.slots) >= self._requests:
                free_at = sorted(state.slots.values())[len(state.slots) - self._requests]
                why = f"the budget of {self._requests} requests in {self._window:g} s is used up"
                return Grant(wait=free_at - now, why=why)
            slot = secrets.token_hex(8)
            state.slots[slot] = now + self._longest + self._window
            return Grant(slot)

    def answered(self, slot: str) -> None:
        """The request is over: its window runs from now. A killed process leaves its slot to run the full time."""
        with self._changing() as (state, now):
            state.slots[slot] = now + self._window

    def hold(self, bucket: str, seconds: float) -> None:
        """Send nothing to a bucket for so many seconds."""
        with self._changing() as (state, now):
            state.holds[bucket] = max(state.holds.get(bucket, 0.0), now + seconds)

    @contextmanager
    def _changing(self) -> Iterator[tuple[_State, float]]:
        """The state under its lock; written back at the end."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            lock = self._file.with_suffix(".lock").open("ab")
        except OSError as error:
            raise unusable(self._file, error) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            now = self._now().timestamp()
            state = self._read(now)
            yield state, now
            write_whole(self._file, msgspec.json.encode(state))

    def _read(self, now: float) -> _State:
        """What still counts: a slot further off than any could be was taken under another clock."""
        try:
            state = msgspec.json.decode(self._file.read_bytes(), type=_State)
        except FileNotFoundError:
            return _State()
        except OSError as error:
            raise unusable(self._file, error) from error
        except msgspec.DecodeError as error:
            raise StateFileError(
                f"{self._file} is damaged ({error}): delete it, and wait {self._window:g} s"
            ) from None
        furthest = now + self._longest + self._window
        slots = {slot: until for slot, until in state.slots.items() if now < until <= furthest}
        return _State(slots, {bucket: until for bucket, until in state.holds.items() if until > now})
