"""What feeds say of papers: their texts as known now, and when the newest of these came."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.digest.edition import Paper
from broadsheet.digest.window import WindowReader
from broadsheet.web.questions import ask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NOW = datetime.max.replace(tzinfo=UTC)


class Told(msgspec.Struct, frozen=True):
    """A paper, and when the newest of its texts was first told."""

    paper: Paper
    told_at: datetime


class Papers:
    """Reads papers of one publication, each once."""

    def __init__(self, con: "DuckDBPyConnection") -> None:
        self._con = con
        self._reader = WindowReader(con, _NOW)

    def known(self, paper_ids: Iterable[str]) -> dict[str, Paper]:
        """The papers of these ids."""
        return self._reader.papers(dict.fromkeys(paper_ids), _NOW)

    def told(self, paper_ids: Iterable[str]) -> dict[str, Told]:
        """The same with their times."""
        papers = self.known(paper_ids)
        rows = ask(self._con, "feeds/texts_told", papers=list(papers))
        return {row["paper_id"]: Told(papers[row["paper_id"]], row["told_at"]) for row in rows}
