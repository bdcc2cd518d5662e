"""`broadsheet export`: the published warehouse as plain files."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from broadsheet.commands.bibtex import entry
from broadsheet.commands.closed import asked, open_closed
from broadsheet.commands.formats import as_csv, as_json_lines, write_parquet
from broadsheet.commands.output import say, written_whole
from broadsheet.commands.progress import progress_bar
from broadsheet.errors import BroadsheetError, UsageError
from broadsheet.settings import load_settings

if TYPE_CHECKING:
    import duckdb

TABLES = (
    "captures",
    "snapshots",
    "observations",
    "papers",
    "revisions",
    "changes",
    "quality",
    "digest_log",
    "delivery_log",
)
ANY_LENGTH_SECONDS = 24 * 3600.0
BIBLIOGRAPHY = "papers.bib"


class ExportFormat(StrEnum):
    """What the files are. ``bibtex`` writes the papers alone, the others a file a table."""

    PARQUET = "parquet"
    CSV = "csv"
    BIBTEX = "bibtex"
    JSONL = "jsonl"


def export(
    folder: Annotated[Path, typer.Argument(help="The folder to make.", metavar="DIR")],
    form: Annotated[ExportFormat, typer.Option("--format", help="What to write.")] = ExportFormat.PARQUET,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files of the same names in a folder that exists.")
    ] = False,
) -> None:
    """Write the published warehouse into a folder: a file a table, or one BibTeX file of the papers.

    Each file appears whole or not at all. Tables: captures, snapshots, observations, papers, revisions, changes,
    quality, digest_log and delivery_log.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder")
    if folder.exists() and any(folder.iterdir()) and not force:
        raise UsageError(f"{folder} is not empty: name a new folder, or add --force to replace files in it")
    with open_closed(load_settings().published_path) as connection:
        _make(folder)
        if form is ExportFormat.BIBTEX:
            _export_papers(connection, folder / BIBLIOGRAPHY)
            return
        with progress_bar("Exporting") as advance:
            for done, name in enumerate(TABLES):
                advance(done, len(TABLES))
                _export_table(connection, name, folder / f"{name}.{form}", form)
    say(f"{len(TABLES)} files in {folder}")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BroadsheetError(f"{folder} cannot be made: {error.strerror}") from None


def _export_table(connection: "duckdb.DuckDBPyConnection", name: str, path: Path, form: ExportFormat) -> None:
    with asked(connection, f"FROM {name}", ANY_LENGTH_SECONDS) as answer, written_whole(path) as file:
        if form is ExportFormat.PARQUET:
            write_parquet(answer, file)
        else:
            lines = as_csv(answer) if form is ExportFormat.CSV else as_json_lines(answer)
            _write(file, lines)


def _export_papers(connection: "duckdb.DuckDBPyConnection", path: Path) -> None:
    from broadsheet.warehouse.queries import query

    bibliography = query("read/bibliography")
    with asked(connection, bibliography, ANY_LENGTH_SECONDS) as answer, written_whole(path) as file:
        papers = answer.fetchall()
        _write(file, (entry(*paper) + "\n" for paper in papers))
    say(f"{len(papers):,} papers in {path}")


def _write(file: IO[bytes], lines: Iterator[str]) -> None:
    for line in lines:
        file.write(line.encode())
