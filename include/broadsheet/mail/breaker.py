"""The circuit breaker: a run stops when the next hop refuses mails for what we are or send. Pure."""

from collections import deque
from collections.abc import Iterable

LAST = 200
MOST_SHARE = 0.05
FEWEST = 20
"""So many outcomes must be known before they can open it."""


class Breaker:
    """Looks at the last outcomes, oldest dropped first; for one thread at a time.

    Args:
        past: earlier outcomes, oldest first: whether each was a refusal by policy.
    """

    def __init__(self, past: Iterable[bool] = ()) -> None:
        self._last = deque(past, LAST)

    def note(self, *, policy: bool) -> None:
        """One more outcome: whether it was a refusal by policy (`Consequence.policy`)."""
        self._last.append(policy)

    @property
    def is_open(self) -> bool:
        """Whether nothing more may be sent."""
        return len(self._last) >= FEWEST and sum(self._last) > MOST_SHARE * len(self._last)

    @property
    def reason(self) -> str:
        """How it stands, in words."""
        return f"{sum(self._last)} of the last {len(self._last)} mails were refused by policy"
