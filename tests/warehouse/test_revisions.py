"""What is stored of texts, however many come at once, is what a listing said."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.model import Author, Details, Member, Organization, title_key
from broadsheet.warehouse import revisions
from broadsheet.warehouse.revisions import Revision, revision_id, store
from broadsheet.warehouse.store import migrate

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOSTILE = (
    "",
    "'",
    '"',
    "\\",
    "\x00",
    "a\x00b",
    "\x1f\x7f",
    "\u2028",
    "😀",
    "NULL",
    "null",
    "[]",
    "{}",
    "é",
    "e\u0301",
)
texts = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
zones = st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))])
moments = st.builds(
    lambda microseconds, zone: (EPOCH + timedelta(microseconds=microseconds)).astimezone(zone),
    st.integers(0, 4 * 10**15),
    zones,
)


def optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def several(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return optional(st.lists(strategy, max_size=3).map(tuple))


FIELDS = {
    **dict.fromkeys(Details.__struct_fields__, optional(texts)),
    "authors": several(
        st.builds(Author, name=optional(texts), fullname=optional(texts), status_changed_at=optional(moments))
    ),
    "num_authors": optional(st.integers(0, 10_000)),
    "published_at": optional(moments),
    "submitted_at": optional(moments),
    "submitted_by": optional(st.builds(Member, username=optional(texts), fullname=optional(texts))),
    "organization": optional(st.builds(Organization, name=optional(texts), fullname=optional(texts))),
    "submitter_organization": optional(st.builds(Organization, name=optional(texts))),
    "ai_keywords": several(texts),
    "media_urls": several(texts),
    "author_participates": optional(st.booleans()),
}
details = st.fixed_dictionaries({}, optional=FIELDS).map(lambda fields: Details(**fields))


@contextmanager
def as_many(number: int) -> Iterator[None]:
    """From so many revisions on they go in as columns."""
    with patch.object(revisions, "MANY", number):
        yield


IN_FULL = (
    *("title", "abstract", "github_url", "project_url", "ai_summary", "ai_summary_model", "ai_keywords"),
    *("thumbnail_url", "media_urls"),
)
IN_COLUMNS_ONLY = {*IN_FULL, "num_authors", "published_at", "submitted_at"}


def row_of(revision: Revision) -> dict[str, Any]:
    """What has to be stored, by a plain reading of the details."""
    told = revision.details
    said = json.loads(msgspec.json.encode(told))
    authors, by = said.get("authors"), said.get("submitted_by", {})
    organization = said.get("organization", said.get("submitter_organization", {}))
    return {
        "revision_id": revision.revision_id,
        "paper_id": revision.paper_id,
        "title_key": None if told.title is None else title_key(told.title),
        **{name: said.get(name) for name in IN_FULL},
        "authors": None if authors is None else [a.get("name") or a.get("fullname") for a in authors],
        "num_authors": said.get("num_authors") if authors is None else len(authors),
        "published_at": naive(told.published_at),
        "submitted_at": naive(told.submitted_at),
        "submitted_by": by.get("username") or by.get("fullname"),
        "organization": organization.get("fullname") or organization.get("name"),
        "details": {name: value for name, value in said.items() if name not in IN_COLUMNS_ONLY},
    }


def naive(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def stored(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    found = con.execute("FROM revisions")
    names = [column[0] for column in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [row | {"details": json.loads(row["details"])} for row in rows]


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        migrate(con, Path(":memory:"))
        yield con


@pytest.mark.parametrize("many", [1, revisions.MANY])
@settings(deadline=None)
@given(told=st.lists(details, min_size=1, max_size=4))
def test_what_is_stored_is_what_was_said(
    warehouse: duckdb.DuckDBPyConnection, many: int, told: list[Details]
) -> None:
    given = [Revision(revision_id(one), f"2611.{n:05}", one) for n, one in enumerate(told)]
    with as_many(many):
        keys = store(warehouse, given)
    try:
        assert stored(warehouse) == [row_of(revision) for revision in given]
        assert keys == {title_key(one.title) for one in told if one.title is not None}
    finally:
        warehouse.execute("DELETE FROM open_revisions")


@pytest.mark.parametrize("many", [1, revisions.MANY])
def test_only_what_is_not_stored_is_stored(con: duckdb.DuckDBPyConnection, many: int) -> None:
    one, other = Details(title="One"), Details(title="Another")
    with as_many(many):
        assert store(con, [revision("1", one)]) == {title_key("One")}
        assert store(con, [revision("1", one), revision("2", one), revision("1", other)]) == {
            title_key("One"),
            title_key("Another"),
        }
        assert store(con, [revision("2", one), revision("1", other)]) == set()
    assert con.execute("SELECT paper_id, title FROM revisions").fetchall() == [
        ("1", "One"),
        ("2", "One"),
        ("1", "Another"),
    ]


def test_what_was_undone_leaves_nothing_behind(con: duckdb.DuckDBPyConnection) -> None:
    many = [revision(str(n), Details(title=f"On {n}")) for n in range(revisions.MANY)]
    con.execute("BEGIN")
    store(con, many)
    con.execute("ROLLBACK")
    assert con.execute("FROM revisions").fetchall() == []
    store(con, many)
    assert con.execute("SELECT count(*) FROM revisions").fetchall() == [(revisions.MANY,)]


def test_a_text_has_the_same_number_in_every_release() -> None:
    """Else every text would be stored once more."""
    told = Details(
        title="Quiet Networks", authors=(Author(name="Ada"),), published_at=datetime(2026, 11, 2, tzinfo=UTC)
    )
    assert revision_id(told) == 3046849807955113651


def revision(paper: str, told: Details) -> Revision:
    return Revision(revision_id(told), paper, told)
