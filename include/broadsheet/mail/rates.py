"""How fast mails may go out: token buckets a second and an hour, slower while the next hop wants it so.

The bucket is pure: it reads no clock and waits for nobody. Its state can be kept, so that starting anew does not
start the hour anew.
"""

from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from broadsheet.mail.bulk import upsert
from broadsheet.mail.schema import rates

SLOWEST_FACTOR = 1 / 64
NOT_AGAIN_FOR = timedelta(seconds=10)
"""Many connections are told to slow down at once: that is one reason, not many."""
RECOVERED_PER_MINUTE = 0.1
UNBOUNDED_PER_SECOND = 100.0
"""What a sender without a bound is taken to send once it has to slow down: it halves from here."""

_HOUR_SECONDS = 3600.0
_BURST = 0.1
_ENOUGH = 1.0 - 1e-9


class Pace(msgspec.Struct, frozen=True):
    """A bucket's state, to be kept. ``tokens`` and ``hour_tokens`` are mails, ``at`` is aware."""

    tokens: float
    hour_tokens: float
    factor: float
    at: datetime


class TokenBucket:
    """Who wants to send takes a token; for one thread at a time. A bound of 0 is none.

    In any hour at most ``per_hour`` mails go out; in any t seconds at most ``per_second × t`` and a tenth of a
    second's, or one. A tenth of the hour's can go at once, the others follow evenly.

    Args:
        share: which part of the bounds is this sender's: with n shards each has ``1 / n``.
        pace: where an earlier sender stopped; None starts full.
    """

    def __init__(
        self,
        per_second: float,
        per_hour: float,
        now: datetime,
        *,
        share: float = 1.0,
        pace: Pace | None = None,
    ) -> None:
        self._per_second = per_second * share
        self._unbounded = UNBOUNDED_PER_SECOND * share
        self._hour_most = _burst(per_hour * share)
        self._hour_rate = max(per_hour * share - self._hour_most, per_hour * share / 2) / _HOUR_SECONDS
        self._slowed_at: datetime | None = None
        pace = pace or Pace(_burst(self._per_second or self._unbounded), self._hour_most, 1.0, now)
        self._factor = pace.factor
        self._tokens = pace.tokens
        self._hour_tokens = pace.hour_tokens
        self._at = min(pace.at, now)

    @property
    def pace(self) -> Pace:
        """The state as of the last call."""
        return Pace(self._tokens, self._hour_tokens, self._factor, self._at)

    def take(self, now: datetime) -> float:
        """Take one token at ``now`` (aware); 0.0 if it was there, else the seconds after which to ask again."""
        self._pass(now)
        waits = [0.0]
        if self._is_bounded and self._tokens < _ENOUGH:
            waits.append((1.0 - self._tokens) / self._rate)
        if self._hour_rate and self._hour_tokens < _ENOUGH:
            waits.append((1.0 - self._hour_tokens) / self._hour_rate)
        wait = max(waits)
        if not wait:
            self._tokens = max(0.0, self._tokens - 1.0)
            self._hour_tokens = max(0.0, self._hour_tokens - 1.0)
        return wait

    def slow_down(self, now: datetime) -> None:
        """The next hop wants fewer mails: half as many from ``now`` (aware) on, but see `NOT_AGAIN_FOR`."""
        self._pass(now)
        if self._slowed_at is None or now - self._slowed_at >= NOT_AGAIN_FOR:
            self._slowed_at = now
            self._factor = max(self._factor / 2, SLOWEST_FACTOR)
            self._tokens = min(self._tokens, _burst(self._rate))

    @property
    def _is_bounded(self) -> bool:
        return bool(self._per_second) or self._factor < 1.0

    @property
    def _rate(self) -> float:
        return (self._per_second or self._unbounded) * self._factor

    def _pass(self, now: datetime) -> None:
        """Let the time go by; a clock that was set back stands still."""
        seconds = max(0.0, (now - self._at).total_seconds())
        self._at = max(self._at, now)
        self._tokens = min(self._tokens + seconds * self._rate, _burst(self._rate))
        self._hour_tokens = min(self._hour_tokens + seconds * self._hour_rate, self._hour_most)
        self._factor = min(1.0, self._factor + seconds / 60 * RECOVERED_PER_MINUTE)


def kept_pace(con: sa.Connection, name: str) -> Pace | None:
    """The state that was kept under ``name``; None if none was."""
    row = con.execute(sa.select(rates).where(rates.c.name == name)).one_or_none()
    return None if row is None else Pace(row.tokens, row.hour_tokens, row.factor, row.at)


def keep_pace(con: sa.Connection, name: str, pace: Pace) -> None:
    """Keep a state under ``name``, which belongs to one sender at a time."""
    values = msgspec.structs.asdict(pace)
    insert = upsert(con, rates).values(name=name, **values)
    con.execute(insert.on_conflict_do_update(index_elements=[rates.c.name], set_=values))


def _burst(per_period: float) -> float:
    return max(1.0, per_period * _BURST)
