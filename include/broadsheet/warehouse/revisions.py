"""What listings say of papers, each distinct text of a paper stored once."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from broadsheet.model import Details, Member, title_key
from broadsheet.warehouse.board import organization_name
from broadsheet.warehouse.queries import query
from broadsheet.warehouse.rows import fetch, insert, to_db

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MANY = 1_000
"""Revisions that go in as columns of Arrow: an eighth of the time that JSON takes, once pyarrow is imported."""

_ENCODER = msgspec.json.Encoder()

_TOLD_BY_COLUMNS = dict.fromkeys(
    (
        "title",
        "abstract",
        "num_authors",
        "published_at",
        "submitted_at",
        "github_url",
        "project_url",
        "ai_summary",
        "ai_summary_model",
        "ai_keywords",
        "thumbnail_url",
        "media_urls",
    )
)
"""What a revision's columns hold in full; the rest goes into its column ``details``."""


class Revision(msgspec.Struct, frozen=True):
    """A distinct text of a paper."""

    revision_id: int
    paper_id: str
    details: Details


def revision_id(details: Details) -> int:
    """A number made from the content: equal texts have equal numbers in every warehouse. Fits a BIGINT."""
    return int.from_bytes(hashlib.sha256(_ENCODER.encode(details)).digest()[:8]) >> 1


def store(con: "DuckDBPyConnection", revisions: Iterable[Revision]) -> set[str]:
    """Insert the revisions that are not stored yet; gives the keys of their titles."""
    asked = {(r.paper_id, r.revision_id): r for r in revisions}
    if not asked:
        return set()
    for known in fetch(con, "read/known_revisions", ids=[number for _, number in asked]):
        asked.pop(known, None)
    columns = _columns(list(asked.values()))
    if len(asked) < MANY:
        rows = zip(*columns.values(), strict=True)
        insert(con, "revisions", [dict(zip(columns, row, strict=True)) for row in rows])
    else:
        _insert_columns(con, columns)
    return {key for key in columns["title_key"] if key is not None}


def _insert_columns(con: "DuckDBPyConnection", columns: dict[str, list[Any]]) -> None:
    import pyarrow as pa

    con.register("arrived", pa.table(columns))
    try:
        con.execute(query("insert/many_revisions"))
    finally:
        con.unregister("arrived")


def _columns(revisions: Sequence[Revision]) -> dict[str, list[Any]]:
    told = [revision.details for revision in revisions]
    return {
        "revision_id": [revision.revision_id for revision in revisions],
        "paper_id": [revision.paper_id for revision in revisions],
        "title_key": [title_key(d.title) if d.title is not None else None for d in told],
        "title": [d.title for d in told],
        "abstract": [d.abstract for d in told],
        "authors": [
            [a.name or a.fullname for a in d.authors] if d.authors is not None else None for d in told
        ],
        "num_authors": [d.num_authors if d.authors is None else len(d.authors) for d in told],
        "published_at": [to_db(d.published_at) if d.published_at else None for d in told],
        "submitted_at": [to_db(d.submitted_at) if d.submitted_at else None for d in told],
        "submitted_by": [_name(d.submitted_by) for d in told],
        "organization": [organization_name(d) for d in told],
        "github_url": [d.github_url for d in told],
        "project_url": [d.project_url for d in told],
        "ai_summary": [d.ai_summary for d in told],
        "ai_summary_model": [d.ai_summary_model for d in told],
        "ai_keywords": [d.ai_keywords for d in told],
        "thumbnail_url": [d.thumbnail_url for d in told],
        "media_urls": [d.media_urls for d in told],
        "details": [_ENCODER.encode(msgspec.structs.replace(d, **_TOLD_BY_COLUMNS)).decode() for d in told],
    }


def _name(member: Member | None) -> str | None:
    return (member.username or member.fullname) if member is not None else None
