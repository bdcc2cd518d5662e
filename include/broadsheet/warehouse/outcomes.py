"""What became of captures, whoever loaded them: of two loaders at once, one loads what both have archived."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from broadsheet.model import ListId, ListKind, Verdict
from broadsheet.warehouse.load import Outcome
from broadsheet.warehouse.rows import fetch, from_db

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def read_outcomes(con: "DuckDBPyConnection", capture_ids: Sequence[int]) -> list[Outcome]:
    """How these captures stand now, in the order given.

    Left out are follow-up pages, which share the fate of their first page, and what is not loaded.
    """
    ids = list(dict.fromkeys(capture_ids))
    changes: dict[int, dict[str, int]] = defaultdict(dict)
    for snapshot_id, change, count in fetch(con, "read/outcome_changes", ids=ids):
        changes[snapshot_id][change] = count
    found = {}
    for row in fetch(con, "read/outcomes", ids=ids):
        (number, captured_at, url, kind, key, verdict, reason, parser, entries, snapshot_id) = row
        found[number] = Outcome(
            capture_id=number,
            captured_at=from_db(captured_at),
            url=url,
            list_id=ListId(ListKind(kind), key) if kind is not None else None,
            verdict=Verdict(verdict),
            reason=reason,
            parser=parser,
            entries=entries,
            snapshot_id=snapshot_id,
            changes=changes[number],
        )
    return [found[number] for number in ids if number in found]
