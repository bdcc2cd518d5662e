"""Random histories of two lists, a warehouse that loaded them, and what it holds."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from broadsheet.model import Capture, parse_list_id
from broadsheet.warehouse.load import Arrival, load
from broadsheet.warehouse.store import migrate

HUB = "https://huggingface.co/api/daily_papers"
START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)
TABLES = {
    "captures": "* EXCLUDE (archive_file, archive_offset)",
    "snapshots": "*",
    "observations": "*",
    "held_observations": "*",
    "heads": "*",
    "showings": "*",
    "revisions": "* EXCLUDE (details)",
    "changes": "* EXCLUDE (seq)",
    "quality": "*",
    "search_documents": "* EXCLUDE (document)",
    "postings JOIN search_documents USING (document)": "field, term, paper_id, weight, places",
}

papers = st.sampled_from([f"2611.{n:05d}" for n in range(8)])
optional = st.sampled_from([None, "one", "two"])


@st.composite
def items(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A board of up to eight papers; titles are re-wrapped or reworded, texts come late or go missing."""
    return [
        {
            "paper": {
                key: value
                for key, value in {
                    "id": paper,
                    "title": draw(st.sampled_from([f"On {paper}", f"On\n  {paper}", f"On {paper}, again"])),
                    "summary": draw(optional),
                    "ai_summary": draw(optional),
                    "githubRepo": draw(st.sampled_from([None, "https://github.com/made/up"])),
                    "upvotes": draw(st.sampled_from([None, 0, 1, 2, 3])),
                }.items()
                if value is not None
            }
        }
        for paper in draw(st.lists(papers, unique=True, min_size=0, max_size=8))
    ]


@st.composite
def captures(draw: st.DrawFn, apart: timedelta = timedelta(hours=1)) -> list[Capture]:
    """What a hub might answer, one answer every hour: lists, outages, 304s, cut lists; two lists side by side."""
    found = []
    boards = draw(st.lists(items(), min_size=1, max_size=4))
    for turn in range(draw(st.integers(min_value=2, max_value=9))):
        query, asked = draw(
            st.sampled_from(
                [
                    ("date=2026-11-02", "daily:2026-11-02"),
                    ("date=2026-11-02&limit=3", "daily:2026-11-02"),
                    ("week=2026-W45", "weekly:2026-W45"),
                ]
            )
        )
        # The same boards again and again make `unchanged`, come-backs and second witnesses likely.
        board = draw(st.sampled_from(boards) | items())
        if "limit=3" in query:
            board = board[:3]
        status = draw(st.sampled_from([200, 200, 200, 503, 304, 304]))
        found.append(
            Capture(
                captured_at=START + apart * turn,
                url=f"{HUB}?{query}",
                status=status,
                headers=(("Content-Type", "application/json"),),
                body=json.dumps(board).encode() if status == 200 else b"",
                asked=parse_list_id(asked),
            )
        )
    return found


def loaded(batches: list[list[Capture]]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    migrate(con, Path(":memory:"))
    for batch in batches:
        load(con, [Arrival(capture=capture) for capture in batch])
    return con


def contents(
    con: duckdb.DuckDBPyConnection, tables: dict[str, str] = TABLES
) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: con.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
        for table, columns in tables.items()
    }


slow = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
