"""When a digest is due, in the subscriber's own hour and zone; pure, from the zone's rules alone.

An occasion is the local day that a due moment belongs to, such as ``2026-11-20``. A subscriber gets one digest an
occasion at most. An hour that a day does not have (clocks go forward) is due at the first moment after the gap, one
that it has twice (clocks go back) the first time. All moments are aware, in UTC.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

LOOK_BACK = timedelta(days=7)
"""How far back due moments that nobody was served at are looked for."""
SLOT = timedelta(minutes=15)
"""Every quarter of an hour those who are due get their digests."""

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Cadence(StrEnum):
    """How often: ``weekdays`` are Monday to Friday, ``monthly`` is the first of the month."""

    WEEKDAYS = "weekdays"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    PAUSED = "paused"


class Due(msgspec.Struct, frozen=True):
    """One due moment: ``occasion`` is the local day it belongs to."""

    occasion: str
    at: datetime


def slot_of(now: datetime) -> datetime:
    """The beginning of the quarter of an hour that ``now`` lies in."""
    return now - (now - _EPOCH) % SLOT


def deadline(cadence: Cadence) -> timedelta:
    """How long after it was due a digest is still worth sending."""
    return timedelta(hours=20) if cadence in {Cadence.DAILY, Cadence.WEEKDAYS} else timedelta(hours=72)


def due(cadence: Cadence, weekday: int, hour: int, timezone: str, now: datetime) -> Due | None:
    """The latest due moment up to ``now``; None for who pauses.

    ``weekday`` is the ISO number of the day (Monday is 1) for `Cadence.WEEKLY`, ``hour`` is from 0 to 23.

    Raises:
        ZoneInfoNotFoundError: there is no such zone.
    """
    return next(_moments(cadence, weekday, hour, ZoneInfo(timezone), now), None)


def upcoming(cadence: Cadence, weekday: int, hour: int, timezone: str, now: datetime) -> Due | None:
    """The first due moment after ``now``; None for who pauses.

    Raises:
        ZoneInfoNotFoundError: there is no such zone.
    """
    if cadence is Cadence.PAUSED:
        return None
    zone = ZoneInfo(timezone)
    # Where clocks go back over midnight, the day before may have an hour that is still to come.
    day = now.astimezone(zone).date() - _DAY
    while True:
        if _is_due(cadence, weekday, day) and _exists(day, zone):
            at = _first(day, hour, zone)
            if at > now:
                return Due(day.isoformat(), at)
        day += _DAY


def missed(cadence: Cadence, weekday: int, hour: int, timezone: str, now: datetime) -> tuple[Due, ...]:
    """The due moments of the last `LOOK_BACK` whose `deadline` has passed by ``now``, the latest first.

    Raises:
        ZoneInfoNotFoundError: there is no such zone.
    """
    found = []
    for moment in _moments(cadence, weekday, hour, ZoneInfo(timezone), now):
        if moment.at < now - LOOK_BACK:
            break
        if moment.at + deadline(cadence) <= now:
            found.append(moment)
    return tuple(found)


def _moments(cadence: Cadence, weekday: int, hour: int, zone: ZoneInfo, now: datetime) -> Iterator[Due]:
    """The due moments up to ``now``, the latest first."""
    if cadence is Cadence.PAUSED:
        return
    # Where clocks go back over midnight, the next day's first hour may be over while it is still this day.
    day = now.astimezone(zone).date() + _DAY
    while True:
        if _is_due(cadence, weekday, day) and _exists(day, zone):
            at = _first(day, hour, zone)
            if at <= now:
                yield Due(day.isoformat(), at)
        day -= _DAY


def _is_due(cadence: Cadence, weekday: int, day: date) -> bool:
    match cadence:
        case Cadence.WEEKDAYS:
            return day.isoweekday() <= 5
        case Cadence.WEEKLY:
            return day.isoweekday() == weekday
        case Cadence.MONTHLY:
            return day.day == 1
    return True


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone has that day: one that moves over the date line leaves one out."""
    return _first(day, 0, zone) < _first(day + _DAY, 0, zone)


def _first(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The first moment at which clocks in ``zone`` show that hour of that day, or are past it."""
    local = datetime.combine(day, time(hour), zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # In a gap the first reading counts from before it and the second from after it: it ends between the two.
    second = local.replace(fold=1)
    seconds = range(int(second.timestamp()), int(moment.timestamp()) + 1)
    after = second.utcoffset()
    end = bisect_left(
        seconds, True, key=lambda stamp: datetime.fromtimestamp(stamp, zone).utcoffset() == after
    )
    return datetime.fromtimestamp(seconds[end], UTC)
