"""Which changes a reader asks for: of which lists, of which kinds, of which paper."""

from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import Depends, Query

from broadsheet.model import ChangeKind, paper_id_of
from broadsheet.warehouse.rows import Record
from broadsheet.web.questions import ask, titled
from broadsheet.web.scope import EVERY_LIST, MOST_TEXT, Scope, asked_scope

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NO_END = 2**63 - 1
"""No change has this number."""


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """``kinds`` empty: of every kind. ``paper_id`` None: of every paper."""

    scope: Scope = EVERY_LIST
    kinds: tuple[ChangeKind, ...] = ()
    paper_id: str | None = None

    def takes(self, change: Record) -> bool:
        """Whether a row of the stream is among them, as `parameters` says it to the warehouse."""
        return (
            self.scope.kind in {None, change["list_kind"]}
            and self.scope.key in {None, change["list_key"]}
            and self.paper_id in {None, change["paper_id"]}
            and (not self.kinds or change["change"] in self.kinds)
        )

    def parameters(self) -> dict[str, Any]:
        """``kind``, ``key``, ``paper`` and ``changes`` as questions take them, None for all."""
        kinds = [str(kind) for kind in self.kinds] or None
        return {**self.scope.parameters(), "paper": self.paper_id, "changes": kinds}

    def query(self, **more: object) -> str:
        """The query part of an address that asks for the same, and for ``more``."""
        asked = {
            "list": str(self.scope),
            "change": [str(kind) for kind in self.kinds],
            "paper": self.paper_id,
            **more,
        }
        return urlencode(
            {name: value for name, value in asked.items() if value is not None and value != ""}, doseq=True
        )


EVERYTHING = Selection()
A_STRETCH = 20_000
"""How many of the newest changes are looked through before all are."""


def changes_behind(
    con: "DuckDBPyConnection", after: int, selection: Selection = EVERYTHING, *, most: int
) -> list[Record]:
    """The first ``most`` changes numbered behind ``after``, oldest first: the columns of the stream, the paper's
    title, and ``left_at``: when a paper that came back had left.
    """
    bounds = {"after": after, "before": NO_END, "snapshot": None, "newest_first": False, "most": most}
    return titled(con, ask(con, "changes", **selection.parameters(), **bounds))


def changes_before(
    con: "DuckDBPyConnection",
    before: int,
    selection: Selection = EVERYTHING,
    *,
    snapshot: int | None = None,
    most: int,
) -> list[Record]:
    """The last ``most`` changes numbered before ``before``, newest first, as `changes_behind`; ``snapshot``: only
    those that it brought.
    """
    asked = {
        **selection.parameters(),
        "before": before,
        "snapshot": snapshot,
        "newest_first": True,
        "most": most,
    }
    # Mostly the last of them stand near the end; those of one snapshot or paper are found wherever they stand.
    anywhere = snapshot is not None or selection.paper_id is not None
    near = 0 if anywhere else max(0, min(before, newest_change(con) + 1) - A_STRETCH)
    found = ask(con, "changes", **asked, after=near)
    if len(found) < most and near > 0:
        found = ask(con, "changes", **asked, after=0)
    return titled(con, found)


def newest_change(con: "DuckDBPyConnection") -> int:
    """The number of the newest change, 0 before the first."""
    return int(ask(con, "newest_change")[0]["seq"])


def asked_selection(
    scope: Annotated[Scope, Depends(asked_scope)],
    change: Annotated[tuple[ChangeKind, ...], Query(description="kinds of changes")] = (),
    paper: Annotated[str, Query(max_length=MOST_TEXT, description="a paper's id")] = "",
) -> Selection:
    """The selection that a request names."""
    return Selection(scope=scope, kinds=tuple(dict.fromkeys(change)), paper_id=paper_id_of(paper) or None)
