"""How it stands, and why it is so."""

import json

from broadsheet.sample.faults import Challenge

SOURCE = {
    "list", "last_capture_at", "last_verdict", "last_reason", "last_believed_at", "last_changed_at", "captures",
    "doubted", "silent", "silent_since",
}  # fmt: skip


def status(broadsheet):
    result = broadsheet("status", "--json")
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_json_has_exactly_these_keys(three_days):
    found = status(three_days)
    assert set(found) == {"sources", "totals", "digest"}
    assert all(set(source) == SOURCE for source in found["sources"])
    assert set(found["totals"]) == {"captures", "snapshots", "papers", "observations", "changes"}
    assert found["digest"] is None


def test_a_source_that_gives_nothing_to_believe_is_silent(three_days, hub, at):
    hub.fail("/papers/trending", Challenge(), times=None)
    at("2026-11-05T23:00Z")
    three_days("poll", "trending")
    (source,) = status(three_days)["sources"]
    assert (source["last_verdict"], source["silent"]) == ("blocked", True)
    assert source["silent_since"].startswith("2026-11-05T09:00")
    assert "2026-11-05 09:00" in three_days("status").out


def test_a_watched_list_that_was_never_asked_is_there_too(three_days, monkeypatch):
    monkeypatch.setenv("BROADSHEET_LISTS", "trending,search:agents")
    sources = {source["list"]: source for source in status(three_days)["sources"]}
    assert sources["search:agents"]["silent"]
    assert sources["search:agents"]["captures"] is None
    assert "ever" in three_days("status").out


def test_the_last_digest_is_told(three_days, monkeypatch):
    monkeypatch.setenv("BROADSHEET_DIGEST_TO", "reader@x.example")
    assert three_days("send").code == 0
    digest = status(three_days)["digest"]
    assert (digest["run"], digest["state"]) == ("2026-11-05", "sent")
    assert digest["boards"][0][0] == "trending"
    assert "reader@" not in three_days("status").out + json.dumps(digest)


def test_a_capture_is_explained_along_its_whole_way(three_days):
    newest = json.loads(three_days("list", "trending", "--json").out)[0]["snapshot_id"]
    result = three_days("explain", newest)
    assert result.code == 0
    for word in ("asked", "answer", "archived", "parsed", "verdict", "became", "brought"):
        assert f"\n  {word} " in result.out
    assert " new" in result.out
    found = json.loads(three_days("explain", newest, "--json").out)
    assert found["capture_id"] == newest
    assert found["previous_snapshot"]["captured_at"].startswith("2026-11-04")
    assert found["changes"]["entered"] > 0


def test_a_capture_that_was_not_believed_says_why(three_days, hub, at):
    hub.fail("/papers/trending", Challenge(), times=None)
    at("2026-11-05T12:00Z")
    capture = json.loads(three_days("poll", "trending", "--json").out)[0]["capture_id"]
    out = three_days("explain", capture).out
    assert "blocked: " in out
    assert "no snapshot" in out


def test_a_digest_is_explained_by_its_day_and_by_its_key(three_days, monkeypatch):
    monkeypatch.setenv("BROADSHEET_DIGEST_TO", "reader@x.example")
    key = json.loads(three_days("send", "--json").out)["edition_key"]
    by_day, by_key = three_days("explain", "2026-11-05"), three_days("explain", key)
    assert by_day.out == by_key.out
    assert "trending: snapshot " in by_day.out
    assert "reader@" not in by_day.out


def test_what_there_is_not_cannot_be_explained(three_days):
    for what in ("12345", "2026-11-01", "nonsense"):
        result = three_days("explain", what)
        assert result.code == 2
        assert "broadsheet status" in result.err
