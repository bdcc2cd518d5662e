"""A small warehouse filled by hand."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from broadsheet.model import ListId, parse_list_id, title_key
from broadsheet.warehouse.store import connect, migrate


class Warehouse:
    """Boards and details, put down snapshot by snapshot."""

    def __init__(self, path: Path | None = None) -> None:
        self.con = connect(path or Path(":memory:"))
        migrate(self.con, path or Path(":memory:"))
        self._snapshots = 0
        self._revisions = 0

    def show(
        self,
        list_id: str,
        at: str,
        papers: Sequence[str],
        *,
        upvotes: dict[str, int | None] | None = None,
        truncated: bool = False,
    ) -> int:
        """One snapshot with these papers at ranks 1, 2, 3…; each is given a title the first time it is seen."""
        self._snapshots += 1
        where: ListId = parse_list_id(list_id)
        snapshot = self._snapshots * 1000
        self.con.execute(
            "INSERT INTO open_snapshots VALUES (?, ?, ?, ?, ?, ?, 'api')",
            [snapshot, str(where.kind), where.key, _time(at), len(papers), truncated],
        )
        for rank, paper in enumerate(papers, 1):
            votes = (upvotes or {}).get(paper, 10)
            self.con.execute(
                "INSERT INTO open_observations VALUES (?, ?, ?, ?, 0, NULL)", [snapshot, paper, rank, votes]
            )
            told, is_here = self.con.execute(
                "SELECT arg_max(revision_id, snapshot_id), bool_or(list_kind = ? AND list_key = ?) FROM showings "
                "WHERE paper_id = ?",
                [str(where.kind), where.key, paper],
            ).fetchone()
            if told is None:
                self.describe(snapshot, paper, title=f"Paper {paper}")
            elif not is_here:
                self._tell(snapshot, paper, told)
        return snapshot

    def describe(self, snapshot: int, paper: str, **details: object) -> None:
        """What that snapshot says of the paper."""
        self._revisions += 1
        row = {
            "revision_id": self._revisions,
            "paper_id": paper,
            "title_key": title_key(str(details["title"])),
            "details": "{}",
        } | details
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self.con.execute(f"INSERT INTO open_revisions ({names}) VALUES ({marks})", list(row.values()))
        self._tell(snapshot, paper, self._revisions)
        self.con.execute("DELETE FROM search_documents WHERE paper_id = ?", [paper])
        self.con.execute(
            "INSERT INTO search_documents "
            "SELECT ?, paper_id, 0, title, organization, published_at, first_seen_at, [], 0 FROM papers_told "
            "WHERE paper_id = ?",
            [self._revisions, paper],
        )

    def _tell(self, snapshot: int, paper: str, revision: int) -> None:
        self.con.execute(
            "INSERT INTO open_showings SELECT snapshot_id, list_kind, list_key, captured_at, ?, ? "
            "FROM snapshots WHERE snapshot_id = ?",
            [paper, revision, snapshot],
        )

    def change(self, snapshot: int, list_id: str, at: str, paper: str, change: str, fields: str) -> None:
        where = parse_list_id(list_id)
        self.con.execute(
            "INSERT INTO open_changes (seq, snapshot_id, previous_snapshot_id, list_kind, list_key, captured_at,"
            " paper_id, change, fields) VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?)",
            [snapshot, snapshot, str(where.kind), where.key, _time(at), paper, change, fields],
        )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
