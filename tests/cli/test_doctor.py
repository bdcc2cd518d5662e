"""Settings with their origin, and what is wrong with the set-up."""

import json
import socket
from pathlib import Path

import pytest

from broadsheet.checks.names import Names
from nameserver import NameServer


def report(broadsheet, code=0):
    result = broadsheet("doctor", "--json", "--offline")
    assert result.code == code
    return json.loads(result.out)


def test_json_has_exactly_these_keys(broadsheet):
    found = report(broadsheet)
    assert set(found) == {"settings", "versions", "offline", "checks"}
    assert all(set(setting) == {"name", "value", "origin"} for setting in found["settings"])
    assert all(set(check) == {"area", "what", "state", "detail", "advice"} for check in found["checks"])
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
    monkeypatch.setenv("BROADSHEET_CHANNELS", '{"team": "json://hunter2.example"}')
    monkeypatch.setenv("BROADSHEET_DATABASE_URL", "postgresql://user:hunter2@db.example/mail")
    for arguments in (["doctor", "--offline"], ["doctor", "--json", "--offline"]):
        result = broadsheet(*arguments)
        assert "hunter2" not in result.out + result.err
    assert "(set)" in result.out


def test_it_looks_without_making_anything(broadsheet, home):
    report(broadsheet)
    assert not home.exists()


def test_a_home_that_is_a_file_fails(broadsheet, home):
    home.write_text("a file")
    checks = {check["what"]: check["state"] for check in report(broadsheet, code=1)["checks"]}
    assert checks["home"] == "fail"


def test_a_warehouse_that_is_none_fails(broadsheet, home):
    (home / "published").mkdir(parents=True)
    (home / "published" / "papers.duckdb").write_bytes(b"x" * 5000)
    checks = {check["what"]: check["state"] for check in report(broadsheet, code=1)["checks"]}
    assert checks["warehouse"] == "fail"


@pytest.mark.parametrize("clock", ["2026-11-20T07:00:00+00:00", "system"])
def test_a_clock_that_stands_still_is_noted(clock, broadsheet, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CLOCK", clock)
    checks = {check["what"]: check["state"] for check in report(broadsheet)["checks"]}
    assert checks["clock"] == ("ok" if clock == "system" else "warn")


@pytest.mark.parametrize(
    ("variable", "value", "what"),
    [
        ("BROADSHEET_SMTP_URL", "ftp://user:hunter2@mail.example", "smtp"),
        ("BROADSHEET_ARCHIVE_URL", "s4://bucket/archive", "archive"),
    ],
)
def test_an_address_of_no_use_fails(variable, value, what, broadsheet, monkeypatch):
    monkeypatch.setenv(variable, value)
    result = broadsheet("doctor", "--json", "--offline")
    assert result.code == 1
    assert "hunter2" not in result.out
    states = {check["what"]: check["state"] for check in json.loads(result.out)["checks"]}
    assert states[what] == "fail"


def test_for_people_each_finding_has_its_place_and_what_to_do(broadsheet):
    Path("broadsheet.toml").write_text("shards = 2\n")
    result = broadsheet("doctor", "--offline")
    assert result.code == 1
    lines = result.out.splitlines()
    wrong = next(number for number, line in enumerate(lines) if line.startswith("  ✗ shards"))
    assert lines[wrong + 1].startswith(" " * (lines[wrong].index("2 shards")) + "→ set database_url")
    assert {"Settings", "Places", "Stores", "Clock", "Mail server"} <= set(lines)
    columns = {line.index(line[4:].split("  ")[-1].strip()) for line in lines if line.startswith("  ✓ ")}
    assert len(columns) == 1
    assert lines[-1].endswith("1 wrong. No other machine was asked (--offline).")


def test_without_offline_the_name_servers_are_asked_and_the_mail_server_is_met(broadsheet, monkeypatch):
    with socket.socket() as probe, NameServer({("example.org", "TXT"): ["v=spf1 -all"]}) as server:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("BROADSHEET_SMTP_URL", f"smtp://127.0.0.1:{probe.getsockname()[1]}")
        monkeypatch.setenv("BROADSHEET_DIGEST_FROM", "news@example.org")
        monkeypatch.setattr("broadsheet.checks.names.system_names", lambda: Names(server.resolver))
        result = broadsheet("doctor", "--json")
    assert result.code == 1
    states = {check["what"]: check["state"] for check in json.loads(result.out)["checks"]}
    assert (states["connection"], states["spf"], states["dmarc"]) == ("fail", "ok", "warn")
