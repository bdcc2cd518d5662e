"""Reading windows from the published warehouse: two boards of a list and what lies around them."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec

from broadsheet.digest.edition import Board, DetailNews, Paper, Past, Place, Window
from broadsheet.model import DATED_KINDS, ListId, ListKind
from broadsheet.warehouse.rows import bind, from_db, to_db

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAYS_DRAWN = 14
"""How many days back a paper's ranks are drawn."""
MOST_KEYS = {ListKind.DAILY: 31, ListKind.WEEKLY: 6, ListKind.MONTHLY: 2}
"""How many periods of a dated list one digest covers at most: about a month."""


def read_windows(
    con: "DuckDBPyConnection", source: ListId | ListKind, since: datetime | None, until: datetime
) -> tuple[Window, ...]:
    """The windows on ``source`` that end at ``until``; empty if nothing was known of it by then.

    A list gives one. A dated kind gives its newest list and, newest first, those before it that were still open at
    ``since``: what arrived on them late is news as well. ``since`` is None for who was never told of the source,
    and then only the newest list counts; it is the time of the newest board told otherwise.

    ``con`` is a connection to the published file. Times are aware, in UTC.
    """
    if isinstance(source, ListId):
        lists = [source]
    else:
        lists = [ListId(source, key) for key in _open_keys(con, source, since, until)]
    return tuple(window for list_id in lists for window in _read(con, source, list_id, since, until))


def _open_keys(
    con: "DuckDBPyConnection", kind: ListKind, since: datetime | None, until: datetime
) -> list[str]:
    keys = [row["list_key"] for row in _rows(con, "keys", kind=kind, moment=to_db(until))]
    told = _rows(con, "keys", kind=kind, moment=to_db(since)) if since else []
    if not told:
        return keys[:1]
    return [key for key in keys if key >= told[0]["list_key"]][: MOST_KEYS[kind]]


def _read(
    con: "DuckDBPyConnection",
    source: ListId | ListKind,
    list_id: ListId,
    since: datetime | None,
    until: datetime,
) -> Iterator[Window]:
    board = _board(con, list_id, until)
    if board is None:
        return
    baseline = _board(con, list_id, since) if since else None
    if baseline is None and list_id.kind not in DATED_KINDS:
        since = None
    boards = (board, baseline) if baseline else (board,)
    papers = sorted({place.paper_id for each in boards for place in each.places})
    yield Window(
        source=str(source),
        since=since,
        until=until,
        board=board,
        baseline=baseline,
        pasts=_pasts(con, list_id, papers, baseline, until),
        papers=_papers(con, papers, until),
        detail_news=_detail_news(con, list_id, baseline.captured_at, until) if baseline else {},
    )


def _board(con: "DuckDBPyConnection", list_id: ListId, moment: datetime) -> Board | None:
    found = _rows(con, "newest_snapshot", kind=list_id.kind, key=list_id.key, moment=to_db(moment))
    if not found:
        return None
    places = _rows(con, "board", snapshot=found[0]["snapshot_id"])
    return Board(
        list_id=list_id,
        snapshot_id=found[0]["snapshot_id"],
        captured_at=from_db(found[0]["captured_at"]),
        truncated=found[0]["truncated"],
        places=tuple(Place(**place) for place in places),
    )


def _pasts(
    con: "DuckDBPyConnection",
    list_id: ListId,
    papers: list[str],
    baseline: Board | None,
    until: datetime,
) -> dict[str, Past]:
    scope = {"kind": list_id.kind, "key": list_id.key, "papers": papers, "until": to_db(until)}
    ranks: dict[str, list[int | None]] = {paper_id: [None] * DAYS_DRAWN for paper_id in papers}
    for row in _rows(con, "ranks", **scope, days=DAYS_DRAWN):
        ranks[row["paper_id"]][DAYS_DRAWN - 1 - row["days_ago"]] = row["rank"]
    told = to_db(baseline.captured_at) if baseline else None
    present = {place.paper_id for place in baseline.places} if baseline else set()
    return {
        row["paper_id"]: Past(
            days=row["days"],
            ranks=tuple(ranks[row["paper_id"]]),
            last_rank=row["last_rank"],
            absent_since=(
                from_db(row["absent_since"])
                if row["absent_since"] and row["paper_id"] not in present
                else None
            ),
        )
        for row in _rows(con, "pasts", **scope, baseline=told)
    }


def _papers(con: "DuckDBPyConnection", papers: list[str], until: datetime) -> dict[str, Paper]:
    rows = _rows(con, "papers", papers=papers, until=to_db(until))
    return {row["paper_id"]: msgspec.convert(_told(row), Paper) for row in rows}


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}


def _detail_news(
    con: "DuckDBPyConnection", list_id: ListId, since: datetime, until: datetime
) -> dict[str, DetailNews]:
    found: dict[str, dict[str, list[str]]] = {}
    rows = _rows(
        con, "detail_news", kind=list_id.kind, key=list_id.key, since=to_db(since), until=to_db(until)
    )
    for row in rows:
        found.setdefault(row["paper_id"], {}).setdefault(row["change"], []).append(row["field"])
    return {
        paper_id: DetailNews(tuple(news.get("revised", ())), tuple(news.get("enriched", ())))
        for paper_id, news in found.items()
    }


def _rows(con: "DuckDBPyConnection", query: str, **parameters: Any) -> list[dict[str, Any]]:
    cursor = con.execute(_sql(query), bind(parameters))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@cache
def _sql(query: str) -> str:
    return (files("broadsheet.digest") / "sql" / f"{query}.sql").read_text(encoding="utf-8")
