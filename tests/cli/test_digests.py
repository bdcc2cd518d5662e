"""Sending what is due, and looking at it first."""

import json
import sys
from contextlib import contextmanager

import pytest

from broadsheet.commands import digests


@pytest.fixture
def readers(three_days):
    """Somebody who reads everything at 10, somebody whom nothing matches, and somebody who is due later."""
    three_days("subscribers", "add", "ada@example.org", "--hour", "10")
    three_days("subscribers", "add", "bob@example.org", "--hour", "10", "--topics", "no such thing anywhere")
    three_days("subscribers", "add", "eve@example.org", "--hour", "15", "--cadence", "weekdays")
    return three_days


def asked(result, code=0):
    assert result.code == code, result.err
    return json.loads(result.out)


def test_sending_twice_sends_once(readers, home):
    first = asked(readers("send", "--json"))
    assert (first["run"], first["done"], first["excluded"]) == (
        "2026-11-05T10:00Z",
        {"accepted": 1},
        {"no_match": 1},
    )
    assert (first["left"], first["closed"]) == ({}, ["2026-11-05T10:00Z"])
    again = asked(readers("send", "--json"))
    assert (again["new"], again["done"]) == (False, {})
    assert len(list((home / "inbox").glob("*.eml"))) == 1


def test_json_has_exactly_these_keys(readers):
    opened = {"run", "new", "prepared", "excluded", "waiting", "reason"}
    plan = asked(readers("send", "--dry-run", "--json"))
    assert set(plan) == opened | {"by_cadence", "subjects", "open"}
    assert set(plan["subjects"][0]) == {"subject", "papers", "readers"}
    report = asked(readers("send", "--json"))
    assert set(report) == opened | {"done", "left", "next_attempt_at", "stopped", "paused", "closed"}


def test_a_dry_run_says_who_would_get_what_and_does_nothing(readers, home):
    plan = asked(readers("send", "--dry-run", "--json"))
    assert (plan["prepared"], plan["by_cadence"], plan["excluded"]) == (1, {"daily": 1}, {"no_match": 1})
    assert [one["readers"] for one in plan["subjects"]] == [1]
    assert plan["subjects"][0]["papers"] == 50
    words = readers("send", "--dry-run").out
    assert "1 mail would be sent: 1 daily" in words
    assert "1 would get none: nothing of what is new matches their wishes" in words
    assert not (home / "inbox").exists()
    assert asked(readers("runs", "--json")) == []
    assert asked(readers("send", "--json"))["new"]


def test_a_dry_run_of_what_was_sent_says_so(readers):
    readers("send")
    assert "1 mail in run 2026-11-05T10:00Z already" in readers("send", "--dry-run").out


def test_a_slot_is_a_time_that_it_is_taken_to_be(readers, at, home):
    at("2026-11-05T20:00Z")
    plan = asked(readers("send", "--slot", "2026-11-05T10:00", "--dry-run", "--json"))
    assert plan["run"] == "2026-11-05T10:00Z"
    sent = asked(readers("send", "--slot", "2026-11-05T10:00", "--json"))
    assert (sent["run"], sent["prepared"]) == ("2026-11-05T10:00Z", 1)
    (mail,) = (home / "inbox").glob("*.eml")
    assert "Date: Thu, 05 Nov 2026 10:00:00 +0000" in mail.read_bytes().decode()


@pytest.mark.parametrize(
    ("slot", "says"),
    [
        ("2026-11-05T10:30", "still to come"),
        ("2026-11-05T09:30", "run 2026-11-05T10:00Z was opened since"),
        ("soon", "is no time"),
    ],
)
def test_a_slot_that_cannot_be_is_a_usage_error(readers, slot, says):
    readers("send")
    for more in ((), ("--dry-run",)):
        refused = readers("send", "--slot", slot, *more)
        assert (refused.code, refused.out) == (2, "")
        assert says in refused.err


def test_a_mail_server_that_is_away_is_try_again(readers, monkeypatch):
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://127.0.0.1:9")
    result = readers("send")
    assert result.code == 75
    assert "left: 1 " in result.out
    report = asked(readers("send", "--json"), code=75)
    assert sum(report["left"].values()) == 1
    assert f"run {report['run']} is sending: 1 " in readers("send", "--dry-run").out


def test_a_paused_run_is_left_alone_and_the_rest_is_sent(readers, at, home, monkeypatch):
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://127.0.0.1:9")
    readers("send")
    readers("pause", "2026-11-05T10:00Z")
    monkeypatch.delenv("BROADSHEET_SMTP_URL")
    at("2026-11-05T15:00Z")
    assert asked(readers("send", "--json"))["done"] == {"accepted": 1}
    (mail,) = (home / "inbox").glob("*.eml")
    assert b"To: eve@example.org" in mail.read_bytes()


def test_nobody_to_send_to_is_said(three_days):
    result = three_days("send")
    assert (result.code, result.out) == (0, "nobody is due\nnothing was sent\n")


def test_nothing_known_of_a_list_is_said(three_days):
    three_days("subscribers", "add", "ada@example.org", "--hour", "10", "--lists", "weekly")
    assert "1 stay due: nothing is known yet of their lists" in three_days("send", "--dry-run").out
    assert asked(three_days("send", "--json"))["waiting"] == 1


@pytest.mark.parametrize("command", ["preview", "send", "status"])
def test_a_wrong_list_in_the_settings_is_a_usage_error(command, three_days, monkeypatch):
    monkeypatch.setenv("BROADSHEET_DIGEST_LISTS", "trendy")
    result = three_days(command)
    assert result.code == 2
    assert "digest_lists" in result.err


def test_how_far_it_is_is_counted_where_somebody_looks(readers, monkeypatch):
    counted = []

    @contextmanager
    def bar(_label):
        yield lambda done, total: counted.append((done, total))

    monkeypatch.setattr(digests, "progress_bar", bar)
    monkeypatch.setattr(digests, "COUNTED_EVERY", 0.001)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("BROADSHEET_RATE_PER_SECOND", "2")
    for number in range(3):
        readers("subscribers", "add", f"{number}@example.org", "--hour", "10")
    assert asked(readers("send", "--json"))["done"] == {"accepted": 4}
    assert (0, 4) in counted
    assert all(done <= total <= 4 for done, total in counted)
