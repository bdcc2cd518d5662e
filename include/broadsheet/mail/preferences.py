"""What a subscriber wishes: when, which lists, which topics, how much; checked before it is stored."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import msgspec

from broadsheet.errors import UsageError
from broadsheet.mail.schedule import Cadence
from broadsheet.model import ListId, ListKind, read_source
from broadsheet.settings import Settings

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_UPVOTES = 1_000_000
MOST_ITEMS = 1_000
MOST_LISTS = 50
"""A digest reads each of them, and so does every preview of one."""

_YES = frozenset({"yes", "true", "1", "on"})
_NO = frozenset({"no", "false", "0", "off"})


class PreferenceError(UsageError):
    """A wish that cannot be; ``field`` names it, ``reason`` says what to write."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a subscriber can wish.

    ``weekday`` is the ISO number of a day (Monday is 1) and counts for weekly alone, ``hour`` is in ``timezone``,
    ``topics`` are words as `broadsheet.digest.topics` reads them, ``max_items`` None means as many as there is room
    for, and ``quiet_days`` asks for a short mail also when nothing is new.
    """

    cadence: Cadence = Cadence.DAILY
    weekday: int = 1
    hour: int = 7
    timezone: str = "UTC"
    lists: tuple[ListId | ListKind, ...] = (ListId(ListKind.TRENDING),)
    topics: str = ""
    min_upvotes: int = 0
    max_items: int | None = None
    quiet_days: bool = False

    @property
    def schedule(self) -> tuple[Cadence, int, int, str]:
        """When digests are due."""
        return (self.cadence, self.weekday, self.hour, self.timezone)

    def texts(self) -> dict[str, str]:
        """Each wish as `read_preferences` reads it."""
        return {
            "cadence": str(self.cadence),
            "weekday": dict(enumerate(WEEKDAYS, start=1)).get(self.weekday, str(self.weekday)),
            "hour": str(self.hour),
            "timezone": self.timezone,
            "lists": ",".join(map(str, self.lists)),
            "topics": self.topics,
            "min_upvotes": str(self.min_upvotes),
            "max_items": "" if self.max_items is None else str(self.max_items),
            "quiet_days": "yes" if self.quiet_days else "no",
        }


FIELDS = Preferences.__struct_fields__


def starting(settings: Settings) -> Preferences:
    """What somebody new wishes who says nothing: trending, every day at 7 in the zone of ``digest_timezone``."""
    return Preferences(timezone=settings.digest_timezone)


def to_columns(preferences: Preferences) -> dict[str, Any]:
    """Its columns of a row in ``subscribers``.

    Raises:
        PreferenceError: a wish that cannot be; nothing of the kind is ever stored.
    """
    checked = _checked(preferences)
    columns = {field: getattr(checked, field) for field in FIELDS}
    return columns | {"cadence": str(checked.cadence), "lists": ",".join(map(str, checked.lists))}


@lru_cache(maxsize=1024)
def _checked(preferences: Preferences) -> Preferences:
    return Preferences(**{field: _READERS[field](text) for field, text in preferences.texts().items()})


def from_columns(row: Mapping[Any, Any]) -> Preferences:
    """What a row of ``subscribers`` says; what was written there has been checked."""
    columns = {field: row[field] for field in FIELDS}
    return Preferences(**columns | {"cadence": Cadence(row["cadence"]), "lists": _stored_lists(row["lists"])})


def read_preferences(texts: Mapping[str, str], base: Preferences) -> Preferences:
    """``base`` with every wish that ``texts`` names; an empty text is "as many as there is room for" of max_items,
    none of topics, and says nothing of any other.

    Raises:
        PreferenceError: one that cannot be; it names the field.
    """
    changes = {
        field: _READERS[field](text.strip())
        for field, text in texts.items()
        if text.strip() or field in {"topics", "max_items"}
    }
    return msgspec.structs.replace(base, **changes)


def _read_cadence(text: str) -> Cadence:
    try:
        return Cadence(text.lower())
    except ValueError:
        raise PreferenceError("cadence", f"{text!r} is none of {', '.join(Cadence)}") from None


def _read_weekday(text: str) -> int:
    days = [number for number, name in enumerate(WEEKDAYS, start=1) if name.startswith(text.lower())]
    if len(text) >= 2 and len(days) == 1:
        return days[0]
    if text in {"1", "2", "3", "4", "5", "6", "7"}:
        return int(text)
    raise PreferenceError("weekday", f"{text!r} is no day of the week: write monday to sunday, or 1 to 7")


def _read_number(field: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= most):
        raise PreferenceError(field, f"{text!r} is no number from {least} to {most}")
    return int(text)


def _read_timezone(text: str) -> str:
    known = _timezones()
    if text not in known:
        near = get_close_matches(text, known, n=1)
        example = near[0] if near else "Europe/Rome, Asia/Kolkata or UTC"
        raise PreferenceError("timezone", f"{text!r} is no time zone: write a name such as {example}")
    return text


@lru_cache(maxsize=1)
def _timezones() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones())


def _read_lists(text: str) -> tuple[ListId | ListKind, ...]:
    names = text.split(",")
    if len(names) > MOST_LISTS:
        raise PreferenceError("lists", f"these are {len(names)}: name at most {MOST_LISTS}")
    try:
        return tuple(dict.fromkeys(map(read_source, names)))
    except ValueError as error:
        raise PreferenceError("lists", str(error)) from None


@lru_cache(maxsize=1024)
def _stored_lists(text: str) -> tuple[ListId | ListKind, ...]:
    return tuple(map(read_source, text.split(",")))


@lru_cache(maxsize=1024)
def _read_topics(text: str) -> str:
    from broadsheet.digest.topics import TopicsError, read_topics

    try:
        return str(read_topics(text))
    except TopicsError as error:
        raise PreferenceError("topics", str(error)) from None


def _read_quiet_days(text: str) -> bool:
    answer = text.lower()
    if answer not in _YES | _NO:
        raise PreferenceError("quiet_days", f"{text!r} is neither yes nor no")
    return answer in _YES


_READERS: dict[str, Callable[[str], Any]] = {
    "cadence": _read_cadence,
    "weekday": _read_weekday,
    "hour": lambda text: _read_number("hour", text, 0, 23),
    "timezone": _read_timezone,
    "lists": _read_lists,
    "topics": _read_topics,
    "min_upvotes": lambda text: _read_number("min_upvotes", text, 0, MOST_UPVOTES),
    "max_items": lambda text: None if text in {"", "all"} else _read_number("max_items", text, 1, MOST_ITEMS),
    "quiet_days": _read_quiet_days,
}
