"""Opening a run: whoever is due now, what each of them is told, and for the others why not, in one transaction."""

from datetime import datetime

import msgspec

from broadsheet.mail.states import Reason
from broadsheet.settings import Settings


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """What a call came to.

    ``run_key`` is None where nobody was owed anything, and then no row was written. ``new`` says whether this call
    opened the run or found it. ``prepared`` deliveries wait for a sender, ``excluded`` counts by reason who gets
    none, and ``waiting`` subscribers stay due, since nothing is known yet of their lists. ``reason`` is all that
    in words.
    """

    run_key: str | None
    new: bool
    prepared: int
    excluded: dict[Reason, int]
    waiting: int
    reason: str


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What `open_run` would do: ``by_cadence`` counts mails, ``subjects`` is (subject, papers, mails) per selection."""

    opened: Opened
    by_cadence: dict[str, int]
    subjects: tuple[tuple[str, int, int], ...]


def open_run(settings: Settings, now: datetime) -> Opened:
    """Freeze a run for the slot that ``now`` lies in, or find the one that was opened for it before.

    Raises:
        MailBusyError: another process was opening a run for the whole of ``lock_timeout_seconds``.
        MailError: the mail database cannot be used, or the counts do not add up; then nothing is written.
        SettingsError: several shards without PostgreSQL, or a setting of the first subscriber that is none.
        WarehouseError: the published file cannot be read.
    """
    raise NotImplementedError


def plan_run(settings: Settings, now: datetime) -> Planned:
    """What `open_run` would do now, by the same steps; nothing is written. Raises as it does."""
    raise NotImplementedError
