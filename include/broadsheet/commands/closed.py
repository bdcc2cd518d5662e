"""A connection to the published warehouse for other people's SQL: it can read that file with its segments and nothing
else.

Two walls, each enough alone for what it covers. DuckDB's own settings, locked: read-only, no other files, no network,
no extensions, no Python objects as tables, a memory limit, no spilling to disk. And of all statements only a
single SELECT or EXPLAIN is let through.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from broadsheet.errors import BroadsheetError, UsageError

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "2GB"
CONFIG: Mapping[str, str | bool] = {
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
    "memory_limit": MEMORY_LIMIT,
    "temp_directory": "",
}


@contextmanager
def open_closed(path: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """Open the file at ``path`` for reading alone.

    Raises:
        BroadsheetError: there is no such file, or it is no warehouse that this version can read.
    """
    import duckdb

    if not path.exists():
        raise BroadsheetError(
            f"nothing has been published at {path} yet: run `broadsheet poll trending` or `broadsheet import PATH`"
        )
    try:
        connection = duckdb.connect(path, read_only=True, config=dict(CONFIG))
        connection.execute("SET TimeZone = 'UTC'")
        _allow_segments(connection, path.resolve())
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        raise BroadsheetError(f"{path} cannot be opened: {_first_line(error)}") from error
    try:
        yield connection
    finally:
        connection.close()


def _allow_segments(connection: "duckdb.DuckDBPyConnection", published: Path) -> None:
    from broadsheet.warehouse.segments import FOLDER, in_quotes, look_in

    folder = published.parent / FOLDER
    look_in(connection, folder)
    # The files there, not the folder: nothing can be written into it, either.
    files = ", ".join(f"'{in_quotes(str(file))}'" for file in folder.glob("*.parquet"))
    connection.execute(f"SET allowed_paths = [{files}]")


def check_question(connection: "duckdb.DuckDBPyConnection", query: str) -> None:
    """Raise UsageError unless ``query`` is one SELECT or EXPLAIN that can be parsed."""
    import duckdb

    try:
        statements = connection.extract_statements(query)
    except duckdb.Error as error:
        raise UsageError(str(error)) from None
    allowed = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
    if not statements:
        raise UsageError("the query is empty: write for example 'FROM trending_now LIMIT 5'")
    refused = [statement.type.name for statement in statements if statement.type not in allowed]
    if refused:
        raise UsageError(
            f"{refused[0]} is not let through: only one SELECT (or WITH, FROM, DESCRIBE, SUMMARIZE, EXPLAIN) is; "
            "PIVOT needs its values listed with IN"
        )
    if len(statements) > 1:
        raise UsageError(f"one statement at a time: these are {len(statements)}")


@contextmanager
def asked(
    connection: "duckdb.DuckDBPyConnection", query: str, seconds: float
) -> Iterator["duckdb.DuckDBPyConnection"]:
    """Run a checked ``query``; the block fetches from what it gets. Both together may take ``seconds``.

    Raises:
        UsageError: no such table, column or function, or types that do not fit.
        BroadsheetError: it took too long or too much memory, or failed otherwise.
    """
    import duckdb

    check_question(connection, query)
    clock = threading.Timer(seconds, connection.interrupt)
    clock.daemon = True
    clock.start()
    try:
        yield connection.execute(query)
    except duckdb.InterruptException:
        raise BroadsheetError(
            f"the query took longer than {seconds:g} seconds: allow more with --timeout"
        ) from None
    except duckdb.OutOfMemoryException:
        raise BroadsheetError(
            f"the query needs more than {MEMORY_LIMIT} of memory: narrow it or add a LIMIT"
        ) from None
    except (duckdb.BinderException, duckdb.CatalogException, duckdb.PermissionException) as error:
        raise UsageError(str(error)) from None
    except duckdb.Error as error:
        raise BroadsheetError(str(error)) from error
    finally:
        clock.cancel()


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
