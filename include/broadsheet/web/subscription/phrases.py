"""How pages say what somebody wishes, in plain words."""

from datetime import datetime
from zoneinfo import ZoneInfo

from broadsheet.digest.words import enumerate_words, long_day
from broadsheet.mail.preferences import WEEKDAYS, Preferences
from broadsheet.mail.schedule import Cadence, upcoming
from broadsheet.mail.subscribers import Subscriber
from broadsheet.web.subscription.choices import CADENCES
from broadsheet.web.wording import source_name


def schedule(preferences: Preferences) -> str:
    """``every day at 07:00, Europe/Rome``; ``not for now`` for who pauses."""
    often = CADENCES[preferences.cadence]
    if preferences.cadence is Cadence.PAUSED:
        return often
    if preferences.cadence is Cadence.WEEKLY:
        often = f"every {WEEKDAYS[preferences.weekday - 1].capitalize()}"
    return f"{often} at {preferences.hour:02d}:00, {preferences.timezone.replace('_', ' ')}"


def lists(preferences: Preferences) -> str:
    """``Trending papers and Daily papers``."""
    return enumerate_words([source_name(source) for source in preferences.lists])


def next_digest(preferences: Preferences, now: datetime) -> str:
    """When the next digest is due, in the reader's zone: ``Saturday, 28 November 2026, 07:00``; "" for who pauses."""
    due = upcoming(*preferences.schedule, now)
    if due is None:
        return ""
    local = due.at.astimezone(ZoneInfo(preferences.timezone))
    return f"{long_day(local.date())}, {local:%H:%M}"


def masked(subscriber: Subscriber) -> str:
    """Who it is, for who knows it: ``a…@example.org``. The page may be open where others look."""
    if subscriber.address is None:
        return ""
    local, at, domain = subscriber.address.rpartition("@")
    return f"{local[:1]}…{at}{domain}" if at else subscriber.address
