"""Runs as they are listed, and mended by hand."""

import json

import pytest
import sqlalchemy as sa

from broadsheet.mail.database import open_database
from broadsheet.mail.schema import deliveries
from broadsheet.mail.states import State
from broadsheet.settings import load_settings

RUN = "2026-11-05T10:00Z"


@pytest.fixture
def waiting(three_days, monkeypatch):
    """A run with two mails that the mail server did not take yet."""
    for name in ("ada", "bob"):
        three_days("subscribers", "add", f"{name}@example.org", "--hour", "10")
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://127.0.0.1:9")
    assert three_days("send").code == 75
    monkeypatch.delenv("BROADSHEET_SMTP_URL")
    return three_days


def put(state):
    """Let all mails of the run stand so."""
    with open_database(load_settings()) as database, database.write() as con:
        con.execute(deliveries.update().values(state=str(state)))


def states():
    with open_database(load_settings()) as database, database.read() as con:
        return sorted(con.scalars(sa.select(deliveries.c.state)))


def done(result):
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_no_runs_are_said(three_days):
    assert "no run was opened yet" in three_days("runs").out
    assert done(three_days("runs", "--json")) == []


def test_runs_come_newest_first_with_what_became_of_them(waiting, at):
    at("2026-11-05T12:00Z")
    waiting("send")
    waiting("subscribers", "add", "eve@example.org", "--hour", "13")
    at("2026-11-05T13:00Z")
    waiting("send")
    listed = done(waiting("runs", "--json"))
    assert [(one["run"], one["state"], one["states"]) for one in listed] == [
        ("2026-11-05T13:00Z", "done", {"accepted": 1}),
        (RUN, "done", {"accepted": 2}),
    ]
    assert set(listed[0]) == {
        "run", "kind", "state", "policy", "reason", "slot", "opened_at", "frozen_at", "closed_at", "content_hash",
        "candidates", "prepared", "excluded", "states", "reasons", "resolutions",
    }  # fmt: skip
    lines = waiting("runs").out.splitlines()
    assert lines[0].split()[:3] == ["Run", "State", "Owed"]
    assert lines[2].split()[:4] == ["2026-11-05T13:00Z", "done", "1", "1"]


def test_a_run_is_paused_once_and_goes_on_once(waiting, home):
    assert done(waiting("pause", RUN, "--json"))["changed"]
    again = done(waiting("pause", RUN, "--json"))
    assert (again["changed"], again["state"], sum(again["left"].values())) == (False, "paused", 2)
    assert waiting("send").code == 0
    assert not (home / "inbox").exists()
    assert "goes on; it is sending" in waiting("resume", RUN).out
    assert "was not paused" in waiting("resume", RUN).out


def test_what_is_resumed_is_sent(waiting, at, home):
    waiting("pause", RUN)
    waiting("resume", RUN)
    at("2026-11-05T12:00Z")
    assert waiting("send").code == 0
    assert len(list((home / "inbox").glob("*.eml"))) == 2


def test_a_run_is_given_up_once(waiting):
    first = done(waiting("abort", RUN, "--json"))
    assert (first["given_up"], first["state"], first["left"]) == (2, "aborted", {})
    again = done(waiting("abort", RUN, "--json"))
    assert (again["given_up"], again["changed"]) == (0, False)
    assert states() == [State.ABORTED, State.ABORTED]
    assert waiting("resume", RUN).code == 2


@pytest.mark.parametrize(("verdict", "state"), [("sent", State.ACCEPTED), ("resend", State.PENDING)])
def test_what_was_left_to_somebody_is_settled_once(waiting, verdict, state):
    put(State.QUARANTINED)
    first = done(waiting("resolve", RUN, "--as", verdict, "--json"))
    assert (first["settled"], first["changed"]) == (2, True)
    assert states() == [state, state]
    assert "nothing of it was left to settle" in waiting("resolve", RUN, "--as", verdict).out


def test_one_delivery_alone_can_be_settled(waiting):
    put(State.QUARANTINED)
    with open_database(load_settings()) as database, database.read() as con:
        first = con.scalars(sa.select(deliveries.c.delivery_id)).first()
    settled = done(waiting("resolve", RUN, "--as", "sent", "--delivery", first, "--json"))
    assert settled["settled"] == 1
    assert states() == [State.ACCEPTED, State.QUARANTINED]


@pytest.mark.parametrize("command", [("pause",), ("resume",), ("abort",), ("resolve", "--as", "sent")])
def test_a_run_that_is_not_there_is_answered_with_the_nearest(waiting, command):
    result = waiting(command[0], "2026-11-05T10:15Z", *command[1:])
    assert (result.code, result.out) == (2, "")
    assert f"did you mean {RUN}" in result.err


def test_neither_sent_nor_resend_is_a_usage_error(waiting):
    result = waiting("resolve", RUN, "--as", "lost")
    assert (result.code, "neither sent nor resend" in result.err) == (2, True)


def test_a_run_that_is_over_is_not_mended(waiting, at):
    at("2026-11-05T12:00Z")
    waiting("send")
    for command in ("pause", "resume", "abort"):
        result = waiting(command, RUN)
        assert (result.code, "done: there is nothing to" in result.err) == (2, True)
