"""`broadsheet export`: the published warehouse as plain files."""

import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

from broadsheet.commands.closed import asked, open_closed
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.formats import as_csv, as_json_lines, write_parquet
from broadsheet.commands.output import say, written_whole
from broadsheet.commands.progress import progress_bar
from broadsheet.errors import BroadsheetError, UsageError
from broadsheet.files import sync_folder
from broadsheet.settings import load_settings

if TYPE_CHECKING:
    import duckdb

    from broadsheet.citations.reference import Reference

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
BATCH_ROWS = 10_000


class ExportFormat(StrEnum):
    """What the files are: the first three are a file a table, the others one file of the papers."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"
    BIBTEX = "bibtex"
    RIS = "ris"
    CSL_JSON = "csl-json"
    MARKDOWN = "markdown"


_OF_TABLES = frozenset({ExportFormat.PARQUET, ExportFormat.CSV, ExportFormat.JSONL})


def export(
    folder: Annotated[Path, Argument(help="The folder to make.", metavar="DIR")],
    form: Annotated[ExportFormat, Option("--format", help="What to write.")] = ExportFormat.PARQUET,
    force: Annotated[
        bool, Option("--force", help="Replace files of the same names in a folder that exists.")
    ] = False,
) -> None:
    """Write the published warehouse into a folder: a file a table, or one file that cites all papers.

    A new folder appears whole or not at all. Tables: captures, snapshots, observations, papers, revisions, changes,
    quality, digest_log and delivery_log. BibTeX, RIS, CSL-JSON and Markdown cite the papers.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder")
    if folder.exists() and any(folder.iterdir()) and not force:
        raise UsageError(f"{folder} is not empty: name a new folder, or add --force to replace files in it")
    with open_closed(load_settings().published_path) as connection, _filled_whole(folder) as draft:
        if form in _OF_TABLES:
            _export_tables(connection, draft, form)
            done = f"{len(TABLES)} files in {folder}"
        else:
            papers, name = _export_papers(connection, draft, form)
            done = f"{papers:,} papers in {folder / name}"
    say(done)


@contextmanager
def _filled_whole(folder: Path) -> Iterator[Path]:
    """A draft folder whose files come into ``folder`` when the block ends well; otherwise nothing is left behind."""
    place = folder.resolve()
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    try:
        draft.mkdir(parents=True)
        yield draft
        place.mkdir(exist_ok=True)
        if any(place.iterdir()):
            for file in draft.iterdir():
                file.replace(place / file.name)
        else:
            draft.rename(place)
        sync_folder(place.parent)
    except OSError as error:
        raise BroadsheetError(f"{folder} cannot be made: {error.strerror}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _export_tables(connection: "duckdb.DuckDBPyConnection", folder: Path, form: ExportFormat) -> None:
    with progress_bar("Exporting") as advance:
        for done, name in enumerate(TABLES):
            advance(done, len(TABLES))
            _export_table(connection, name, folder / f"{name}.{form}", form)


def _export_table(connection: "duckdb.DuckDBPyConnection", name: str, path: Path, form: ExportFormat) -> None:
    with asked(connection, f"FROM {name}", ANY_LENGTH_SECONDS) as answer, written_whole(path) as file:
        if form is ExportFormat.PARQUET:
            write_parquet(answer, file)
        else:
            lines = as_csv(answer) if form is ExportFormat.CSV else as_json_lines(answer)
            _write(file, lines)


def _export_papers(
    connection: "duckdb.DuckDBPyConnection", folder: Path, form: ExportFormat
) -> tuple[int, str]:
    """How many papers there are, and the name of the file that cites them."""
    from broadsheet.citations.formats import CitationFormat, pieces, suffix
    from broadsheet.warehouse.queries import query

    citation_format = CitationFormat(form)
    name = f"papers.{suffix(citation_format)}"
    with (
        asked(connection, query("read/bibliography"), ANY_LENGTH_SECONDS) as answer,
        written_whole(folder / name) as file,
    ):
        count = 0

        def counted() -> Iterator["Reference"]:
            nonlocal count
            for reference in _references(answer):
                count += 1
                yield reference

        _write(file, pieces(counted(), citation_format, "Papers"))
    return count, name


def _references(answer: "duckdb.DuckDBPyConnection") -> Iterator["Reference"]:
    from broadsheet.citations.reference import reference_of
    from broadsheet.digest.links import code_address

    columns = [column[0] for column in answer.description or ()]
    while rows := answer.fetchmany(BATCH_ROWS):
        for row in rows:
            record = dict(zip(columns, row, strict=True))
            yield reference_of(record, code_address(record["github_url"]))


def _write(file: IO[bytes], texts: Iterable[str]) -> None:
    for text in texts:
        file.write(text.encode())
