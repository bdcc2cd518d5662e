"""How the publication and each source stand."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from prometheus_client.core import GaugeMetricFamily

from broadsheet.model import ListId, ListKind, Verdict
from broadsheet.settings import Settings
from broadsheet.warehouse.reading import totals
from broadsheet.warehouse.rows import Record
from broadsheet.warehouse.silence import silences
from broadsheet.web.metrics.families import gauge, gauges, moment, size
from broadsheet.web.questions import ask
from broadsheet.web.sources import MOST_SOURCES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MOMENTS = {
    "asked": "When a source was last asked",
    "believed": "When a source last gave something to believe",
    "snapshot": "When the newest snapshot of a source was taken",
}


class Source(msgspec.Struct, frozen=True):
    """A list without a date, or all lists of a dated kind, by its name; times are None for never."""

    name: str
    asked: datetime | None
    believed: datetime | None
    snapshot: datetime | None
    verdict: Verdict


class Stand(msgspec.Struct, frozen=True):
    """What the publication tells; ``silent`` are the watched lists with nothing to believe for too long."""

    sources: tuple[Source, ...]
    watched: tuple[str, ...]
    silent: frozenset[str]
    totals: dict[str, int]


def read_stand(con: "DuckDBPyConnection", settings: Settings, now: datetime) -> Stand:
    """How it stands at ``now`` (aware)."""
    return Stand(
        sources=tuple(map(_source, ask(con, "status/sources", most=MOST_SOURCES))),
        watched=tuple(map(str, settings.watched_lists)),
        silent=frozenset(str(each.list_id) for each in silences(con, settings, now)),
        totals=totals(con),
    )


def stand_families(stand: Stand) -> Iterator[GaugeMetricFamily]:
    """The stand as gauges."""
    for name, help_text in _MOMENTS.items():
        yield gauges(
            f"broadsheet_source_{name}_timestamp_seconds",
            help_text,
            ["source"],
            [
                ((source.name,), moment(at))
                for source in stand.sources
                if (at := getattr(source, name)) is not None
            ],
        )
    yield gauges(
        "broadsheet_source_verdict",
        "1 for the verdict on what a source gave last, 0 for the others",
        ["source", "verdict"],
        [
            ((source.name, str(verdict)), float(verdict is source.verdict))
            for source in stand.sources
            for verdict in Verdict
        ],
    )
    yield gauges(
        "broadsheet_source_silent",
        "1 for a watched list that gave nothing to believe for too long",
        ["source"],
        [((name,), float(name in stand.silent)) for name in stand.watched],
    )
    yield gauges(
        "broadsheet_warehouse_rows",
        "What the publication holds",
        ["what"],
        [((what,), count) for what, count in stand.totals.items()],
    )


def file_families(settings: Settings, published_at: datetime) -> Iterator[GaugeMetricFamily]:
    """When it was published, and the sizes of the files that are on this host."""
    yield gauge(
        "broadsheet_published_timestamp_seconds", "When the publication was made", moment(published_at)
    )
    files = {"published": settings.published_path, "warehouse": settings.warehouse_path}
    yield gauges(
        "broadsheet_file_bytes",
        "Sizes of the files on this host",
        ["file"],
        _sizes({name: size(path) for name, path in files.items()}.items()),
    )


def _sizes(found: Iterable[tuple[str, int | None]]) -> list[tuple[tuple[str], float]]:
    return [((name,), float(count)) for name, count in found if count is not None]


def _source(row: Record) -> Source:
    kind, key = ListKind(row["list_kind"]), row["list_key"]
    return Source(
        name=str(kind if key is None else ListId(kind, key)),
        asked=row["last_capture_at"],
        believed=row["last_believed_at"],
        snapshot=row["last_changed_at"],
        verdict=Verdict(row["last_verdict"]),
    )
