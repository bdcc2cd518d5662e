"""The runs there are, and what became of their mails."""

import pytest
from msgspec.structs import replace

from broadsheet.errors import UsageError
from broadsheet.mail.accounts import account, accounts, find_run, get_run, list_runs, open_runs
from broadsheet.mail.database import open_database
from broadsheet.mail.schema import deliveries, exclusions, runs
from broadsheet.mail.states import Policy, Reason, RunKind, RunState, State


@pytest.fixture
def con(newsroom, database_url):
    with (
        open_database(replace(newsroom.settings, database_url=database_url)) as database,
        database.write() as con,
    ):
        yield con


@pytest.fixture
def keep(con, at):
    """Write a run down with so many deliveries in each state and exclusions for each reason."""

    def keep(run_key, opened_at, state=RunState.DONE, kind=RunKind.DIGEST, *, states=(), reasons=()):
        row = {
            "run_key": run_key,
            "kind": kind,
            "slot": at(opened_at),
            "opened_at": at(opened_at),
            "state": state,
            "policy": Policy.VERIFY,
            "candidates": len(states) + len(reasons),
        }
        con.execute(runs.insert(), row)
        for number, (delivery_state, resolution) in enumerate(states):
            delivery = {
                "delivery_id": f"{run_key}/{number}",
                "run_key": run_key,
                "subscriber_id": number,
                "occasion": run_key,
                "address_hash": "",
                "selection_id": 1,
                "state": delivery_state,
                "resolution": resolution,
                "deadline_at": at(opened_at),
                "updated_at": at(opened_at),
            }
            con.execute(deliveries.insert(), delivery)
        for number, reason in enumerate(reasons, len(states)):
            exclusion = {"run_key": run_key, "subscriber_id": number, "occasion": "2026-11-20"}
            con.execute(exclusions.insert(), exclusion | {"reason": reason, "at": at(opened_at)})

    return keep


def keys(found):
    return [run.run_key for run in found]


def test_the_newest_run_comes_first(con, keep, at):
    for day in ("18", "20", "19"):
        keep(day, f"2026-11-{day}T07:00")
    assert keys(list_runs(con)) == ["20", "19", "18"]
    assert keys(list_runs(con, most=2)) == ["20", "19"]
    assert keys(list_runs(con, since=at("2026-11-19T07:00"))) == ["20", "19"]


def test_runs_are_found_by_kind_and_state(con, keep):
    keep("digest", "2026-11-20T07:00", RunState.PAUSED)
    keep("letter", "2026-11-20T07:01", RunState.DONE, RunKind.LETTER)
    assert keys(list_runs(con, kind=RunKind.LETTER)) == ["letter"]
    assert keys(list_runs(con, states=[RunState.PAUSED, RunState.ABORTED])) == ["digest"]
    assert list_runs(con, states=[]) == ()


def test_open_runs_are_served_letters_first_then_the_oldest(con, keep):
    keep("new", "2026-11-20T07:15", RunState.FROZEN)
    keep("old", "2026-11-20T07:00", RunState.SENDING)
    keep("over", "2026-11-20T06:00", RunState.DONE)
    keep("letter", "2026-11-20T07:20", RunState.FROZEN, RunKind.LETTER)
    assert keys(open_runs(con)) == ["letter", "old", "new"]


def test_a_run_reads_back_as_it_was_written(con, keep, at):
    keep("one", "2026-11-20T07:00", RunState.SENDING)
    run = get_run(con, "one")
    assert (run.state, run.kind, run.policy) == (RunState.SENDING, RunKind.DIGEST, Policy.VERIFY)
    assert (run.opened_at, run.closed_at, run.candidates) == (at("2026-11-20T07:00"), None, 0)
    assert isinstance(run.state, RunState)
    assert find_run(con, "two") is None
    with pytest.raises(UsageError, match="'two'"):
        get_run(con, "two")


def test_an_account_counts_by_state_reason_and_resolution(con, keep):
    keep(
        "one",
        "2026-11-20T07:00",
        RunState.SENDING,
        states=[
            (State.ACCEPTED, None),
            (State.ACCEPTED, "found in the log"),
            (State.PENDING, None),
            (State.IN_DOUBT, None),
        ],
        reasons=[Reason.NO_MATCH, Reason.NO_MATCH, Reason.MISSED],
    )
    keep("other", "2026-11-20T07:15", states=[(State.EXPIRED, "too late")])
    counts = account(con, get_run(con, "one"))
    assert counts.states == {State.ACCEPTED: 2, State.PENDING: 1, State.IN_DOUBT: 1}
    assert counts.reasons == {Reason.NO_MATCH: 2, Reason.MISSED: 1}
    assert counts.resolutions == {"found in the log": 1}
    assert counts.left == {State.PENDING: 1, State.IN_DOUBT: 1}
    assert counts.is_complete


def test_accounts_of_many_runs_keep_their_order(con, keep):
    for number in range(7):
        keep(f"run{number}", "2026-11-20T07:00", states=[(State.ACCEPTED, None)] * number)
    wanted = [get_run(con, f"run{number}") for number in (5, 0, 6, 3)]
    assert [counts.states.get(State.ACCEPTED, 0) for counts in accounts(con, wanted)] == [5, 0, 6, 3]


def test_accounts_of_more_runs_than_one_query_may_name(con, keep, monkeypatch):
    monkeypatch.setattr("broadsheet.mail.accounts._AT_ONCE", 2)
    for number in range(5):
        keep(f"run{number}", "2026-11-20T07:00", reasons=[Reason.NO_MATCH] * number)
    found = accounts(con, [get_run(con, f"run{number}") for number in range(5)])
    assert [counts.reasons.get(Reason.NO_MATCH, 0) for counts in found] == [0, 1, 2, 3, 4]


def test_a_missing_row_shows(con, keep):
    keep("one", "2026-11-20T07:00", states=[(State.ACCEPTED, None)])
    con.execute(deliveries.delete())
    assert not account(con, get_run(con, "one")).is_complete
