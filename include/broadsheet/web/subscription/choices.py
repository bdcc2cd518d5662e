"""What the forms offer to choose from."""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

from broadsheet.mail.preferences import WEEKDAYS
from broadsheet.mail.schedule import Cadence
from broadsheet.model import ListId, ListKind
from broadsheet.settings import Settings
from broadsheet.web.wording import source_name

Option = tuple[str, str]
"""What a form sends, and what a reader sees."""

CADENCES: dict[Cadence, str] = {
    Cadence.DAILY: "every day",
    Cadence.WEEKDAYS: "Monday to Friday",
    Cadence.WEEKLY: "once a week",
    Cadence.MONTHLY: "on the first of the month",
    Cadence.PAUSED: "not for now",
}
DAYS: tuple[Option, ...] = tuple((name, name.capitalize()) for name in WEEKDAYS)
HOURS: tuple[Option, ...] = tuple((str(hour), f"{hour:02d}:00") for hour in range(24))

_REGIONS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)


def cadences(*, paused: bool) -> tuple[Option, ...]:
    """How often; ``paused`` is for who subscribed already."""
    return tuple((str(value), text) for value, text in CADENCES.items() if paused or value != Cadence.PAUSED)


@cache
def zones() -> tuple[tuple[str, tuple[Option, ...]], ...]:
    """Time zones by region, as the IANA database names them."""
    named = sorted(name for name in available_timezones() if name.partition("/")[0] in _REGIONS)
    return tuple(
        (region, tuple((name, name.partition("/")[2].replace("_", " ")) for name in names))
        for region, names in groupby(named, key=lambda name: name.partition("/")[0])
    )


def lists(settings: Settings, chosen: Sequence[ListId | ListKind] = ()) -> tuple[Option, ...]:
    """The lists that are followed here, and those that somebody ``chosen`` has already."""
    offered = (*settings.watched_lists, *settings.followed_kinds, *chosen)
    return tuple((str(source), source_name(source)) for source in dict.fromkeys(offered))
