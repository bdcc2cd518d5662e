"""The questions that pages, feeds and the API ask of the publication: a file each in sql/."""

from typing import TYPE_CHECKING

from broadsheet.warehouse.queries import statement
from broadsheet.warehouse.rows import Record, answer

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def ask(con: "DuckDBPyConnection", name: str, **parameters: object) -> list[Record]:
    """All rows of ``sql/<name>.sql``, column name to value. Times go in and come out aware, in UTC; a list is
    handed over as JSON: ``$ids::JSON::VARCHAR[]``.
    """
    return answer(con, statement("broadsheet.web", name), **parameters)
