"""The formats that rows leave DuckDB in. Text formats are written piece by piece, so that size does not matter."""

import io
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any

from broadsheet.commands.output import Column, plain, shown, table, to_json

if TYPE_CHECKING:
    import duckdb

BATCH_ROWS = 10_000
NUMBERS = frozenset({
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
    "UHUGEINT", "FLOAT", "DOUBLE",
})  # fmt: skip


class Format(StrEnum):
    """How an answer is written. CSV and Markdown print lists as JSON; Markdown and tables are for reading."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"
    PARQUET = "parquet"


def text_of(answer: "duckdb.DuckDBPyConnection", form: Format) -> Iterator[str]:
    """The rows that ``answer`` still holds, in any format but Parquet, in pieces."""
    writers = {
        Format.TABLE: _as_table,
        Format.CSV: as_csv,
        Format.JSON: _as_json,
        Format.MARKDOWN: _as_markdown,
    }
    return writers[form](answer)


def write_parquet(answer: "duckdb.DuckDBPyConnection", file: IO[bytes]) -> None:
    """The rows as a Parquet file, written by this process: DuckDB itself needs no leave to write."""
    import pyarrow.parquet

    reader = answer.to_arrow_reader(BATCH_ROWS)
    with pyarrow.parquet.ParquetWriter(file, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def as_csv(answer: "duckdb.DuckDBPyConnection") -> Iterator[str]:
    """The rows as comma-separated values with a heading; a missing value is empty, a list is JSON."""
    yield _csv_line(_columns(answer))
    for row in _rows(answer):
        yield _csv_line([_csv_value(value) for value in row])


def as_json_lines(answer: "duckdb.DuckDBPyConnection") -> Iterator[str]:
    """The rows as JSON objects, one a line."""
    columns = _columns(answer)
    for row in _rows(answer):
        yield to_json(dict(zip(columns, row, strict=True))) + "\n"


def _as_json(answer: "duckdb.DuckDBPyConnection") -> Iterator[str]:
    opening = "["
    for line in as_json_lines(answer):
        yield opening + line.rstrip("\n")
        opening = ",\n"
    yield "[]\n" if opening == "[" else "]\n"


def _as_table(answer: "duckdb.DuckDBPyConnection") -> Iterator[str]:
    columns = [
        Column(str(place), name, number=kind in NUMBERS or kind.startswith("DECIMAL"))
        for place, (name, kind) in enumerate(zip(_columns(answer), _types(answer), strict=True))
    ]
    rows = [{str(place): value for place, value in enumerate(row)} for row in _rows(answer)]
    if columns[0].heading == "explain_key":
        yield "".join(f"{row['1']}\n" for row in rows)
        return
    yield table(rows, columns)
    yield f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}\n"


def _as_markdown(answer: "duckdb.DuckDBPyConnection") -> Iterator[str]:
    columns = _columns(answer)
    yield _markdown_line(columns)
    yield "|" + " --- |" * len(columns) + "\n"
    for row in _rows(answer):
        yield _markdown_line([shown(value) for value in row])


def _columns(answer: "duckdb.DuckDBPyConnection") -> list[str]:
    return [column[0] for column in answer.description or ()]


def _types(answer: "duckdb.DuckDBPyConnection") -> list[str]:
    return [str(column[1]) for column in answer.description or ()]


def _rows(answer: "duckdb.DuckDBPyConnection") -> Iterator[Sequence[Any]]:
    if any("TIME ZONE" in kind for kind in _types(answer)):
        # DuckDB hands out times with a zone only through pytz; Arrow needs no such thing.
        for batch in answer.to_arrow_reader(BATCH_ROWS):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
        return
    while rows := answer.fetchmany(BATCH_ROWS):
        yield from rows


def _csv_value(value: object) -> object:
    import json

    simple = plain(value)
    return json.dumps(simple, ensure_ascii=False) if isinstance(simple, list | dict) else simple


def _csv_line(values: Sequence[object]) -> str:
    import csv

    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()


def _markdown_line(cells: Sequence[str]) -> str:
    escaped = (cell.replace("\\", "\\\\").replace("|", "\\|") for cell in cells)
    return "| " + " | ".join(escaped) + " |\n"
