"""When a sender must stop although more is due; asked by every thread after every message."""

import threading

from broadsheet.mail.breaker import MOST_UNKNOWN, Breaker
from broadsheet.mail.outcomes import Consequence
from broadsheet.mail.states import State
from broadsheet.mail.transport import Outcome, Phase

MOST_UNREACHED = 3
"""So many connections in a row that cannot be had mean that the next hop is away."""
MOST_UNKNOWN_ALONE = 2
"""If it knows more mailboxes than these not, and has taken no mail, rather the next hop is wrong than the list."""
AWAY = "the next hop cannot be reached"

_UNREACHED = {
    Phase.CONNECT: AWAY,
    Phase.TLS: "there is no TLS with the next hop",
    Phase.LOGIN: "the next hop refuses the login",
}


class Guard:
    """For any number of threads.

    Attributes:
        reason: why nothing more may be begun, in words; None as long as it may.
        pauses: whether that is a reason to begin nothing again until somebody has looked at it.
    """

    def __init__(self) -> None:
        self.reason: str | None = None
        self.pauses = False
        self._lock = threading.Lock()
        self._breakers = (
            Breaker(),
            Breaker(most=MOST_UNKNOWN, words="were for mailboxes that are not known there"),
        )
        self._unreached = 0
        self._unknown = 0
        self._accepted = False

    @property
    def knows_mailboxes(self) -> bool:
        """Whether what the next hop says of mailboxes is to be believed: that they do not exist."""
        return self._accepted or self._unknown <= MOST_UNKNOWN_ALONE

    def stop(self, reason: str, *, pauses: bool = False) -> None:
        """Let nothing more be begun. The first reason counts, but for one that pauses the run."""
        with self._lock:
            self._stop(reason, pauses=pauses)

    def note(self, outcome: Outcome, consequence: Consequence) -> None:
        """Draw the conclusions from what became of a message."""
        with self._lock:
            self._unreached = self._unreached + 1 if outcome.phase in _UNREACHED else 0
            if self._unreached >= MOST_UNREACHED:
                self._stop(_UNREACHED[outcome.phase])
            self._unknown += consequence.suppress is not None
            self._accepted |= consequence.state is State.ACCEPTED
            if not consequence.relay_trouble:
                refusals = consequence.policy, consequence.suppress is not None
                for breaker, refused in zip(self._breakers, refusals, strict=True):
                    breaker.note(refused=refused)
                    if breaker.is_open:
                        self._stop(breaker.reason, pauses=True)

    def _stop(self, reason: str, *, pauses: bool = False) -> None:
        if self.reason is None or (pauses and not self.pauses):
            self.reason, self.pauses = reason, pauses
