"""`broadsheet subscribers …` as a person meets it."""

import io
import json
import re
import shlex
import sys
from pathlib import Path

import pytest

MANUAL = Path(__file__).parents[2] / "docs" / "subscribers.md"
NOW = "2026-11-20T08:00:00Z"


@pytest.fixture
def subscribers(broadsheet, monkeypatch):
    """Run `broadsheet subscribers …` at a fixed time."""
    monkeypatch.setenv("BROADSHEET_CLOCK", NOW)
    return lambda *arguments: broadsheet("subscribers", *arguments)


@pytest.fixture
def ada(subscribers):
    assert (
        subscribers("add", "ada@example.org", "--name", "Ada", "--consent", "at the reading group").code == 0
    )
    return "ada@example.org"


def shown(subscribers, who):
    return json.loads(subscribers("show", who, "--json").out)


def test_every_wish_has_its_option(subscribers):
    wishes = {
        "cadence": "weekly",
        "weekday": "friday",
        "hour": "9",
        "timezone": "Asia/Kolkata",
        "lists": "trending,daily",
        "topics": "robotics, -medical",
        "min-upvotes": "5",
        "max-items": "10",
    }
    options = [part for name, text in wishes.items() for part in (f"--{name}", text)]
    added = subscribers("add", "bob@example.org", *options, "--quiet-days", "--json")
    assert added.code == 0
    told = json.loads(added.out)
    assert told.items() >= {
        "subscriber_id": 1,
        "subscriber": "bob@example.org",
        "state": "active",
        "cadence": "weekly",
        "weekday": 5,
        "hour": 9,
        "timezone": "Asia/Kolkata",
        "lists": ["trending", "daily"],
        "topics": "robotics, -medical",
        "min_upvotes": 5,
        "max_items": 10,
        "quiet_days": True,
        "created_at": NOW,
        "suppressed": None,
    }.items()  # fmt: skip
    assert shown(subscribers, "bob@example.org") == told | {"told": {}}


def test_adding_says_what_they_will_get(subscribers):
    added = subscribers("add", "bob@example.org", "--topics", "robotics")
    assert added.out == "subscriber 1, active: trending, daily 07:00 UTC, about robotics\n"


def test_newcomers_start_in_the_zone_of_the_setting(subscribers, monkeypatch):
    monkeypatch.setenv("BROADSHEET_DIGEST_TIMEZONE", "Europe/Rome")
    subscribers("add", "bob@example.org")
    assert shown(subscribers, "bob@example.org")["timezone"] == "Europe/Rome"


def test_adding_twice_is_an_error_and_adding_after_removing_is_not(subscribers, ada):
    again = subscribers("add", "ADA@example.org")
    assert (again.code, again.err) == (2, "broadsheet: that is subscriber 1 already, active\n")
    assert subscribers("remove", ada).out == "subscriber 1 is unsubscribed\n"
    assert subscribers("remove", ada).out == "subscriber 1 was not subscribed\n"
    assert subscribers("add", ada).code == 0
    assert shown(subscribers, ada)["generation"] == 2


def test_the_list_shows_everybody_but_the_erased(subscribers, ada):
    assert "1   ada@example.org   active   daily 07:00 UTC   trending" in subscribers("list").out
    subscribers("add", "bob@example.org", "--cadence", "weekly", "--weekday", "2")
    assert "weekly on tuesday, 07:00 UTC" in subscribers("list").out
    subscribers("erase", ada, "--yes")
    assert [row["subscriber_id"] for row in json.loads(subscribers("list", "--json").out)] == [2]
    erased = json.loads(subscribers("list", "--state", "erased", "--json").out)
    assert [(row["subscriber_id"], row["subscriber"]) for row in erased] == [(1, "1")]


def test_an_empty_list_says_what_to_do(subscribers):
    assert subscribers("list").out == "nobody: `broadsheet subscribers add ADDRESS`\n"
    assert subscribers("list", "--json").out == "[]\n"


def test_the_address_of_the_setting_is_in_the_list(subscribers, monkeypatch):
    monkeypatch.setenv("BROADSHEET_DIGEST_TO", "me@localhost")
    assert [row["origin"] for row in json.loads(subscribers("list", "--json").out)] == ["setting"]


def test_showing_tells_everything(subscribers, ada):
    out = subscribers("show", "1").out
    for words in ("ada@example.org", "Ada", "daily", "2026-11-20 08:00", "nothing yet"):
        assert words in out


def test_setting_changes_what_is_named_and_nothing_else(subscribers, ada):
    before = shown(subscribers, ada)
    assert subscribers("set", ada, "--hour", "9", "--no-quiet-days").code == 0
    assert shown(subscribers, ada) == before | {"hour": 9}
    subscribers("set", "1", "--topics", "robotics", "--max-items", "3", "--name", "Ada L.")
    subscribers("set", "1", "--max-items", "all", "--topics", "")
    assert shown(subscribers, ada) == before | {"hour": 9, "name": "Ada L."}


def test_setting_nothing_is_a_usage_error(subscribers, ada):
    result = subscribers("set", ada)
    assert (result.code, "nothing to change" in result.err) == (2, True)


def test_suppressing_is_said_wherever_they_are_shown(subscribers, ada):
    changed = subscribers("set", ada, "--suppress")
    assert "nothing is sent to them: manual since 2026-11-20 (cli)" in changed.err
    assert shown(subscribers, ada)["suppressed"] == "manual"
    assert json.loads(subscribers("set", ada, "--unsuppress", "--json").out)["suppressed"] is None


@pytest.mark.parametrize(
    "command", [("show",), ("set", "--hour", "8"), ("remove",), ("erase", "--yes"), ("consent",)]
)
@pytest.mark.parametrize("who", ["nobody@example.org", "7", "channel:none"])
def test_an_unknown_subscriber_is_a_usage_error(subscribers, ada, command, who):
    result = subscribers(command[0], who, *command[1:])
    assert (result.code, result.out) == (2, "")
    assert "subscribers list" in result.err
    assert "@" not in result.err


@pytest.mark.parametrize(
    ("option", "text", "says"),
    [
        ("--hour", "25", "hour: '25' is no number from 0 to 23"),
        ("--timezone", "Europe/Roma", "Europe/Rome"),
        ("--cadence", "hourly", "weekdays, daily, weekly, monthly, paused"),
        ("--lists", "weakly", "lists: unknown list"),
        ("--topics", '"', "topics: "),
    ],
)
def test_a_wish_that_cannot_be_is_a_usage_error(subscribers, option, text, says):
    result = subscribers("add", "bob@example.org", option, text)
    assert result.code == 2
    assert says in result.err
    assert json.loads(subscribers("list", "--json").out) == []


def test_of_several_all_or_none_are_removed(subscribers, ada):
    subscribers("add", "bob@example.org")
    assert subscribers("remove", ada, "nobody@example.org").code == 2
    assert shown(subscribers, ada)["state"] == "active"
    removed = json.loads(subscribers("remove", ada, "2", "--json").out)
    assert removed == [{"subscriber_id": 1, "done": True}, {"subscriber_id": 2, "done": True}]


def test_erasing_wants_a_yes(subscribers, ada):
    refused = subscribers("erase", ada)
    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert subscribers("erase", ada, "--yes").out == "subscriber 1 is erased\n"
    assert subscribers("erase", "1", "--yes").out == "subscriber 1 was erased before\n"


def test_an_erased_address_is_written_to_again_only_with_consent(subscribers, ada):
    subscribers("erase", ada, "--yes")
    again = subscribers("add", ada)
    assert "nothing is sent to them: erased" in again.err
    subscribers("remove", ada)
    assert subscribers("add", ada, "--consent", "asked again in person").err == ""


def test_the_record_of_consent_is_told_of_one_and_of_all(subscribers, ada):
    subscribers("add", "bob@example.org")
    subscribers("erase", ada, "--yes")
    mine = json.loads(subscribers("consent", "1", "--json").out)
    assert [(event["event"], event["source"], event["at"]) for event in mine] == [
        ("added", "cli", NOW),
        ("erased", "cli", NOW),
    ]
    assert mine[0]["detail"] == {"consent": "at the reading group"}
    everything = subscribers("consent")
    assert "consent: at the reading group" in everything.out
    assert "@" not in everything.out
    assert len(json.loads(subscribers("consent", "--json").out)) == 3


def test_consent_with_an_address_in_it_is_refused(subscribers):
    result = subscribers("add", "bob@example.org", "--consent", "bob@example.org said so")
    assert (result.code, "without an address" in result.err) == (2, True)
    assert json.loads(subscribers("list", "--json").out) == []


def test_what_is_exported_is_imported_as_it_was(subscribers, ada, home):
    subscribers("add", "bob@example.org", "--cadence", "weekly", "--topics", "robotics, author:li")
    before = [shown(subscribers, who) for who in (ada, "bob@example.org")]
    printed = subscribers("export")
    assert subscribers("export", "-o", "all.csv").err == "2 subscribers are in all.csv\n"
    assert (home.parent / "all.csv").read_text() == printed.out
    subscribers("erase", "1", "2", "--yes")
    imported = json.loads(subscribers("import", "all.csv", "--json").out)
    assert (imported["added"], imported["suppressed"]) == (2, 2)
    kept = ("name", "state", "cadence", "weekday", "hour", "timezone", "lists", "topics", "max_items")
    for row in before:
        after = shown(subscribers, row["subscriber"])
        assert {name: after[name] for name in kept} == {name: row[name] for name in kept}


def test_a_dry_run_says_what_would_be_done_and_does_not(subscribers, ada, home):
    (home.parent / "team.csv").write_text("address,hour\nada@example.org,9\nbob@example.org,8\n")
    result = subscribers("import", "team.csv", "--dry-run")
    assert result.out == "This would be done:\n1 added\n1 changed\n"
    assert [row["hour"] for row in json.loads(subscribers("list", "--json").out)] == [7]
    assert subscribers("import", "team.csv").out == "1 added\n1 changed\n"
    assert [row["hour"] for row in json.loads(subscribers("list", "--json").out)] == [9, 8]
    assert subscribers("import", "team.csv").out == "2 as they were\n"


def test_of_a_file_with_a_bad_line_nothing_is_imported(subscribers, home):
    (home.parent / "team.csv").write_text("address,hour\nbob@example.org,8\neve@example.org,soon\n")
    result = subscribers("import", "team.csv")
    assert result.code == 2
    assert result.err == (
        "broadsheet: team.csv, line 3, column hour: 'soon' is no number from 0 to 23\nnothing was imported\n"
    )
    assert json.loads(subscribers("list", "--json").out) == []


def test_a_file_may_come_from_a_spreadsheet_or_a_pipe(subscribers, home, monkeypatch):
    (home.parent / "sheet.csv").write_bytes("\ufeffE-Mail;Name\r\nbob@example.org;Jörg\r\n".encode())
    assert subscribers("import", "sheet.csv", "--consent", "signed the sheet").out == "1 added\n"
    assert shown(subscribers, "bob@example.org")["name"] == "Jörg"
    piped = io.TextIOWrapper(io.BytesIO(b"address\neve@example.org\n"))
    monkeypatch.setattr(sys, "stdin", piped)
    assert subscribers("import", "-").out == "1 added\n"


def test_a_file_that_is_not_there_is_named(subscribers):
    result = subscribers("import", "none.csv")
    assert (result.code, result.err) == (1, "broadsheet: none.csv: No such file or directory\n")


def test_a_channel_is_subscribed_by_its_name(subscribers, monkeypatch):
    assert subscribers("add", "channel:lab").code == 2
    monkeypatch.setenv("BROADSHEET_CHANNELS", '{"lab": "json://localhost"}')
    assert subscribers("add", "channel:lab", "--cadence", "weekdays").code == 0
    assert shown(subscribers, "channel:lab")["kind"] == "channel"


def test_the_commands_of_the_manual_do_what_it_says(subscribers, monkeypatch):
    monkeypatch.setenv("BROADSHEET_CHANNELS", '{"lab": "json://localhost"}')
    blocks = re.findall(r"^((?:    .*\n)+)", MANUAL.read_text(), re.MULTILINE)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    commands = [line.partition("  #")[0] for line in lines if line.startswith("broadsheet subscribers ")]
    assert len(commands) > 10
    for command in commands:
        result = subscribers(*shlex.split(command)[2:])
        assert result.code == 0, (command, result.err)
