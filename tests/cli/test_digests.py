"""The digest before and after it is sent."""

import json

import pytest


@pytest.fixture
def addressed(three_days, monkeypatch):
    monkeypatch.setenv("BROADSHEET_DIGEST_TO", "reader@x.example")
    return three_days


def test_a_preview_is_the_mail_in_three_forms_and_sends_nothing(three_days, home):
    assert "BROADSHEET" in three_days("preview").out
    assert three_days("preview", "--format", "html").out.lstrip().lower().startswith("<!doctype html")
    assert json.loads(three_days("preview", "--json").out)["format"] == "broadsheet.digest/1"
    assert not (home / "inbox").exists()


def test_a_preview_begins_where_the_last_digest_ended(addressed, at):
    addressed("send")
    at("2026-11-06T09:00Z")
    addressed("poll", "trending")
    at("2026-11-06T10:00Z")
    edition = json.loads(addressed("preview", "--json").out)["editions"][0]
    assert edition["compared_with"].startswith("2026-11-05T09:00")
    before = json.loads(addressed("preview", "--as-of", "2026-11-04T10:00", "--json").out)["editions"][0]
    assert before["compared_with"].startswith("2026-11-03T09:00")


def test_sending_twice_sends_once(addressed, home):
    first, second = addressed("send", "--json"), addressed("send", "--json")
    assert (first.code, second.code) == (0, 0)
    assert json.loads(first.out)["outcome"] == "sent"
    assert json.loads(second.out)["outcome"] == "already_sent"
    assert len(list((home / "inbox").glob("*.eml"))) == 1


def test_json_has_exactly_these_keys(addressed):
    found = json.loads(addressed("send", "--json").out)
    assert set(found) == {"outcome", "reason", "run", "subject", "edition_key", "delivery_id", "news"}


def test_a_mail_server_that_is_away_is_try_again(addressed, monkeypatch):
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://127.0.0.1:9")
    assert addressed("send").code == 75


def test_nobody_to_send_to_is_said(three_days):
    result = three_days("send")
    assert result.code == 0
    assert "digest_to" in result.out


def test_a_quiet_day_is_said(addressed, at):
    addressed("send")
    at("2026-11-06T00:30Z")
    assert "quiet" in addressed("preview").err
    assert "quiet" in addressed("send").out


@pytest.mark.parametrize("command", ["preview", "send"])
def test_a_wrong_list_in_the_settings_is_a_usage_error(command, addressed, monkeypatch):
    monkeypatch.setenv("BROADSHEET_DIGEST_LISTS", "trendy")
    result = addressed(command)
    assert result.code == 2
    assert "digest_lists" in result.err
