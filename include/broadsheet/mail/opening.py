"""Opening a run: whoever is due now, what each of them is told, and for the others why not, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec
import sqlalchemy as sa

from broadsheet.digest.stock import Stocks
from broadsheet.files import HeldError, locked
from broadsheet.mail.accounts import Run, account, find_run
from broadsheet.mail.audience import lapsed, owed
from broadsheet.mail.configured import ensure_configured
from broadsheet.mail.database import Database, open_database
from broadsheet.mail.deciding import Editor
from broadsheet.mail.errors import MailBusyError
from broadsheet.mail.forgotten import refuse_forgotten
from broadsheet.mail.freezing import Freezer
from broadsheet.mail.members import members
from broadsheet.mail.schedule import slot_of
from broadsheet.mail.schema import ITS_SELECTION, deliveries, runs, selections, subscribers
from broadsheet.mail.states import Reason, RunKind, RunState
from broadsheet.settings import Settings, SettingsError
from broadsheet.telemetry import span
from broadsheet.warehouse.store import open_published

ADVISORY_LOCK = 0x62726F6164
"""Which of PostgreSQL's advisory locks stands for opening a run."""


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
    """What `open_run` would do.

    ``by_cadence`` counts the mails; ``subjects`` has (subject, papers, mails) of each selection, the most sent first.
    """

    opened: Opened
    by_cadence: dict[str, int]
    subjects: tuple[tuple[str, int, int], ...]


def run_key_of(now: datetime) -> str:
    """The key of the run of the slot that ``now`` lies in, such as ``2026-11-20T07:00Z``."""
    return f"{slot_of(now):%Y-%m-%dT%H:%MZ}"


def open_run(settings: Settings, now: datetime) -> Opened:
    """Freeze a run for the slot that ``now`` lies in, or find the one that was opened for it before.

    Raises:
        MailBusyError: another process was opening a run for the whole of ``lock_timeout_seconds``.
        MailError: the mail database cannot be used, it is older than the journals, or the counts do not add up;
            then nothing is written.
        SettingsError: several shards without PostgreSQL, or a setting of the first subscriber that is none.
        WarehouseError: the published file cannot be read.
    """
    with span("open_run") as told, _editor(settings, now) as (database, editor):
        with database.write() as con:
            ensure_configured(con, settings, now)
        with database.read() as con:
            _read_ahead(con, now, editor)
        with database.write() as con:
            opened = _freeze(con, settings, now, editor)
        told |= {"run": opened.run_key or "", "prepared": opened.prepared}
        return opened


def plan_run(settings: Settings, now: datetime) -> Planned:
    """What `open_run` would do now, by the same steps; nothing is written. Raises as it does."""
    with _editor(settings, now) as (database, editor):
        with database.read() as con:
            _read_ahead(con, now, editor)
        with database.write() as con:
            ensure_configured(con, settings, now)
            opened = _freeze(con, settings, now, editor)
            planned = Planned(
                opened=opened,
                by_cadence=_by_cadence(con, opened.run_key),
                subjects=_subjects(con, opened.run_key),
            )
            con.rollback()
            return planned


@contextmanager
def _editor(settings: Settings, now: datetime) -> Iterator[tuple[Database, Editor]]:
    """The mail database and what is published, for one process at a time on this host."""
    if settings.shards > 1 and not settings.database_url:
        raise SettingsError(
            f"setting 'shards' is {settings.shards}, and SQLite has one writer at a time: write 1, or set "
            "database_url to a PostgreSQL database"
        )
    try:
        with (
            locked(settings.home_path / "locks" / "opening.lock", settings.lock_timeout_seconds),
            open_database(settings) as database,
            _stocks(settings, now) as stocks,
        ):
            yield database, Editor(settings, stocks, now)
    except HeldError as holder:
        raise MailBusyError(f"process {holder} is opening a run; try again later") from None


@contextmanager
def _stocks(settings: Settings, now: datetime) -> Iterator[Stocks | None]:
    if not settings.published_path.exists():
        yield None
        return
    with open_published(settings) as con:
        yield Stocks(con, now, settings.hub_url)


def _read_ahead(con: sa.Connection, now: datetime, editor: Editor) -> None:
    """Read the warehouse, which takes longest, before those who write to the mail database have to wait."""
    if find_run(con, run_key_of(now)) is None:
        editor.read(
            {
                need
                for each in owed(con, now)
                for part in members(con, each)
                for who in part
                for need in who.needs
            }
        )


def _freeze(con: sa.Connection, settings: Settings, now: datetime, editor: Editor) -> Opened:
    if con.dialect.name == "postgresql":  # other hosts may be at it, too
        con.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
    run_key = run_key_of(now)
    run = find_run(con, run_key)
    if run is not None:
        return _opened(con, run, new=False)
    refuse_forgotten(con, settings.journal_path, now)
    audience, went_by = owed(con, now), tuple(lapsed(con, now))
    row = {
        "run_key": run_key,
        "kind": str(RunKind.DIGEST),
        "slot": slot_of(now),
        "opened_at": now,
        "state": str(RunState.BUILDING),
        "policy": settings.in_doubt,
        "shards": settings.shards,
    }
    con.execute(runs.insert(), row)
    freezer = Freezer(con, run_key, now, editor, settings)
    freezer.note_missed(went_by)
    for each in audience:
        freezer.serve(each)
    freezer.close()
    return _opened(con, find_run(con, run_key), waiting=freezer.waiting)


def _opened(con: sa.Connection, run: Run | None, *, new: bool = True, waiting: int = 0) -> Opened:
    excluded = account(con, run).reasons if run else {}
    prepared = (run.prepared or 0) if run else 0
    return Opened(
        run_key=run.run_key if run else None,
        new=new and run is not None,
        prepared=prepared,
        excluded=excluded,
        waiting=waiting,
        reason="; ".join(_words(run, prepared, excluded, new=new, waiting=waiting)),
    )


def _words(
    run: Run | None, prepared: int, excluded: dict[Reason, int], *, new: bool, waiting: int
) -> Iterator[str]:
    if run is None and not waiting:
        yield "nobody is due"
    if run is not None:
        yield f"run {run.run_key} {'is' if new else 'was'} opened with {prepared} to be sent"
    if excluded:
        yield "left out: " + ", ".join(f"{count} {reason}" for reason, count in excluded.items())
    if waiting:
        yield f"{waiting} stay due, since nothing is known yet of their lists"


def _by_cadence(con: sa.Connection, run_key: str | None) -> dict[str, int]:
    query = (
        sa.select(subscribers.c.cadence, sa.func.count())
        .join(deliveries, deliveries.c.subscriber_id == subscribers.c.subscriber_id)
        .where(deliveries.c.run_key == run_key)
        .group_by(subscribers.c.cadence)
        .order_by(subscribers.c.cadence)
    )
    return dict(con.execute(query).all())


def _subjects(con: sa.Connection, run_key: str | None) -> tuple[tuple[str, int, int], ...]:
    query = (
        sa.select(selections.c.subject, selections.c["items"], sa.func.count())
        .join(deliveries, ITS_SELECTION)
        .where(selections.c.run_key == run_key)
        .group_by(selections.c.selection_id, selections.c.subject, selections.c["items"])
        .order_by(sa.func.count().desc(), selections.c.selection_id)
    )
    return tuple((subject, items, count) for subject, items, count in con.execute(query))
