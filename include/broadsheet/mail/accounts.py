"""What the runs came to: one row a run, and the counts of its deliveries and exclusions. Addresses are never read."""

from collections.abc import Collection, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import msgspec
import sqlalchemy as sa

from broadsheet.errors import UsageError
from broadsheet.mail.schema import deliveries, exclusions, runs
from broadsheet.mail.states import OPEN, OPEN_RUNS, Policy, Reason, RunKind, RunState, State

_AT_ONCE = 500
"""For how many runs one query asks: databases bound how many values a query may name."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One sending: audience and content were frozen at ``opened_at``, which ends every window.

    ``reason`` says why it is paused or was aborted.
    """

    run_key: str
    kind: RunKind
    slot: datetime
    opened_at: datetime
    state: RunState
    policy: Policy
    shards: int
    content_hash: str | None
    candidates: int | None
    prepared: int | None
    excluded: int | None
    frozen_at: datetime | None
    closed_at: datetime | None
    reason: str | None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of one run.

    ``states`` counts its deliveries, ``reasons`` its exclusions, ``resolutions`` the deliveries that needed a word
    on how they were settled.
    """

    run: Run
    states: dict[State, int]
    reasons: dict[Reason, int]
    resolutions: dict[str, int]

    @property
    def left(self) -> dict[State, int]:
        """The deliveries that are not over yet."""
        return {state: count for state, count in self.states.items() if state in OPEN}

    @property
    def is_complete(self) -> bool:
        """Whether every candidate has its row: a delivery or an exclusion."""
        return self.run.candidates == sum(self.states.values()) + sum(self.reasons.values())


def find_run(con: sa.Connection, run_key: str) -> Run | None:
    """The run of that key, None if there is none."""
    found = _read(con, sa.select(runs).where(runs.c.run_key == run_key))
    return found[0] if found else None


def get_run(con: sa.Connection, run_key: str) -> Run:
    """The run of that key. Raises UsageError if there is none; it names those that are called nearly so."""
    run = find_run(con, run_key)
    if run is None:
        newest = sa.select(runs.c.run_key).order_by(runs.c.opened_at.desc()).limit(_AT_ONCE)
        near = " or ".join(get_close_matches(run_key, con.scalars(newest).all()))
        hint = f", did you mean {near}?" if near else ":"
        raise UsageError(f"there is no run {run_key!r}{hint} `broadsheet runs` lists them")
    return run


def list_runs(
    con: sa.Connection,
    *,
    kind: RunKind | None = None,
    states: Collection[RunState] = tuple(RunState),
    since: datetime | None = None,
    most: int | None = None,
) -> tuple[Run, ...]:
    """The runs of a kind (None: of all), in one of those states, opened at ``since`` or later; the newest first."""
    query = sa.select(runs).where(runs.c.state.in_(states))
    if kind is not None:
        query = query.where(runs.c.kind == kind)
    if since is not None:
        query = query.where(runs.c.opened_at >= since)
    return _read(con, query.order_by(runs.c.opened_at.desc(), runs.c.run_key.desc()).limit(most))


def open_runs(con: sa.Connection) -> tuple[Run, ...]:
    """The runs that are not over, in the order they are served: letters before digests, then the oldest first."""
    letters_first = sa.case((runs.c.kind == RunKind.LETTER, 0), else_=1)
    query = sa.select(runs).where(runs.c.state.in_(OPEN_RUNS))
    return _read(con, query.order_by(letters_first, runs.c.opened_at, runs.c.run_key))


def account(con: sa.Connection, run: Run) -> Account:
    """The counts of that run."""
    return accounts(con, (run,))[0]


def accounts(con: sa.Connection, of: Sequence[Run]) -> tuple[Account, ...]:
    """The counts of those runs, in their order."""
    states = _counts(con, deliveries, deliveries.c.state, of)
    reasons = _counts(con, exclusions, exclusions.c.reason, of)
    resolutions = _counts(con, deliveries, deliveries.c.resolution, of)
    return tuple(
        Account(
            run=run,
            states={State(name): count for name, count in states[run.run_key].items()},
            reasons={Reason(name): count for name, count in reasons[run.run_key].items()},
            resolutions=resolutions[run.run_key],
        )
        for run in of
    )


def _counts(
    con: sa.Connection, table: sa.Table, column: sa.Column[Any], of: Sequence[Run]
) -> dict[str, dict[str, int]]:
    """How many rows of each run have which value."""
    counts: dict[str, dict[str, int]] = {run.run_key: {} for run in of}
    keys = list(counts)
    for start in range(0, len(keys), _AT_ONCE):
        query = (
            sa.select(table.c.run_key, column, sa.func.count())
            .where(table.c.run_key.in_(keys[start : start + _AT_ONCE]), column.is_not(None))
            .group_by(table.c.run_key, column)
            .order_by(table.c.run_key, column)
        )
        for run_key, value, count in con.execute(query):
            counts[run_key][value] = count
    return counts


def _read(con: sa.Connection, query: sa.Select[Any]) -> tuple[Run, ...]:
    return tuple(msgspec.convert(row, Run, from_attributes=True) for row in con.execute(query))
