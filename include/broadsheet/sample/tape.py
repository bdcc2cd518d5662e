"""Playing back real answers from a tape.

A tape is JSON lines of ``captured_at``, ``url``, ``status``, ``content_type`` and ``body``. At a moment each
address answers with its newest capture not later than that moment. Only places in the file are kept in
memory; a body is read when it is asked for.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from broadsheet.errors import UsageError
from broadsheet.hub.urls import list_from_url
from broadsheet.model import ListId
from broadsheet.sample.answers import SOUND, Answer, Ask, Look, problem, redirect

MEANINGFUL = ("date", "week", "month", "sort", "q", "p")
"""The parameters that make an address another one; limit does not."""
DAY_PAGES = "/papers/date/"

_Key = tuple[str, tuple[tuple[str, str], ...]]


class _Head(msgspec.Struct):
    captured_at: datetime
    url: str


class _Line(msgspec.Struct):
    status: int
    content_type: str
    body: str


class _Take(msgspec.Struct, frozen=True, order=True):
    """Where one capture stands in the file."""

    at: datetime
    offset: int


class Tape:
    """An index of one tape file.

    Raises:
        UsageError: no such file, no tape, or a tape without answers.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._takes: dict[_Key, list[_Take]] = {}
        lists: dict[ListId, None] = {}
        shown: list[tuple[datetime, ListId]] = []
        for offset, head in self._heads():
            ask = Ask.read(head.url, "")
            moment = head.captured_at.astimezone(UTC)
            self._takes.setdefault(_key(ask), []).append(_Take(moment, offset))
            list_id = list_from_url(head.url)
            if list_id is not None:
                lists.setdefault(list_id)
                shown.append((moment, list_id))
        if not self._takes:
            raise UsageError(f"{path} holds no answers: a tape is JSON lines, made by hub_tape.py")
        for takes in self._takes.values():
            takes.sort()
        self.lists: tuple[ListId, ...] = tuple(lists)
        """The lists it holds, in order of appearance."""
        self.times: tuple[datetime, ...] = tuple(
            sorted(t.at for takes in self._takes.values() for t in takes)
        )
        """When its answers were captured, UTC, in order."""
        self.shown: tuple[tuple[datetime, ListId], ...] = tuple(sorted(shown))
        """When each list was captured, UTC, in order."""

    def _heads(self) -> Iterator[tuple[int, _Head]]:
        decoder = msgspec.json.Decoder(_Head)
        try:
            with self.path.open("rb") as file:
                offset = 0
                for number, line in enumerate(file, 1):
                    try:
                        yield offset, decoder.decode(line)
                    except msgspec.MsgspecError as error:
                        raise UsageError(
                            f"{self.path}, line {number}, is no captured answer: {error}"
                        ) from None
                    offset += len(line)
        except OSError as error:
            raise UsageError(f"{self.path} cannot be read: {error.strerror}") from None

    @property
    def first(self) -> datetime:
        """The time of the first answer."""
        return self.times[0]

    @property
    def last(self) -> datetime:
        """The time of the last answer."""
        return self.times[-1]

    @property
    def days(self) -> tuple[date, ...]:
        """The days (UTC) on which answers were captured."""
        return tuple(dict.fromkeys(moment.date() for moment in self.times))

    def answer(self, ask: Ask, moment: datetime, look: Look = SOUND) -> Answer:
        """The newest answer to ``ask`` by ``moment``; 404 for what the tape does not know by then."""
        moment -= look.age
        take = self._newest(_key(ask), moment)
        if take is not None:
            return self._read(take)
        if ask.path == "/papers" and not ask.query and (day := self._newest_day(moment)):
            return redirect(day)
        return problem(404, "the tape does not know this address by now")

    def _newest(self, key: _Key, moment: datetime) -> _Take | None:
        takes = self._takes.get(key, [])
        place = bisect_right(takes, moment, key=lambda take: take.at)
        return takes[place - 1] if place else None

    def _newest_day(self, moment: datetime) -> str | None:
        days = (key for key in self._takes if key[0].startswith(DAY_PAGES) and self._newest(key, moment))
        return max((path for path, _ in days), default=None)

    def _read(self, take: _Take) -> Answer:
        with self.path.open("rb") as file:
            file.seek(take.offset)
            line = msgspec.json.decode(file.readline(), type=_Line)
        return Answer(
            status=line.status,
            content_type=line.content_type,
            body=line.body.encode(),
            changed_at=take.at.replace(microsecond=0),
        )


def _key(ask: Ask) -> _Key:
    return ask.path, tuple((name, ask.query[name]) for name in MEANINGFUL if name in ask.query)
