"""Facts for the published warehouse: what became of every run and of everybody in it, without an address.

The mail database stays the one that is right. Copying again changes nothing, and a warehouse that was built anew
gets everything anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from broadsheet.mail.database import Database, open_database
from broadsheet.mail.schema import (
    ITS_SELECTION,
    Time,
    bounce_events,
    deliveries,
    exclusions,
    runs,
    selections,
)
from broadsheet.settings import Settings
from broadsheet.warehouse.lock import writer_lock
from broadsheet.warehouse.publish import is_published, publish
from broadsheet.warehouse.rows import fetch, to_db
from broadsheet.warehouse.store import open_unlocked

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RUNS_AT_ONCE = 500
"""Runs asked for in one query: no more names than a database takes in a statement."""

ROWS_AT_ONCE = 20_000
"""Rows handed over at once: bounds memory."""

LATE_BOUNCES = timedelta(days=1)
"""How far behind the newest known bounce one may still be found that was noted then but committed later."""

REAL_BOUNCES = ("hard", "soft", "policy", "delayed", "complaint")

_RUN_COLUMNS = (
    "run_key",
    "kind",
    "slot",
    "opened_at",
    "frozen_at",
    "closed_at",
    "state",
    "policy",
    "shards",
    "candidates",
    "prepared",
    "excluded",
    "reason",
)

_OF_DELIVERIES_ALONE = (
    "attempts",
    "doubts",
    "phase",
    "code",
    "enhanced",
    "resolution",
    "bounce",
    "bounce_status",
    "bounced_at",
)


class FactsReport(msgspec.Struct, frozen=True):
    """How many rows of ``digest_runs`` and ``delivery_log`` are new or differ, and whether that was published."""

    runs: int
    deliveries: int
    published: bool


class _Known(msgspec.Struct, frozen=True):
    """What the warehouse has already. Times are naive UTC, as both databases keep them."""

    since: datetime | None
    over: frozenset[str]
    bounced_until: datetime | None


def record_facts(settings: Settings, now: datetime) -> FactsReport:
    """Copy runs, deliveries, exclusions and bounces that the warehouse does not have yet, then publish.

    A run is copied until it is over, then left alone; bounces that come later are added to its deliveries. Whatever
    ends it in the middle, the next call completes it; nothing is published before. ``now`` is aware and becomes
    ``digest_runs.recorded_at``.

    Raises:
        LockedError: another writer did not finish in time.
        MailError: the mail database cannot be used.
        WarehouseError: the warehouse's file cannot be used.
    """
    with (
        open_database(settings) as database,
        writer_lock(settings.warehouse_path, settings.lock_timeout_seconds),
    ):
        with open_unlocked(settings) as con:
            copied_runs, copied_deliveries = _copy(database, con, now)
        stale = not is_published(settings)
        if stale:
            publish(settings)
    return FactsReport(copied_runs, copied_deliveries, stale)


def _copy(database: Database, con: "DuckDBPyConnection", now: datetime) -> tuple[int, int]:
    """Copy in parts, each a transaction: DuckDB holds all that one writes in memory.

    Bounces come first, for from the newest one it is told where to go on; runs come last, for one that is over is
    never looked at again. So whatever an end in the middle leaves undone the next copy does.
    """
    known = _known(con)
    copied_deliveries = 0
    with database.read() as mail:
        changed = _changed_runs(mail, known)
        for query in chain([_late_bounces(known)], _questions([run[0] for run in changed])):
            found = mail.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
            for rows in found.partitions():
                copied_deliveries += _merge(con, "delivery_log", found.keys(), rows)
    recorded = [(*run, to_db(now)) for run in changed]
    copied_runs = _merge(con, "digest_runs", (*_RUN_COLUMNS, "recorded_at"), recorded)
    return copied_runs, copied_deliveries


def _known(con: "DuckDBPyConnection") -> _Known:
    [(since, over, bounced_until)] = fetch(con, "read/settled_runs")
    return _Known(since, frozenset(over or ()), bounced_until)


def _merge(
    con: "DuckDBPyConnection", table: str, columns: Iterable[str], rows: Sequence[Sequence[Any]]
) -> int:
    """Take rows into a table by its ``write/merge_….sql``; gives how many were new or differed."""
    import pyarrow as pa

    if not rows:
        return 0
    by_column = zip(columns, zip(*rows, strict=True), strict=True)
    con.register("told", pa.table({name: list(values) for name, values in by_column}))
    try:
        return int(fetch(con, f"write/merge_{table}")[0][0])
    finally:
        con.unregister("told")


def _changed_runs(mail: sa.Connection, known: _Known) -> list[tuple[Any, ...]]:
    """Every run that may have moved since it was copied, in order, as ``_RUN_COLUMNS``."""
    columns = [_as_stored(runs.c[name]) for name in _RUN_COLUMNS]
    query = sa.select(*columns).order_by(runs.c.opened_at, runs.c.run_key)
    if known.since is not None:
        query = query.where(_as_stored(runs.c.opened_at) >= known.since)
    return [tuple(run) for run in mail.execute(query) if run[0] not in known.over]


def _questions(run_keys: Sequence[str]) -> Iterator[sa.Select[Any]]:
    """The deliveries and the exclusions of these runs."""
    for start in range(0, len(run_keys), RUNS_AT_ONCE):
        some = run_keys[start : start + RUNS_AT_ONCE]
        yield _deliveries().where(deliveries.c.run_key.in_(some))
        yield _exclusions().where(exclusions.c.run_key.in_(some))


def _late_bounces(known: _Known) -> sa.Select[Any]:
    """The deliveries that bounced since, the first ones first."""
    late = sa.select(bounce_events.c.delivery_id).where(bounce_events.c.kind.in_(REAL_BOUNCES))
    if known.bounced_until is not None:
        late = late.where(_as_stored(bounce_events.c.at) >= known.bounced_until - LATE_BOUNCES)
    return _deliveries().where(deliveries.c.delivery_id.in_(late)).order_by(sa.literal_column("bounced_at"))


def _deliveries() -> sa.Select[Any]:
    newest = _newest_bounces()
    return (
        sa.select(
            deliveries.c.run_key,
            _as_stored(runs.c.slot),
            deliveries.c.subscriber_id,
            deliveries.c.occasion,
            deliveries.c.delivery_id,
            deliveries.c.kind.label("channel"),
            deliveries.c.state,
            selections.c.subject,
            selections.c["items"],
            deliveries.c.attempt.label("attempts"),
            deliveries.c.doubts,
            deliveries.c.phase,
            deliveries.c.code,
            deliveries.c.enhanced,
            deliveries.c.resolution,
            _as_stored(deliveries.c.updated_at),
            newest.c.kind.label("bounce"),
            newest.c.status.label("bounce_status"),
            _as_stored(newest.c.at).label("bounced_at"),
        )
        .join(runs, runs.c.run_key == deliveries.c.run_key)
        .outerjoin(selections, ITS_SELECTION)
        .outerjoin(newest, newest.c.delivery_id == deliveries.c.delivery_id)
    )


def _newest_bounces() -> sa.Subquery:
    """The last word on each delivery that came back."""
    order = sa.func.row_number().over(
        partition_by=bounce_events.c.delivery_id,
        order_by=(bounce_events.c.at.desc(), bounce_events.c.bounce_key),
    )
    numbered = (
        sa.select(bounce_events, order.label("place"))
        .where(bounce_events.c.delivery_id.is_not(None), bounce_events.c.kind.in_(REAL_BOUNCES))
        .subquery()
    )
    return sa.select(numbered).where(numbered.c.place == 1).subquery()


def _exclusions() -> sa.Select[Any]:
    return sa.select(
        exclusions.c.run_key,
        _as_stored(runs.c.slot),
        exclusions.c.subscriber_id,
        exclusions.c.occasion,
        sa.literal("excluded").label("state"),
        exclusions.c.reason,
        _as_stored(exclusions.c.at).label("updated_at"),
        *(sa.null().label(name) for name in _OF_DELIVERIES_ALONE),
    ).join(runs, runs.c.run_key == exclusions.c.run_key)


def _as_stored(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A time as the naive UTC that both databases hold: so many need not become aware on their way."""
    return sa.type_coerce(column, sa.DateTime).label(column.key) if isinstance(column.type, Time) else column
