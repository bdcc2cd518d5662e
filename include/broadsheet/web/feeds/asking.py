"""What a reader of feeds may ask for: which events or changes, which part of them, in which format."""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Annotated, NamedTuple, TypeVar

import msgspec
from fastapi import Depends, Query
from starlette.exceptions import HTTPException

from broadsheet.digest.text import clean
from broadsheet.model import ChangeKind, ListKind
from broadsheet.web.feeds import atom, json_feed
from broadsheet.web.feeds.feed import Feed
from broadsheet.web.scope import EVERY_LIST, TRENDING, Scope, asked_scope
from broadsheet.web.selection import NO_END

MOST_ITEMS = 100
USUAL_ITEMS = 50
MOST_TEXT = 2000
"""How long topics and questions may be."""
USUAL_CHANGES = (ChangeKind.ENTERED, ChangeKind.RETURNED, ChangeKind.LEFT)

_NO_PLACE = "before: take it from the feed's own link to its next part."
_Word = TypeVar("_Word", bound=StrEnum)


class EventKind(StrEnum):
    """What befell a paper on a list, in the words of a digest's sections."""

    NEW = "new"
    BACK = "back"
    RISING = "rising"


class Format(NamedTuple):
    """A way to write feeds."""

    media_type: str
    write: Callable[[Feed], bytes]


FORMATS = {
    "atom": Format(atom.MEDIA_TYPE, atom.write),
    "json": Format(json_feed.MEDIA_TYPE, json_feed.write),
}
"""The formats by the ends of the addresses."""


class Place(NamedTuple):
    """A place in the order of events: the snapshot that told of one, and the rank there. Written ``123.7``."""

    snapshot: int
    rank: int

    def __str__(self) -> str:
        return f"{self.snapshot}.{self.rank}"


NEWEST = Place(NO_END, 0)
"""Before all events."""


class Part(msgspec.Struct, frozen=True):
    """Which part of a feed, in which format: at most ``limit`` items, those behind ``before`` ("": the newest)."""

    form: Format
    limit: int = USUAL_ITEMS
    before: str = ""

    @property
    def place(self) -> Place:
        """``before`` as a place among events. Raises HTTPException (422) where it is none."""
        if not self.before:
            return NEWEST
        if not re.fullmatch(r"\d{1,18}\.\d{1,9}", self.before):
            raise HTTPException(422, _NO_PLACE)
        snapshot, _, rank = self.before.partition(".")
        return Place(int(snapshot), int(rank))

    @property
    def number(self) -> int:
        """``before`` as the number of a change. Raises HTTPException (422) where it is none."""
        if not self.before:
            return NO_END
        if not re.fullmatch(r"\d{1,18}", self.before):
            raise HTTPException(422, _NO_PLACE)
        return int(self.before)


def asked_part(
    form: str,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = USUAL_ITEMS,
    before: Annotated[str, Query(max_length=40)] = "",
) -> Part:
    """What an address asks for, as a dependency of FastAPI. Raises HTTPException (404) for an unknown format."""
    if form not in FORMATS:
        raise HTTPException(404, f"Feeds end in .atom or .json, not in .{clean(form, 20)}.")
    return Part(FORMATS[form], limit, before)


def asked_lists(scope: Annotated[Scope, Depends(asked_scope)]) -> Scope:
    """The list or kind of lists that an address names, by default trending.

    Raises:
        UsageError: there can be no such list.
        HTTPException: 404, it is a paper's own page, where nothing is ranked.
    """
    if scope.kind is ListKind.PAPER:
        raise HTTPException(404, "Papers' own pages have no feeds: a paper's lists have.")
    return TRENDING if scope == EVERY_LIST else scope


def asked_events(only: Annotated[list[str] | None, Query()] = None) -> tuple[EventKind, ...]:
    """The events that an address names, with commas or one by one; all, if it names none."""
    return _words("only", only, EventKind) or tuple(EventKind)


def asked_changes(change: Annotated[list[str] | None, Query()] = None) -> tuple[ChangeKind, ...]:
    """The kinds of changes that an address names; if it names none, those that tell who is on a list."""
    return _words("change", change, ChangeKind) or USUAL_CHANGES


def _words(name: str, given: Iterable[str] | None, kinds: type[_Word]) -> tuple[_Word, ...]:
    asked = [word.strip() for text in given or () for word in text.split(",") if word.strip()]
    known = {str(kind): kind for kind in kinds}
    for word in asked:
        if word not in known:
            raise HTTPException(422, f"{name}: “{clean(word, 40)}” is none of {', '.join(known)}.")
    return tuple(dict.fromkeys(known[word] for word in asked))
