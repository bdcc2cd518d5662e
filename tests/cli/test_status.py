"""How it stands."""

import json

from broadsheet.sample.faults import Challenge

SOURCE = {
    "list", "last_capture_at", "last_verdict", "last_reason", "last_believed_at", "last_changed_at", "captures",
    "doubted", "silent", "silent_since",
}  # fmt: skip


MAIL = {
    "subscribers", "owed", "next_due_at", "last_run", "open_runs", "deferred", "next_attempt_at", "alarms",
}  # fmt: skip


def status(broadsheet):
    result = broadsheet("status", "--json")
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_json_has_exactly_these_keys(three_days):
    found = status(three_days)
    assert set(found) == {"sources", "totals", "mail"}
    assert all(set(source) == SOURCE for source in found["sources"])
    assert set(found["totals"]) == {"captures", "snapshots", "papers", "observations", "changes"}


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


def test_mail_stands_with_nobody_subscribed(three_days):
    mail = status(three_days)["mail"]
    assert set(mail) == MAIL
    assert (mail["subscribers"], mail["last_run"], mail["next_due_at"], mail["alarms"]) == (
        {},
        None,
        None,
        [],
    )
    assert "nobody is subscribed" in three_days("status").out


def test_the_last_run_and_what_is_due_next_are_told(three_days, at):
    three_days("subscribers", "add", "ada@example.org", "--hour", "10")
    assert status(three_days)["mail"]["owed"] == 1
    assert three_days("send").code == 0
    mail = status(three_days)["mail"]
    assert (mail["subscribers"], mail["owed"], mail["open_runs"]) == ({"active": 1}, 0, [])
    assert (mail["last_run"]["run"], mail["last_run"]["states"]) == ("2026-11-05T10:00Z", {"accepted": 1})
    assert mail["next_due_at"] == "2026-11-06T10:00:00Z"
    out = three_days("status").out
    assert "last run   2026-11-05T10:00Z, done: 1 accepted" in out
    assert "@" not in out + json.dumps(mail)


def test_what_waits_and_what_somebody_should_look_at_is_told(three_days, monkeypatch):
    three_days("subscribers", "add", "ada@example.org", "--hour", "10")
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://127.0.0.1:9")
    assert three_days("send").code == 75
    three_days("pause", "2026-11-05T10:00Z")
    mail = status(three_days)["mail"]
    assert [(run["run"], run["state"]) for run in mail["open_runs"]] == [("2026-11-05T10:00Z", "paused")]
    assert "is paused (by hand)" in mail["alarms"][0]
    out = three_days("status").out
    assert "open       2026-11-05T10:00Z, paused" in out
    assert "LOOK       run 2026-11-05T10:00Z is paused" in out
