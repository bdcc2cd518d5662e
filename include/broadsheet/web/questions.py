"""The questions that pages, feeds and the API ask of the publication: a file each in sql/."""

from datetime import datetime
from typing import TYPE_CHECKING

from broadsheet.model import ListKind
from broadsheet.warehouse.queries import statement
from broadsheet.warehouse.rows import Record, answer

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def ask(con: "DuckDBPyConnection", name: str, **parameters: object) -> list[Record]:
    """All rows of ``sql/<name>.sql``, column name to value. Times go in and come out aware, in UTC; a list is
    handed over as JSON: ``$ids::JSON::VARCHAR[]``.
    """
    return answer(con, statement("broadsheet.web", name), **parameters)


def newest_snapshot_at(
    con: "DuckDBPyConnection", kind: ListKind | None = None, key: str | None = None
) -> datetime | None:
    """When the newest snapshot of any list was taken, or of the lists of a kind, or of one list; None if there is
    none."""
    at: datetime | None = ask(con, "newest_snapshot", kind=kind, key=key)[0]["captured_at"]
    return at


def titled(con: "DuckDBPyConnection", rows: list[Record]) -> list[Record]:
    """The rows, each with the ``title`` of its ``paper_id``; None where no title was ever told."""
    papers = sorted({row["paper_id"] for row in rows})
    titles = {row["paper_id"]: row["title"] for row in ask(con, "titles", papers=papers)}
    return [row | {"title": titles.get(row["paper_id"])} for row in rows]
