"""The stream of changes, read by cursor while it grows."""

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from broadsheet.settings import Settings
from broadsheet.warehouse.store import connect
from broadsheet.web.api import changes
from broadsheet.web.app import create_app
from sites import NOW

ADDRESS = "/api/v1/changes"
STAGES = 5


class Growing:
    """A site whose warehouse is published again and again, longer each time."""

    def __init__(self, whole: Path, home: Path) -> None:
        self._home = home
        self._target = home / "published" / "papers.duckdb"
        self._target.parent.mkdir(parents=True)
        with connect(whole, read_only=True) as con:
            self.rows = con.execute("SELECT seq, list_kind, change FROM changes ORDER BY seq").fetchall()
        ends = [len(self.rows) * stage // STAGES for stage in range(STAGES + 1)]
        self._publications = [self._cut(whole, end) for end in ends]
        self.publish(0)
        self.client = TestClient(create_app(Settings(home=str(home), web_requests_per_minute=0), lambda: NOW))

    def _cut(self, whole: Path, end: int) -> Path:
        """The warehouse as it was when the first ``end`` changes had been numbered."""
        publication = self._home / f"{end}.duckdb"
        shutil.copyfile(whole, publication)
        with duckdb.connect(str(publication)) as con:
            con.execute("DELETE FROM open_changes WHERE seq > ?", [end])
            con.execute("UPDATE warehouse_info SET next_seq = ?", [end + 1])
        return publication

    def publish(self, stage: int) -> None:
        draft = self._home / "draft"
        shutil.copyfile(self._publications[stage], draft)
        draft.replace(self._target)


@pytest.fixture(scope="module")
def growing(polled_site_home, tmp_path_factory):
    return Growing(polled_site_home / "published" / "papers.duckdb", tmp_path_factory.mktemp("growing"))


@given(
    growth=st.lists(st.integers(0, 2), min_size=1, max_size=12),
    limit=st.sampled_from([60, 100, 500]),
    kind=st.sampled_from([None, "trending", "daily"]),
    change=st.sets(st.sampled_from(["rose", "fell", "entered", "left"])),
)
@hypothesis_settings(max_examples=12, deadline=None)
def test_a_cursor_misses_nothing_and_repeats_nothing_while_the_stream_grows(
    growing, growth, limit, kind, change
):
    stage = cursor = 0
    growing.publish(0)
    seen: list[int] = []

    def read() -> bool:
        nonlocal cursor
        asked = {"after": cursor, "limit": limit, "change": sorted(change)} | ({"list": kind} if kind else {})
        page = growing.client.get(ADDRESS, params=asked).json()
        seen.extend(row["seq"] for row in page["changes"])
        cursor = page["next"]
        return page["more"]

    for steps in growth:
        stage = min(STAGES, stage + steps)
        growing.publish(stage)
        read()
    growing.publish(STAGES)
    while read():
        pass
    wanted = [
        seq
        for seq, list_kind, its_change in growing.rows
        if kind in {None, list_kind} and (not change or its_change in change)
    ]
    assert seen == wanted


def test_lines_hold_the_same_as_pages(reader):
    rows, address = [], ADDRESS
    while address:
        page = reader.get(address)
        rows += page.json()["changes"]
        address = page.links.get("next", {}).get("url")
    lines = reader.get(ADDRESS, headers={"Accept": "application/x-ndjson"})
    assert lines.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in lines.text.splitlines()] == rows
    assert len(rows) > 500


def test_lines_are_of_one_publication_however_many_questions_they_take(growing, monkeypatch):
    growing.publish(2)
    wanted = growing.client.get(ADDRESS, params={"format": "ndjson"}).text
    ask = changes.changes_behind
    monkeypatch.setattr(changes, "ROWS_AT_ONCE", 50)

    def ask_while_it_grows(*args, **kwargs):
        growing.publish(STAGES)
        return ask(*args, **kwargs)

    monkeypatch.setattr(changes, "changes_behind", ask_while_it_grows)
    assert growing.client.get(ADDRESS, params={"format": "ndjson"}).text == wanted
    assert wanted.count("\n") == len(growing.rows) * 2 // STAGES


def test_lines_stop_at_the_limit(reader):
    lines = reader.get(ADDRESS, params={"format": "ndjson", "limit": 3, "after": 5}).text.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == [6, 7, 8]


def test_streams_of_lines_are_bounded_as_those_of_events_are(reader):
    seats = reader.app.state.site.wire.seats
    lines = {"format": "ndjson", "limit": 1}
    for _ in range(seats.most_of_one - 1):
        seats.take("testclient")
    try:
        assert reader.get(ADDRESS, params=lines).status_code == 200
        assert reader.get(ADDRESS, params=lines).status_code == 200
        seats.take("testclient")
        refused = reader.get(ADDRESS, params=lines)
    finally:
        for _ in range(seats.taken):
            seats.leave("testclient")
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"


def test_the_page_behind_the_last_change_is_empty_and_keeps_the_cursor(reader):
    newest = reader.get(ADDRESS, params={"change": "revised"}).json()["next"]
    page = reader.get(ADDRESS, params={"after": newest})
    assert page.json() == {"changes": [], "next": newest, "more": False}
    assert "link" not in page.headers


def test_a_cursor_from_another_warehouse_is_not_answered_with_silence(reader):
    for form in ("json", "ndjson"):
        refused = reader.get(ADDRESS, params={"after": 10**9, "format": form})
        assert refused.status_code == 409
        assert "begin with after=0" in refused.json()["detail"]


def test_a_change_brings_the_papers_title(reader):
    change = reader.get(ADDRESS, params={"limit": 1}).json()["changes"][0]
    paper = reader.get(f"/api/v1/papers/{change['paper_id']}").json()
    assert change["title"] == paper["title"]
