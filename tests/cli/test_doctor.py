"""Settings with their origin, and what is wrong with the set-up."""

import json
from pathlib import Path

import pytest


def report(broadsheet, code=0):
    result = broadsheet("doctor", "--json")
    assert result.code == code
    return json.loads(result.out)


def test_json_has_exactly_these_keys(broadsheet):
    found = report(broadsheet)
    assert set(found) == {"settings", "versions", "checks"}
    assert all(set(setting) == {"name", "value", "origin"} for setting in found["settings"])
    assert all(set(check) == {"what", "state", "detail"} for check in found["checks"])
    assert found["versions"]["duckdb"] == "1.5.5"


def test_every_setting_tells_its_origin(broadsheet, monkeypatch):
    Path("broadsheet.toml").write_text("poll_seconds = 60\ncontact = 'me@x.example'\n")
    monkeypatch.setenv("BROADSHEET_POLL_SECONDS", "30")
    settings = {s["name"]: (s["value"], s["origin"]) for s in report(broadsheet)["settings"]}
    assert settings["poll_seconds"] == ("30.0", "BROADSHEET_POLL_SECONDS")
    assert settings["contact"] == ("me@x.example", "broadsheet.toml")
    assert settings["digest_hour"] == ("7", "default")


def test_secrets_are_masked(broadsheet, monkeypatch):
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://user:hunter2@mail.example:587")
    monkeypatch.setenv("BROADSHEET_HUB_TOKEN", "hunter2")
    monkeypatch.setenv("BROADSHEET_ARCHIVE_URL", "s3://key:hunter2@store.example/archive")
    for arguments in (["doctor"], ["doctor", "--json"]):
        result = broadsheet(*arguments)
        assert "hunter2" not in result.out + result.err
    assert "(set)" in result.out


def test_it_looks_without_making_anything(broadsheet, home):
    report(broadsheet)
    assert not home.exists()


def test_a_home_that_is_a_file_fails(broadsheet, home):
    home.write_text("a file")
    checks = {check["what"]: check["state"] for check in report(broadsheet, code=1)["checks"]}
    assert checks["home"] == "failed"


def test_a_warehouse_that_is_none_fails(broadsheet, home):
    (home / "published").mkdir(parents=True)
    (home / "published" / "papers.duckdb").write_bytes(b"x" * 5000)
    checks = {check["what"]: check["state"] for check in report(broadsheet, code=1)["checks"]}
    assert checks["warehouse"] == "failed"


@pytest.mark.parametrize("clock", ["2026-11-20T07:00:00+00:00", "system"])
def test_a_clock_that_stands_still_is_noted(clock, broadsheet, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CLOCK", clock)
    checks = {check["what"]: check["state"] for check in report(broadsheet)["checks"]}
    assert checks["clock"] == ("ok" if clock == "system" else "note")


@pytest.mark.parametrize(
    ("variable", "value", "what"),
    [
        ("BROADSHEET_SMTP_URL", "ftp://user:hunter2@mail.example", "smtp"),
        ("BROADSHEET_ARCHIVE_URL", "s4://bucket/archive", "archive"),
    ],
)
def test_an_address_of_no_use_fails(variable, value, what, broadsheet, monkeypatch):
    monkeypatch.setenv(variable, value)
    result = broadsheet("doctor", "--json")
    assert result.code == 1
    assert "hunter2" not in result.out
    states = {check["what"]: check["state"] for check in json.loads(result.out)["checks"]}
    assert states[what] == "failed"
