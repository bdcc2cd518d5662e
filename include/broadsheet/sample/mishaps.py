"""What can go wrong in a conversation with a mail server, and when: the sample relay is told it as data."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from enum import StrEnum
from fnmatch import fnmatchcase

import msgspec


class Stage(StrEnum):
    """Where in a conversation something can go wrong: at a command, in the body, or at the final dot."""

    CONNECT = "connect"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"
    QUIT = "quit"


class Mishap(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way to go wrong at one stage.

    After ``delay`` seconds it gives ``reply`` (such as ``451 4.3.0 later``) in place of the usual one, then ends
    the connection if it is to ``close``. With neither it is late and nothing else. ``accept`` takes the mail at
    the dot all the same, so that only the answer is lost or wrong. In the body the connection always ends.

    It is met by a ``recipient`` pattern (from RCPT on), with ``odds``, at most ``times`` times, and only while
    there are more than ``above`` mails a second.
    """

    at: Stage
    reply: str = ""
    close: bool = False
    accept: bool = False
    delay: float = 0.0
    recipient: str = "*"
    odds: float = 1.0
    times: int | None = None
    above: float = 0.0

    @property
    def only_late(self) -> bool:
        """Whether everything happens as usual, later."""
        return not self.reply and not self.close


class Mishaps:
    """Those that are set; the first one that is met counts. For any number of threads.

    Args:
        seed: makes the odds come out the same for the same order of commands.
        clock: monotonic seconds, for how many mails a second there are.
    """

    def __init__(self, seed: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._clock = clock
        self._lock = threading.Lock()
        self._set: list[Mishap] = []
        self._left: list[int | None] = []
        self._begun: deque[float] = deque()

    def add(self, *mishaps: Mishap) -> None:
        """From now on these, too."""
        with self._lock:
            self._set += mishaps
            self._left += (mishap.times for mishap in mishaps)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        with self._lock:
            self._set.clear()
            self._left.clear()

    def met(self, stage: Stage, recipients: Collection[str]) -> Mishap | None:
        """The mishap that this step meets, counted down."""
        if not self._set:
            return None
        with self._lock:
            if stage is Stage.MAIL:
                self._begun.append(self._clock())
            for number, mishap in enumerate(self._set):
                if mishap.at is stage and self._left[number] != 0 and self._meets(mishap, recipients):
                    left = self._left[number]
                    self._left[number] = None if left is None else left - 1
                    return mishap
        return None

    def _meets(self, mishap: Mishap, recipients: Collection[str]) -> bool:
        if mishap.recipient != "*" and not any(fnmatchcase(one, mishap.recipient) for one in recipients):
            return False
        if mishap.above:
            while self._begun and self._begun[0] < self._clock() - 1.0:
                self._begun.popleft()
            if len(self._begun) <= mishap.above:
                return False
        return mishap.odds >= 1.0 or self._random.random() < mishap.odds
