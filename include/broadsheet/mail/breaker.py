"""The circuit breaker: a run stops when the next hop refuses mails for what we are or send. Pure.

It stops, too, when most mailboxes are unknown there: then rather the mail server is wrong than the list.
"""

from collections import deque
from collections.abc import Iterable

LAST = 200
MOST_POLICY = 0.05
MOST_UNKNOWN = 0.5
FEWEST = 20
"""So many outcomes must be known before they can open it."""


class Breaker:
    """Looks at the last outcomes, oldest dropped first; for one thread at a time.

    Args:
        past: earlier outcomes, oldest first: whether each was a refusal of the kind that is looked for.
        most: the largest share of these that is let pass.
        words: what they are, after their number.
    """

    def __init__(
        self, past: Iterable[bool] = (), most: float = MOST_POLICY, words: str = "were refused by policy"
    ) -> None:
        self._last = deque(past, LAST)
        self._refused = sum(self._last)
        self._most = most
        self._words = words

    def note(self, *, refused: bool) -> None:
        """One more outcome: whether it was such a refusal."""
        if len(self._last) == LAST:
            self._refused -= self._last[0]
        self._last.append(refused)
        self._refused += refused

    @property
    def is_open(self) -> bool:
        """Whether nothing more may be sent."""
        return len(self._last) >= FEWEST and self._refused > self._most * len(self._last)

    @property
    def reason(self) -> str:
        """How it stands, in words."""
        return f"{self._refused} of the last {len(self._last)} mails {self._words}"
