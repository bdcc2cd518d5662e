"""Lists: now, as of any moment, compared with any other, and their snapshots."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from broadsheet.model import parse_list_id
from broadsheet.settings import Settings
from broadsheet.warehouse.reading import changes_between, list_as_of
from broadsheet.warehouse.store import open_published
from sites import DAYS, FIRST_MORNING

MINUTES = DAYS * 24 * 60
TRENDING = parse_list_id("trending")


@pytest.fixture(scope="module")
def warehouse(polled_site_home):
    with open_published(Settings(home=str(polled_site_home))) as con:
        yield con


def spelled(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@given(minutes=st.integers(0, MINUTES))
@hypothesis_settings(max_examples=20, deadline=None)
def test_a_list_as_of_a_moment_is_what_sql_says_of_it(reader, warehouse, minutes):
    moment = FIRST_MORNING + timedelta(minutes=minutes, seconds=1)
    board = reader.get("/api/v1/lists/trending", params={"at": spelled(moment)}).json()
    wanted = list_as_of(warehouse, TRENDING, moment)
    columns = ("rank", "paper_id", "title", "upvotes", "num_comments", "github_stars")
    assert [tuple(entry[name] for name in columns) for entry in board["entries"]] == [
        tuple(row[name] for name in columns) for row in wanted
    ]
    assert board["snapshot_id"] == wanted[0]["snapshot_id"]


@given(days=st.tuples(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1)).map(sorted))
@hypothesis_settings(max_examples=10, deadline=None)
def test_movement_since_a_moment_is_what_comparing_both_boards_gives(reader, warehouse, days):
    since, at = (FIRST_MORNING + timedelta(days=day, hours=1) for day in days)
    asked = {"at": spelled(at), "since": spelled(since)}
    entries = reader.get("/api/v1/lists/trending", params=asked).json()["entries"]
    moved = {entry["paper_id"]: entry["movement"] for entry in entries if entry["movement"]}
    compared = changes_between(warehouse, TRENDING, since, at).changes
    assert moved == {
        change.paper_id: change.previous_rank - change.rank
        for change in compared
        if change.change in {"rose", "fell"}
    }


def test_without_since_movement_is_since_the_snapshot_before(reader):
    newest, before = reader.get("/api/v1/lists/trending/history").json()["snapshots"][:2]
    board = reader.get("/api/v1/lists/trending").json()
    assert board["captured_at"] == newest["captured_at"]
    assert board["compared_with"] == before["captured_at"]
    same = reader.get("/api/v1/lists/trending", params={"since": before["captured_at"]}).json()
    assert same == board


def test_a_first_snapshot_is_compared_with_nothing(reader):
    first = reader.get("/api/v1/lists/trending/history").json()["snapshots"][-1]
    board = reader.get("/api/v1/lists/trending", params={"at": first["captured_at"]}).json()
    assert board["compared_with"] is None
    assert {entry["movement"] for entry in board["entries"]} == {None}


def test_the_newest_of_a_dated_kind_is_the_newest_of_that_moment(reader):
    assert reader.get("/api/v1/lists/daily", params={"at": "2026-11-05"}).json()["list"] == "daily:2026-11-04"
    assert reader.get("/api/v1/lists/daily").json()["list_key"] > "2026-11-05"


def test_a_day_is_its_end_as_on_the_pages(reader):
    whole_day = reader.get("/api/v1/lists/trending", params={"at": "2026-11-05"}).json()
    assert datetime.fromisoformat(whole_day["captured_at"]).date() == datetime(2026, 11, 5, tzinfo=UTC).date()


def test_the_ends_of_the_calendar_are_moments_too(reader):
    last = reader.get("/api/v1/lists/trending", params={"at": "9999-12-31", "since": "0001-01-01"})
    assert last.json()["snapshot_id"] == reader.get("/api/v1/lists/trending").json()["snapshot_id"]
    assert last.json()["compared_with"] is None
    assert reader.get("/api/v1/lists/trending", params={"at": "0001-01-01"}).status_code == 404


def test_every_list_is_told_of_once(reader, warehouse):
    told, address = [], "/api/v1/lists?limit=4"
    while address:
        page = reader.get(address)
        told += [(each["list_kind"], each["list_key"], each["snapshots"]) for each in page.json()["lists"]]
        address = page.links.get("next", {}).get("url")
    known = warehouse.execute("SELECT list_kind, list_key, count(*) FROM snapshots GROUP BY ALL").fetchall()
    assert sorted(told) == sorted(known)
    assert len(told) == len(set(told)) == page.json()["total"]


def test_a_history_goes_on_behind_its_last_snapshot(reader):
    whole = reader.get("/api/v1/lists/trending/history").json()["snapshots"]
    told, address = [], "/api/v1/lists/trending/history?limit=5"
    while address:
        page = reader.get(address)
        told += page.json()["snapshots"]
        address = page.links.get("next", {}).get("url")
    assert told == whole
    assert sum(each["changes"] for each in whole) > 0


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/lists/trending?at=1999-01-01",
        "/api/v1/lists/daily?at=1999-01-01",
        "/api/v1/lists/daily/1999-01-01",
        "/api/v1/lists/daily/2026-02-30",
        "/api/v1/lists/weekly/2026-W77",
        "/api/v1/lists/search",
        "/api/v1/lists/trending/history?until=1999-01-01",
        "/api/v1/lists/daily/1999-01-01/history",
    ],
)
def test_what_is_not_known_is_said_to_be(reader, address):
    refused = reader.get(address)
    assert refused.status_code == 404
    assert refused.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "asked", ["at=tomorrow", "at=2026-11-31", "since=10000-01-01", "at=", "att=2026-11-10"]
)
def test_what_cannot_be_meant_is_refused(reader, asked):
    assert reader.get(f"/api/v1/lists/trending?{asked}").status_code == 422
