"""Polling and backfilling, against the sample hub."""

import json

import pytest

from broadsheet.sample.faults import Challenge, Drop, HalfList, LayoutChange, Status

KEYS = {
    "list", "capture_id", "captured_at", "url", "verdict", "reason", "parser", "entries", "snapshot_id", "changes",
}  # fmt: skip


def polled(broadsheet, *lists, code=0):
    result = broadsheet("poll", *lists, "--json")
    assert result.code == code, result.err
    return json.loads(result.out)


def test_a_poll_is_a_row_with_exactly_these_keys(broadsheet, at):
    at("2026-11-03T09:00Z")
    (row,) = polled(broadsheet, "trending")
    assert set(row) == KEYS
    assert (row["list"], row["verdict"], row["entries"], row["parser"]) == ("trending", "ok", 50, "hydration")
    assert row["captured_at"].startswith("2026-11-03T09:00:00")
    assert row["captured_at"].endswith("Z")
    assert row["snapshot_id"] == row["capture_id"]


def test_a_bare_kind_is_todays_list(broadsheet, at):
    at("2026-11-03T09:00Z")
    rows = polled(broadsheet, "daily", "weekly", "monthly")
    assert [row["list"] for row in rows] == ["daily:2026-11-03", "weekly:2026-W45", "monthly:2026-11"]


def test_the_second_poll_tells_what_changed(broadsheet, at):
    at("2026-11-03T09:00Z")
    polled(broadsheet, "trending")
    at("2026-11-04T09:00Z")
    result = broadsheet("poll", "trending")
    assert result.code == 0
    assert " new, " in result.out


@pytest.mark.parametrize(
    ("fault", "verdict", "code"),
    [
        (Challenge(), "blocked", 75),
        (Drop(), "error", 75),
        (LayoutChange(), "layout_changed", 1),
        (HalfList(), "partial", 0),
    ],
)
def test_the_exit_code_tells_whether_waiting_helps(fault, verdict, code, broadsheet, hub, at):
    at("2026-11-03T09:00Z")
    hub.fail("/papers/trending", fault, times=None)
    rows = polled(broadsheet, "trending", code=code)
    assert rows[-1]["verdict"] == verdict
    assert rows[-1]["reason"]


def test_one_list_that_fails_does_not_keep_the_others_out(broadsheet, hub, at):
    at("2026-11-03T09:00Z")
    hub.fail("/papers/trending", Drop(), times=None)
    rows = polled(broadsheet, "trending", "daily:2026-11-02", code=75)
    assert {row["list"]: row["verdict"] for row in rows} == {"trending": "error", "daily:2026-11-02": "ok"}


def test_what_another_one_loads_meanwhile_is_told_too(broadsheet, at, hub, someone_else_loads):
    at("2026-11-03T09:00Z")
    (row,) = polled(broadsheet, "trending")
    assert (row["verdict"], row["entries"]) == ("ok", 50)
    hub.fail("/papers/trending", Drop(), times=None)
    at("2026-11-03T10:00Z")
    assert polled(broadsheet, "trending", code=75)[-1]["verdict"] == "error"


def test_what_was_left_in_the_archive_is_loaded_but_not_told_as_an_answer(broadsheet, at, home):
    at("2026-11-03T09:00Z")
    polled(broadsheet, "trending")
    (home / "warehouse.duckdb").unlink()
    at("2026-11-03T10:00Z")
    (row,) = polled(broadsheet, "trending")
    assert row["captured_at"].startswith("2026-11-03T10:00")
    assert json.loads(broadsheet("sql", "SELECT count(*) AS n FROM snapshots", "--json").out) == [{"n": 2}]


@pytest.mark.parametrize("name", ["dayly", "daily:2026-02-30", "weekly:47"])
def test_a_list_that_is_none_is_a_usage_error(name, broadsheet, at, hub):
    result = broadsheet("poll", name)
    assert result.code == 2
    assert hub.log == []


def test_a_backfill_that_got_every_list_at_last_is_done(broadsheet, hub, at, monkeypatch):
    monkeypatch.setenv("BROADSHEET_MAX_ATTEMPTS", "2")
    monkeypatch.setenv("BROADSHEET_BACKOFF_SECONDS", "0.001")
    at("2026-11-12T09:00Z")
    hub.fail("/api/daily_papers", Status(503), times=1)
    result = broadsheet("backfill", "daily", "--from", "2026-11-03", "--to", "2026-11-04", "--json")
    assert [row["verdict"] for row in json.loads(result.out)] == ["error", "ok", "ok"]
    assert result.code == 0


def test_a_backfill_fetches_every_day_of_the_range(broadsheet, at):
    at("2026-11-12T09:00Z")
    result = broadsheet("backfill", "daily", "--from", "2026-11-03", "--to", "2026-11-06", "--json")
    assert result.code == 0
    rows = json.loads(result.out)
    assert [row["list"] for row in rows] == [f"daily:2026-11-0{day}" for day in (3, 4, 5, 6)]
    assert all(set(row) == KEYS and row["verdict"] == "ok" for row in rows)


def test_a_backfill_again_asks_only_for_what_is_missing(broadsheet, hub, at):
    at("2026-11-12T09:00Z")
    broadsheet("backfill", "daily", "--from", "2026-11-06", "--to", "2026-11-08")
    asked = len(hub.log)
    at("2026-11-12T09:10Z")
    again = broadsheet("backfill", "daily", "--from", "2026-11-06", "--to", "2026-11-08")
    assert again.code == 0
    assert "3 of 3 lists are known already" in again.err
    assert len(hub.log) == asked
    broadsheet("backfill", "daily", "--from", "2026-11-06", "--to", "2026-11-08", "--again")
    assert len(hub.log) > asked


def test_a_day_that_was_not_over_is_asked_for_again(broadsheet, hub, at):
    at("2026-11-03T09:00Z")
    broadsheet("poll", "daily:2026-11-03")
    at("2026-11-12T09:00Z")
    result = broadsheet("backfill", "daily", "--from", "2026-11-03", "--to", "2026-11-03", "--json")
    assert [row["list"] for row in json.loads(result.out)] == ["daily:2026-11-03"]


def test_weeks_and_months_are_fetched_once_each(broadsheet, at):
    at("2026-11-20T09:00Z")
    result = broadsheet("backfill", "weekly", "--from", "2026-11-03", "--to", "2026-11-12", "--json")
    assert [row["list"] for row in json.loads(result.out)] == ["weekly:2026-W45", "weekly:2026-W46"]


def test_a_hub_that_does_not_answer_ends_a_backfill_with_try_again(broadsheet, hub, at):
    at("2026-11-12T09:00Z")
    hub.fail(None, Drop(), times=None)
    result = broadsheet("backfill", "daily", "--from", "2026-11-03", "--to", "2026-11-04")
    assert result.code == 75
    assert "it goes on from here" in result.err
    hub.heal()
    at("2026-11-12T10:00Z")
    assert broadsheet("backfill", "daily", "--from", "2026-11-03", "--to", "2026-11-04").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["trending", "--from", "2026-11-03", "--to", "2026-11-04"],
        ["daily", "--from", "2026-11-04", "--to", "2026-11-03"],
        ["daily", "--from", "yesterday", "--to", "2026-11-03"],
        ["daily", "--from", "2026-11-03"],
    ],
)
def test_a_range_that_is_none_is_a_usage_error(arguments, broadsheet, at):
    at("2026-11-12T09:00Z")
    assert broadsheet("backfill", *arguments).code == 2
