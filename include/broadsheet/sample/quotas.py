"""The hub's rate limits: so many requests in each fixed window, told in RateLimit headers."""

import threading
from collections.abc import Mapping
from datetime import datetime

import msgspec

WINDOW_SECONDS = 300
QUOTAS = {"api": 500, "pages": 100, "search": 50}
"""What the hub allows an anonymous address in five minutes."""


class Allowance(msgspec.Struct, frozen=True):
    """What one request may do: ``left`` counts down to 0, ``reset`` is in seconds."""

    pool: str
    quota: int
    granted: bool
    left: int
    reset: int

    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers that tell a client."""
        return (
            ("RateLimit", f'"{self.pool}";r={self.left};t={self.reset}'),
            ("RateLimit-Policy", f'"fixed window";"{self.pool}";q={self.quota};w={WINDOW_SECONDS}'),
        )


def pool_of(path: str) -> str | None:
    """Which quota a path draws on; None for what is free."""
    if path == "/robots.txt":
        return None
    if path == "/api/papers/search":
        return "search"
    return "api" if path.startswith("/api/") else "pages"


class Quotas:
    """Counts requests by pool and window of the hub's own clock."""

    def __init__(self, quotas: Mapping[str, int]) -> None:
        self._quotas = dict(QUOTAS) | dict(quotas)
        self._spent: dict[tuple[str, int], int] = {}
        self._lock = threading.Lock()

    def spend(self, pool: str, moment: datetime) -> Allowance:
        """Take one request out of ``pool``; not granted when the window's quota is used up."""
        window, passed = divmod(int(moment.timestamp()), WINDOW_SECONDS)
        quota = self._quotas[pool]
        with self._lock:
            spent = self._spent.get((pool, window), 0)
            granted = spent < quota
            self._spent[pool, window] = spent + granted
        return Allowance(pool, quota, granted, max(0, quota - spent - 1), WINDOW_SECONDS - passed)
