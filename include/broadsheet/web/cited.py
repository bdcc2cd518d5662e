"""Papers of the publication as references to cite."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from broadsheet.citations.formats import CitationFormat, cite
from broadsheet.citations.reference import Reference, reference_of
from broadsheet.digest.links import code_address
from broadsheet.digest.text import clean
from broadsheet.model import paper_id_of
from broadsheet.warehouse.reading import NotFoundError
from broadsheet.web.questions import ask

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def cited(record: Mapping[str, Any], form: str) -> str:
    """The citation of a record of the view ``papers``: a filter of the templates."""
    return cite([_reference(record)], CitationFormat(form))


def references(con: "DuckDBPyConnection", asked: Iterable[str]) -> list[Reference]:
    """The papers of these ids, versions ignored, each once and in this order.

    Raises:
        NotFoundError: some are unknown; names them.
    """
    ids = list(dict.fromkeys(map(paper_id_of, asked)))
    rows = ask(con, "cited_papers", ids=ids)
    known = {row["asked"] for row in rows}
    if unknown := [one for one in ids if one not in known]:
        raise NotFoundError(f"Not known here: {clean(', '.join(unknown), 200)}.")
    return list({row["paper_id"]: _reference(row) for row in rows}.values())


def _reference(record: Mapping[str, Any]) -> Reference:
    return reference_of(record, code_address(record["github_url"]))
