"""Runs that the journals know and the mail database does not: an older copy of the database was put back."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from broadsheet.mail.errors import MailError
from broadsheet.mail.schedule import Cadence, deadline
from broadsheet.mail.schema import runs


def refuse_forgotten(con: sa.Connection, folder: Path, now: datetime) -> None:
    """Open nothing while the journals in ``folder`` tell of digests that this database would send once more.

    Those older than any deadline do no harm: nobody is owed them any more.

    Raises:
        MailError: they do; the message names the run and what to do.
    """
    longest = max(map(deadline, Cadence))
    recent = {slot: place for place, slot in _journaled(folder) if now - slot < longest}
    known = set(con.scalars(sa.select(runs.c.slot).where(runs.c.slot.in_(recent)))) if recent else set()
    if forgotten := sorted(recent.keys() - known):
        raise MailError(
            f"{recent[forgotten[0]]} tells of a run that the mail database does not know: an older copy was put "
            "back, and would send that run's digests once more. Put back a newer copy, or move this folder away if "
            "readers are to get them again"
        )


def _journaled(folder: Path) -> Iterator[tuple[Path, datetime]]:
    """The folders of runs for slots, such as ``2026-11-20T07-00Z``, and their slots."""
    for place in folder.glob("*Z"):
        with suppress(ValueError):
            yield place, datetime.strptime(place.name, "%Y-%m-%dT%H-%MZ").replace(tzinfo=UTC)
