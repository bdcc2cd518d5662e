"""One poll from the archive into the published file, with little and with much history behind it."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import duckdb
from harness.contest import contest
from harness.measurement import Contender, Measurement, faster, within

from broadsheet.hub.archive import Archive
from broadsheet.hub.client import HubClient
from broadsheet.model import ListId, ListKind
from broadsheet.sample.hub import START, SampleHub
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import ingest
from broadsheet.warehouse.store import open_writer

TRENDING = ListId(ListKind.TRENDING)
HISTORY = 5_000_000
"""Observations, about three years of polls every quarter of an hour."""


class Desk:
    """A warehouse and a hub whose clock goes on by six hours with every poll: its page moves each time."""

    def __init__(self, home: Path, hub: SampleHub) -> None:
        self.settings = Settings(home=str(home), hub_url=hub.url, budget_requests=100_000)
        self._hub = hub
        self._archive = Archive(self.settings.archive_location)
        self._client = HubClient(self.settings, now=lambda: hub.now, sleep=time.sleep)

    def fetch(self) -> None:
        """Put one more answer into the archive."""
        self._hub.now = self._hub.now + timedelta(hours=6)
        self._archive.append(self._client.fetch(TRENDING))

    def poll_seconds(self, polls: int) -> tuple[float, ...]:
        """What loading one answer and publishing took, each time."""
        seconds = []
        for _ in range(polls):
            self.fetch()
            began = time.perf_counter()
            report = ingest(self.settings)
            seconds.append(time.perf_counter() - began)
            assert report.published
            assert report.moved
        return tuple(seconds)

    def age(self, observations: int) -> None:
        """Put so many observations of years ago into the warehouse."""
        with open_writer(self.settings) as con:
            con.execute(
                "INSERT INTO observations SELECT i // 50, 'old.' || (i % 100000), i % 50 + 1, i % 300, 0, 0"
                " FROM range(?) t(i)",
                [observations],
            )


def comparing(settings: Settings) -> Measurement:
    """The changes of the newest snapshot: two boards looked up, against windows over the whole history."""
    newest, previous = (
        "(SELECT max(snapshot_id) FROM snapshots)",
        "(SELECT max(previous_snapshot_id) FROM changes)",
    )
    two_boards = f"""
        SELECT coalesce(n.paper_id, o.paper_id), n.rank, o.rank
        FROM (FROM observations WHERE snapshot_id = {newest}) n
        FULL JOIN (FROM observations WHERE snapshot_id = {previous}) o USING (paper_id)
        WHERE n.rank IS NOT NULL AND o.rank IS NOT NULL AND n.rank <> o.rank ORDER BY ALL"""
    windows = f"""
        SELECT paper_id, rank, was FROM (
            SELECT *, lag(rank) OVER w AS was, lag(snapshot_id) OVER w AS last FROM observations
            WINDOW w AS (PARTITION BY paper_id ORDER BY snapshot_id))
        WHERE snapshot_id = {newest} AND last = {previous} AND rank <> was ORDER BY ALL"""
    with duckdb.connect(str(settings.published_path), read_only=True) as con:
        contenders = contest(
            {
                "two boards": lambda: con.execute(two_boards).fetchall(),
                "lag() over the history": lambda: con.execute(windows).fetchall(),
            },
            rounds=3,
        )
    return Measurement(
        number=5,
        title=f"Comparing a snapshot with the one before, {HISTORY:,} observations",
        contenders=contenders,
        goals=[faster(800, "lag() over the history")],
    )


def run(home: Path, *, full: bool = False, polls: int = 7) -> Iterator[Measurement]:
    """How long one poll takes, and how comparing grows."""
    with SampleHub(START) as hub:
        desk = Desk(home / "poll", hub)
        desk.fetch()
        ingest(desk.settings)
        young = Contender("no history", desk.poll_seconds(polls))
        desk.age(HISTORY)
        old = Contender(f"{HISTORY:,} observations", desk.poll_seconds(polls))
    yield Measurement(
        number=3,
        title="One poll: open, parse, load, compare, close, publish",
        contenders=[old, young],
        goals=[within(1.5, young.name)],
    )
    yield comparing(desk.settings)
