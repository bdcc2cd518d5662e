"""Reading windows from the published warehouse: two boards of a list and what lies around them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from broadsheet.digest.edition import Board, DetailNews, Paper, Past, Place, Window
from broadsheet.model import DATED_KINDS, ListId, ListKind
from broadsheet.warehouse.queries import statement
from broadsheet.warehouse.rows import bind, from_db, to_db

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DAYS_DRAWN = 14
"""How many days back a paper's ranks are drawn."""
MOST_KEYS = {ListKind.DAILY: 31, ListKind.WEEKLY: 6, ListKind.MONTHLY: 2}
"""How many periods of a dated list one digest covers at most: about a month."""

_EVER, _NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Scope(msgspec.Struct, frozen=True):
    """Which two snapshots of a list a window compares; equal for all moments at which the list stood the same.

    ``baseline`` is None when the list had no snapshot then, ``first`` says that nothing was ever told of the
    source, ``late`` that a newer list of the same kind is out.
    """

    source: ListId | ListKind
    list_id: ListId
    newest: int
    baseline: int | None
    first: bool
    late: bool


def read_windows(
    con: "DuckDBPyConnection", source: ListId | ListKind, since: datetime | None, until: datetime
) -> tuple[Window, ...]:
    """The windows on ``source`` that end at ``until``; empty if nothing was known of it by then.

    A list gives one. A dated kind gives its newest list and, newest first, those before it that were still open at
    ``since``: what arrived on them late is news as well. ``since`` is None for who was never told of the source,
    and then only the newest list counts; it is the time of the newest board told otherwise.

    ``con`` is a connection to the published file. Times are aware, in UTC.
    """
    reader = WindowReader(con, until)
    return tuple(reader.window(scope, since) for scope in reader.scopes(source, since))


class WindowReader:
    """Reads windows that all end at ``until``; boards, keys and texts that they share are read once."""

    def __init__(self, con: "DuckDBPyConnection", until: datetime) -> None:
        self.until = until
        self._con = con
        self._keys: dict[ListKind, list[tuple[str, datetime]]] = {}
        self._stands: dict[ListId, list[tuple[datetime, datetime, int | None]]] = {}
        self._boards: dict[int, Board] = {}
        self._ranks: dict[ListId, dict[str, list[int | None]]] = {}
        self._papers: dict[tuple[datetime, str], Paper] = {}

    def scopes(self, source: ListId | ListKind, since: datetime | None) -> tuple[Scope, ...]:
        """What the windows on ``source`` compare, newest list first."""
        if isinstance(source, ListId):
            lists = [source]
        else:
            lists = [ListId(source, key) for key in self._open_keys(source, since)]
        found = []
        for age, list_id in enumerate(lists):
            newest = self._snapshot(list_id, self.until)
            if newest is None:
                continue
            baseline = self._snapshot(list_id, since) if since else None
            first = since is None or (baseline is None and list_id.kind not in DATED_KINDS)
            found.append(Scope(source, list_id, newest, baseline, first, late=age > 0))
        return tuple(found)

    def window(self, scope: Scope, since: datetime | None) -> Window:
        """The window of a scope; ``since`` is one of the moments that it is the scope of."""
        board = self._boards[scope.newest]
        baseline = None if scope.baseline is None else self._boards[scope.baseline]
        boards = (board, baseline) if baseline else (board,)
        papers = sorted({place.paper_id for each in boards for place in each.places})
        return Window(
            source=str(scope.source),
            since=None if scope.first else since,
            until=self.until,
            board=board,
            baseline=baseline,
            pasts=self.pasts(scope.list_id, papers, baseline),
            papers=self.papers(papers, self.until),
            detail_news=self._detail_news(scope.list_id, baseline.captured_at) if baseline else {},
        )

    def papers(self, papers: Iterable[str], moment: datetime) -> dict[str, Paper]:
        """What was known of papers at a time; those that nobody had told of by then are left out."""
        papers = list(papers)
        missing = [paper_id for paper_id in papers if (moment, paper_id) not in self._papers]
        if missing:
            for row in self._rows("papers", papers=missing, until=to_db(moment)):
                self._papers[moment, row["paper_id"]] = msgspec.convert(_told(row), Paper)
        return {
            paper_id: self._papers[moment, paper_id]
            for paper_id in papers
            if (moment, paper_id) in self._papers
        }

    def pasts(self, list_id: ListId, papers: list[str], baseline: Board | None = None) -> dict[str, Past]:
        """What a list knows of papers' pasts; those it never showed are left out."""
        scope = {"kind": list_id.kind, "key": list_id.key, "papers": papers, "until": to_db(self.until)}
        ranks = self._drawn(list_id, papers)
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
            for row in self._rows("pasts", **scope, baseline=told)
        }

    def last_votes(self, list_id: ListId, papers: list[str], moment: datetime) -> dict[str, int]:
        """The upvotes that a list last told of papers up to a time; those it never told of are left out."""
        rows = self._rows(
            "last_votes", kind=list_id.kind, key=list_id.key, papers=papers, moment=to_db(moment)
        )
        return {row["paper_id"]: row["upvotes"] for row in rows}

    def _open_keys(self, kind: ListKind, since: datetime | None) -> list[str]:
        if kind not in self._keys:
            rows = self._rows("keys", kind=kind, moment=to_db(self.until))
            self._keys[kind] = [(row["list_key"], from_db(row["opened_at"])) for row in rows]
        keys = [key for key, _ in self._keys[kind]]
        told = [key for key, opened_at in self._keys[kind] if since and opened_at <= since]
        if not told:
            return keys[:1]
        return [key for key in keys if key >= told[0]][: MOST_KEYS[kind]]

    def _snapshot(self, list_id: ListId, moment: datetime) -> int | None:
        """The number of the list's newest snapshot at a time, its board read."""
        stands = self._stands.setdefault(list_id, [])
        for begins, ends, number in stands:
            if begins <= moment < ends:
                return number
        (row,) = self._rows("newest_snapshot", kind=list_id.kind, key=list_id.key, moment=to_db(moment))
        found: int | None = row["snapshot_id"]
        if found is not None and found not in self._boards:
            self._boards[found] = self._board(list_id, row)
        begins = from_db(row["captured_at"]) if row["captured_at"] else _EVER
        ends = from_db(row["replaced_at"]) if row["replaced_at"] else _NEVER
        stands.append((begins, ends, found))
        return found

    def _board(self, list_id: ListId, snapshot: dict[str, Any]) -> Board:
        number = snapshot["snapshot_id"]
        return Board(
            list_id=list_id,
            snapshot_id=number,
            captured_at=from_db(snapshot["captured_at"]),
            truncated=snapshot["truncated"],
            places=tuple(Place(**row) for row in self._rows("board", snapshot=number)),
        )

    def _drawn(self, list_id: ListId, papers: list[str]) -> dict[str, list[int | None]]:
        """The ranks of papers day by day, oldest first; of other papers, too, that were asked for before."""
        ranks = self._ranks.setdefault(list_id, {})
        missing = [paper_id for paper_id in papers if paper_id not in ranks]
        if missing:
            ranks |= {paper_id: [None] * DAYS_DRAWN for paper_id in missing}
            scope = {"kind": list_id.kind, "key": list_id.key, "until": to_db(self.until)}
            for row in self._rows("ranks", **scope, papers=missing, days=DAYS_DRAWN):
                ranks[row["paper_id"]][DAYS_DRAWN - 1 - row["days_ago"]] = row["rank"]
        return ranks

    def _detail_news(self, list_id: ListId, since: datetime) -> dict[str, DetailNews]:
        found: dict[str, dict[str, list[str]]] = {}
        rows = self._rows(
            "detail_news",
            kind=list_id.kind,
            key=list_id.key,
            since=to_db(since),
            until=to_db(self.until),
        )
        for row in rows:
            found.setdefault(row["paper_id"], {}).setdefault(row["change"], []).append(row["field"])
        return {
            paper_id: DetailNews(tuple(news.get("revised", ())), tuple(news.get("enriched", ())))
            for paper_id, news in found.items()
        }

    def _rows(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        cursor = self._con.execute(statement("broadsheet.digest", query), bind(parameters))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
