"""`broadsheet sql`: questions to the published warehouse, answered in five formats."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from broadsheet.commands.closed import asked, open_closed
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.formats import Format, text_of, write_parquet
from broadsheet.commands.output import emit, written_whole
from broadsheet.errors import UsageError
from broadsheet.settings import load_settings


def sql(
    query: Annotated[str, Argument(help="One SELECT; - reads it from standard input.", metavar="SQL")],
    form: Annotated[Format, Option("--format", help="How to write the answer.")] = Format.TABLE,
    as_json: Annotated[bool, Option("--json", help="The same as --format json.")] = False,
    output: Annotated[
        Path | None, Option("-o", "--output", help="A file to write, whole or not at all.")
    ] = None,
    timeout: Annotated[float, Option(min=0.001, help="The most seconds it may take.")] = 60.0,
) -> None:
    """Ask the published warehouse in SQL. Nothing can be written, and no other file or host be reached.

    Tables and views: trending_now, newcomers, movers, comebacks, rank_history, longest_runs, daily_leaderboard,
    paper_timeline, source_health, papers, changes, snapshots, observations, captures. Papers by their words:
    FROM search_papers('"world model" -medical'). All TIMESTAMPs are UTC.

    JSON is an array of objects, one a row, keyed by column.
    """
    form = Format.JSON if as_json else form
    if form is Format.PARQUET and output is None:
        raise UsageError("Parquet is not for terminals: name a file with -o")
    question = sys.stdin.read() if query == "-" else query
    with (
        open_closed(load_settings().published_path) as connection,
        asked(connection, question, timeout) as answer,
    ):
        if form is Format.PARQUET and output is not None:
            with written_whole(output) as file:
                write_parquet(answer, file)
            return
        with _sink(output) as write:
            for text in text_of(answer, form):
                write(text)


@contextmanager
def _sink(output: Path | None) -> Iterator[Callable[[str], object]]:
    """Where text goes: standard output, or a file that appears when all of it is there."""
    if output is None:
        yield emit
        return
    with written_whole(output) as file:
        yield lambda text: file.write(text.encode())
