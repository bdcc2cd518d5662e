"""Why it is so: of subscribers, runs, days, deliveries and captures."""

import json

import pytest

from broadsheet.mail.database import open_database
from broadsheet.mail.schema import deliveries
from broadsheet.mail.states import State
from broadsheet.sample.faults import Challenge
from broadsheet.settings import load_settings

RUN = "2026-11-05T10:00Z"


@pytest.fixture
def ada(three_days):
    assert three_days("subscribers", "add", "ada@example.org", "--hour", "10").code == 0
    return three_days


@pytest.fixture
def sent(ada):
    """ada's digest went out; bob, whom nothing matches, got none."""
    ada("subscribers", "add", "bob@example.org", "--hour", "10", "--topics", "no such thing anywhere")
    assert ada("send").code == 0
    return ada


def first_line(result):
    assert result.code == 0, result.err
    return result.out.splitlines()[0]


def explained(broadsheet, what, *more):
    result = broadsheet("explain", what, *more, "--json")
    assert result.code == 0, result.err
    return json.loads(result.out)


def put(**values):
    """Let all deliveries stand so."""
    with open_database(load_settings()) as database, database.write() as con:
        con.execute(deliveries.update().values(**values))


def test_who_got_their_digest_is_told_in_the_first_line(sent):
    line = "the digest of today was accepted by the mail server 2026-11-05 10:00 (run 2026-11-05T10:00Z)"
    assert first_line(sent("explain", "ada@example.org")) == f"ada@example.org: {line}"
    assert first_line(sent("explain", "1")) == f"1: {line}"


def test_an_address_is_only_repeated_as_it_was_typed(sent):
    assert "@" not in sent("explain", "1").out
    assert sent("explain", "ADA@example.org").out.count("@") == 1
    assert "@" not in json.dumps(explained(sent, "ada@example.org"))


def test_who_got_none_is_told_why_in_the_first_line(sent):
    assert first_line(sent("explain", "2")) == (
        '2: no digest today: nothing of what is new matches their wishes ("no such thing anywhere") '
        "(run 2026-11-05T10:00Z)"
    )


def test_a_quiet_day_is_said(sent, at):
    at("2026-11-06T10:00Z")
    sent("send")
    assert "no digest today: nothing is new since they were last told" in first_line(sent("explain", "1"))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (
            {
                "state": str(State.DEFERRED),
                "code": 451,
                "enhanced": "4.3.0",
                "reply": "later",
                "phase": "rcpt",
            },
            "not yet: the digest of today was put off by the mail server 2026-11-05 10:00; at rcpt: 451 4.3.0 later",
        ),
        (
            {
                "state": str(State.FAILED),
                "code": 550,
                "enhanced": "5.1.1",
                "reply": "5.1.1 no",
                "phase": "rcpt",
            },
            "no digest today: it was refused for good 2026-11-05 10:00; at rcpt: 550 5.1.1 no",
        ),
        (
            {"state": str(State.IN_DOUBT), "reply": None, "phase": None},
            "not yet: the digest of today was offered, and the answer was lost 2026-11-05 10:00",
        ),
        (
            {"state": str(State.PRESUMED_ACCEPTED), "resolution": "the answer was lost; presumed accepted"},
            "the digest of today is presumed accepted 2026-11-05 10:00; the answer was lost; presumed accepted",
        ),
        (
            {"state": str(State.EXPIRED), "resolution": "its deadline passed", "reply": None, "phase": None},
            "no digest today: it was given up at its deadline 2026-11-05 10:00; its deadline passed",
        ),
        (
            {"state": str(State.SUPPRESSED), "resolution": "unsubscribed", "reply": None, "phase": None},
            "no digest today: it was not sent 2026-11-05 10:00; unsubscribed",
        ),
    ],
)
def test_every_end_of_a_delivery_has_its_words(sent, values, says):
    put(**values)
    assert says in first_line(sent("explain", "1"))


def test_who_waits_is_told_when_the_next_is_due(ada, at):
    at("2026-11-05T10:00:01Z")
    ada("subscribers", "add", "eve@example.org", "--hour", "20", "--timezone", "Asia/Kolkata")
    assert first_line(ada("explain", "2")) == (
        "2: no digest today: it is due 2026-11-05 14:30 UTC (2026-11-05 20:00 Asia/Kolkata)"
    )
    assert "no run was opened since: `broadsheet send` does it" in first_line(ada("explain", "1"))


def test_who_left_is_told_when_and_from_where(ada, at):
    at("2026-11-05T09:00Z")
    ada("subscribers", "remove", "1")
    at("2026-11-05T11:00Z")
    assert first_line(ada("explain", "ada@example.org")) == (
        "ada@example.org: no digest today: they were unsubscribed on 2026-11-05 09:00 (cli)"
    )
    ada("subscribers", "erase", "1", "--yes")
    assert "they were forgotten on 2026-11-05 11:00 (cli)" in first_line(ada("explain", "ada@example.org"))


def test_an_address_that_may_not_be_written_to_says_why(ada, at):
    ada("subscribers", "set", "1", "--suppress")
    ada("send")
    assert first_line(ada("explain", "1")) == (
        f"1: no digest today: it may not be written to since 2026-11-05 10:00: by hand (cli) (run {RUN})"
    )


def test_a_paused_run_is_named_as_what_holds_it_back(ada, monkeypatch):
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://127.0.0.1:9")
    ada("send")
    ada("pause", RUN)
    assert "the run is paused (by hand)" in first_line(ada("explain", "1"))


def test_who_pauses_and_who_is_not_due_that_day_are_told(ada, at):
    ada("subscribers", "set", "1", "--cadence", "weekly", "--weekday", "monday")
    assert "it comes weekly on monday, 10:00 UTC; the next is due 2026-11-09 10:00 UTC" in first_line(
        ada("explain", "1")
    )
    ada("subscribers", "set", "1", "--cadence", "paused")
    assert first_line(ada("explain", "1")) == "1: no digest today: they pause"


def test_another_day_can_be_asked_about(sent, at):
    at("2026-11-06T10:00Z")
    sent("send")
    line = first_line(sent("explain", "1", "--at", "2026-11-05"))
    assert line.startswith("1: the digest of 2026-11-05 was accepted")
    assert sent("explain", "1", "--at", "yesterday").code == 2
    table = sent("explain", "1").out
    assert table.index("2026-11-06   2026-11-06T10:00Z") < table.index("2026-11-05   2026-11-05T10:00Z")
    assert [one["occasion"] for one in explained(sent, "1", "--last", "1")["occasions"]] == ["2026-11-06"]


def test_json_of_a_subscriber_has_exactly_these_keys(sent):
    found = explained(sent, "1")
    assert set(found) == {
        "answer", "subscriber_id", "state", "suppressed", "suppressed_since", "wishes", "today", "next_due_at",
        "told", "occasions", "consent",
    }  # fmt: skip
    assert found["next_due_at"] == "2026-11-06T10:00:00Z"
    assert [event["event"] for event in found["consent"]] == ["added"]
    assert list(found["told"]) == ["trending"]


@pytest.mark.parametrize("who", ["nobody@example.org", "channel:none", "7"])
def test_who_is_not_known_is_a_usage_error(ada, who):
    result = ada("explain", who)
    assert (result.code, result.out) == (2, "")
    assert "@" not in result.err


def test_a_run_is_told_with_its_whole_chain(sent):
    out = sent("explain", RUN).out
    assert out.startswith(f"run {RUN}: done, 1 accepted, 1 left out\n")
    for words in (
        "owed to    2: 1 mail, 1 left out",
        "left out   1: nothing of what is new matches their wishes",
        "compared   trending at 2026-11-05 09:00",
        "shard      0: one sender has begun; 1 accepted",
        "journals   1 kept",
        "hand-over  half within",
        "complaints 0 of 1 (0.00%)",
        "closed     2026-11-05 10:00; everybody who was owed one is accounted for",
    ):
        assert f"\n  {words}" in out
    assert "@" not in out


def test_json_of_a_run_has_exactly_these_keys(sent):
    found = explained(sent, RUN)
    assert set(found) == {
        "run", "kind", "state", "policy", "reason", "slot", "opened_at", "frozen_at", "closed_at", "content_hash",
        "candidates", "prepared", "excluded", "states", "reasons", "resolutions", "mails", "compared", "shards",
        "answers", "bounces", "complaints", "handover",
    }  # fmt: skip
    assert (found["handover"]["offered"], found["complaints"]["accepted"]) == (1, 1)
    assert explained(sent, "2026-11-05") == [found]


def test_a_deferred_mail_says_when_and_why_in_the_story_of_its_run(ada, monkeypatch):
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://127.0.0.1:9")
    ada("send")
    out = ada("explain", RUN).out
    assert "\n  deferred   1 was put off by the mail server; the next attempt at 2026-11-05 10:" in out
    assert "\n  closed     not yet, left: 1 deferred" in out


def test_a_day_tells_all_its_runs(sent, at):
    sent("subscribers", "add", "eve@example.org", "--hour", "12")
    at("2026-11-05T12:00Z")
    sent("send")
    assert [run["run"] for run in explained(sent, "2026-11-05")] == [RUN, "2026-11-05T12:00Z"]
    both = sent("explain", "2026-11-05").out
    assert f"run {RUN}: done" in both
    assert "\n\nrun 2026-11-05T12:00Z: done" in both


def test_a_delivery_is_told_with_its_attempts(sent):
    its_id = explained(sent, "1")["occasions"][0]["delivery_id"]
    out = sent("explain", its_id).out
    assert out.startswith(f"delivery {its_id}: it was accepted by the mail server\n")
    assert "\n  then       2026-11-05 10:00:00 attempt 1: accepted, at dot: kept as " in out
    found = explained(sent, its_id)
    assert (found["run"], found["subscriber_id"], len(found["events"])) == (RUN, 1, 1)
    assert "@" not in out


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("nonsense", "is nothing that can be explained"),
        ("2026-11-01", "broadsheet runs"),
        ("2026-13-01", "is no day"),
        ("2026-11-05T10:05Z", f"did you mean {RUN}"),
        ("letter:1:1", "broadsheet runs"),
        ("0" * 32, "there is no delivery"),
        ("1" * 25, "is nothing that can be explained"),
        ("12345", "broadsheet status"),
        ("1234567890123", "broadsheet status"),
    ],
)
def test_what_there_is_not_cannot_be_explained(sent, what, says):
    result = sent("explain", what)
    assert (result.code, result.out) == (2, "")
    assert says in result.err


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
