"""The ways from a list at one moment to other moments, and to the lists beside it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import msgspec

from broadsheet.digest.words import day
from broadsheet.model import ListId
from broadsheet.times import A_DAY
from broadsheet.web.shown import Stand
from broadsheet.web.wording import address_time, list_name, list_path, moment


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A link in words; ``at`` and ``since`` are parameters of its address, ``rel`` is ``prev`` or ``next``."""

    words: str
    path: str
    at: str = ""
    since: str = ""
    rel: str = ""


def ways(
    list_id: ListId, stand: Stand, at: datetime, beside: Mapping[str, ListId], *, now: bool
) -> list[Way]:
    """From a list as it stood at ``at``; ``now``: that is how it stands now. ``beside`` are its neighbours, by
    the names ``previous`` and ``next``."""
    path = list_path(list_id)
    moments = _moments(path, stand, rel=not beside)
    return [*_neighbours(beside), *moments, *_days(path, stand), *_rest(path, stand, at, now=now)]


def _neighbours(beside: Mapping[str, ListId]) -> Iterator[Way]:
    for name, rel in (("previous", "prev"), ("next", "next")):
        if (list_id := beside.get(name)) is not None:
            yield Way(words=list_name(list_id), path=list_path(list_id), rel=rel)


def _moments(path: str, stand: Stand, *, rel: bool) -> Iterator[Way]:
    for words, seen_at, direction in (
        ("Before", stand.earlier_at, "prev"),
        ("After", stand.later_at, "next"),
    ):
        if seen_at is not None:
            yield Way(
                words=f"{words}: {moment(seen_at)}",
                path=path,
                at=address_time(seen_at),
                rel=direction if rel else "",
            )


def _days(path: str, stand: Stand) -> Iterator[Way]:
    """The days beside the one it stood on, where the snapshots beside it are still of that day."""
    if stand.stood_at is None:
        return
    today = stand.stood_at.date()
    for words, beside, days in (("Day before", stand.earlier_at, -1), ("Day after", stand.later_at, 1)):
        if beside is not None and beside.date() == today:
            other = today + timedelta(days=days)
            if stand.first_at.date() <= other <= stand.newest_at.date():
                yield Way(words=f"{words}: {day(other)}", path=path, at=other.isoformat())


def _rest(path: str, stand: Stand, at: datetime, *, now: bool) -> Iterator[Way]:
    if stand.first_at <= at - A_DAY:
        yield Way(
            words="What changed in the day before",
            path=path,
            at="" if now else address_time(at),
            since=address_time(at - A_DAY),
        )
    if not now:
        yield Way(words="As it is now", path=path)
