"""`broadsheet fold`: closed months into files that publications share, and back."""

from typing import Annotated

import msgspec

from broadsheet import settings as configuration
from broadsheet.commands.arguments import AsJson
from broadsheet.commands.declaring import Option
from broadsheet.commands.output import Column, emit, emit_json, table
from broadsheet.commands.progress import progress_bar

COLUMNS = (
    Column("period", "Period"),
    Column("table_name", "Table"),
    Column("rows", "Rows", number=True),
    Column("bytes", "Bytes", number=True),
    Column("file", "File"),
)


def fold(
    unfold: Annotated[
        str | None,
        Option("--unfold", help="Open a folded month, such as 2026-10, or year again.", metavar="MONTH"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fold what lies in closed months: it reads the same, takes less room and is published once, not with each load.

    A month is folded three days after its end, the months of a year are put together three days after the year's.
    What comes late opens what it needs by itself. The words of the search fold, as period `words`, when many are new.
    Airflow folds once a day.

    JSON: {folded [{period, table_name, file, rows, bytes, sha256}], unfolded [the same], deleted, published}.
    """
    from broadsheet.warehouse import fold as folding

    settings = configuration.load_settings()
    if unfold is not None:
        report = folding.unfold(settings, unfold)
    else:
        with progress_bar("Folding") as advance:
            report = folding.fold(settings, configuration.now(settings), advance)
    if as_json:
        emit_json(report)
        return
    moved = report.folded or report.unfolded
    if moved:
        emit(table([msgspec.structs.asdict(segment) for segment in moved], COLUMNS))
    periods = len({segment.period for segment in moved})
    if unfold is not None:
        emit(f"{unfold} is open again\n")
    else:
        emit(f"{periods or 'no'} periods folded, {report.deleted or 'no'} files deleted that nobody reads\n")
