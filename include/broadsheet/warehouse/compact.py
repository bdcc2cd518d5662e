"""Giving room back: a file that rows went out of keeps theirs, and every publication would copy it."""

from pathlib import Path

from broadsheet.files import sync_folder
from broadsheet.settings import Settings
from broadsheet.warehouse.queries import query
from broadsheet.warehouse.rows import fetch
from broadsheet.warehouse.segments import in_quotes, make_views
from broadsheet.warehouse.store import migrate, open_to_write


def compact(settings: Settings) -> None:
    """Write the writer's file anew, without the room that deleted rows left. The caller holds the writer's lock and
    has closed its connection. A kill leaves the old file or the new one.

    Raises:
        WarehouseError: the file cannot be read, or the disk is full.
    """
    path = settings.warehouse_path
    draft = path.with_name(path.name + ".compact")
    for leftover in (draft, draft.with_name(draft.name + ".wal")):
        leftover.unlink(missing_ok=True)
    _copy_rows(path, draft)
    draft.replace(path)
    sync_folder(path.parent)


def _copy_rows(path: Path, draft: Path) -> None:
    with open_to_write(draft) as con:
        migrate(con, draft)
        tables = fetch(con, "read/tables")
        con.execute(query("compact/attach").format(file=in_quotes(str(path))))
        for (table,) in tables:
            con.execute(query("compact/copy_table").format(table=table))
        make_views(con)
