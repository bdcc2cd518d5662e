"""One statement for many rows, at the driver's speed, and rows that may be there already.

SQLAlchemy's own way looks at every value of every row anew, which takes it longer than SQLite takes to write the row,
in a process whose other threads want to send meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Convert = Callable[[Any], Any]


class _Ready(NamedTuple):
    text: str
    parameters: tuple[tuple[str, Convert | None], ...]
    """Names in the order in which the driver wants the values, and what makes a value one of the driver's."""


def execute_many(con: sa.Connection, statement: sa.UpdateBase, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute a statement whose values are all bound parameters, one that the program keeps, once for each row."""
    ready = _ready(statement, con.dialect)
    columns = [_column(rows, name, convert) for name, convert in ready.parameters]
    con.exec_driver_sql(ready.text, list(zip(*columns, strict=True)))


UPSERTS: Mapping[str, Callable[[sa.Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""By dialect: an insert that can say what to do about rows that are there. Both can, in the same words."""


def upsert(con: sa.Connection, table: sa.Table) -> Any:
    """The insert of `UPSERTS` for this connection."""
    return UPSERTS[con.dialect.name](table)


def _column(rows: Sequence[Mapping[str, Any]], name: str, convert: Convert | None) -> list[Any]:
    if convert is None:
        return [row[name] for row in rows]
    last: Any = None
    converted = convert(None)
    column = []
    for row in rows:
        value = row[name]
        if value is not last:  # many rows in a row say the same: a time, most often
            last, converted = value, convert(value)
        column.append(converted)
    return column


@lru_cache
def _ready(statement: sa.UpdateBase, dialect: sa.Dialect) -> _Ready:
    compiled = statement.compile(dialect=dialect)
    names = compiled.positiontup or ()
    return _Ready(
        compiled.string,
        tuple((name, _converter(compiled.binds[name].type, dialect)) for name in names),
    )


def _converter(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Convert | None:
    return type_.dialect_impl(dialect).bind_processor(dialect)
