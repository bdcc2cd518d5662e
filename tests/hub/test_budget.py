"""The budget holds over threads of time and over processes, and the sample hub's own log proves it."""

import multiprocessing
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.hub.budget import Budget
from broadsheet.hub.client import HubClient
from broadsheet.hub.statefiles import StateFileError
from broadsheet.model import parse_list_id
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings


@pytest.fixture
def budget(tmp_path, clock):
    return Budget(tmp_path, requests=3, window=10.0, longest=5.0, now=clock.now)


def most_in_any_window(moments, window):
    moments = sorted(moments)
    return max(sum(1 for other in moments if start <= other < start + window) for start in moments)


def test_a_used_up_budget_says_how_long_to_wait(budget, clock):
    for _ in range(3):
        budget.answered(budget.take("pages").slot)
        clock.sleep(2)
    refused = budget.take("api")
    assert refused.slot is None
    assert refused.wait == pytest.approx(4)
    assert "3 requests in 10 s" in refused.why
    clock.sleep(refused.wait)
    assert budget.take("api").slot


def test_the_window_of_a_slow_request_runs_from_its_answer(budget, clock):
    slow = budget.take("pages").slot
    clock.sleep(4)
    budget.answered(slow)
    budget.take("pages")
    budget.take("pages")
    assert budget.take("pages").wait == pytest.approx(10)


def test_a_killed_request_gives_its_slot_back(budget, clock):
    for _ in range(3):
        budget.take("pages")
    assert budget.take("pages").wait == pytest.approx(15)
    clock.sleep(15)
    assert budget.take("pages").slot


def test_a_hold_stops_one_bucket_for_everybody(budget, clock, tmp_path):
    budget.hold("api", 60)
    budget.hold("api", 30)
    other = Budget(tmp_path, requests=3, window=10.0, longest=5.0, now=clock.now)
    assert other.take("api").wait == pytest.approx(60)
    assert other.take("pages").slot


def test_slots_of_another_clock_do_not_count(budget, clock):
    clock.moment += timedelta(days=365)
    for _ in range(3):
        budget.take("pages")
    clock.moment -= timedelta(days=365)
    assert budget.take("pages").slot


def test_a_damaged_file_is_named(budget, tmp_path):
    (tmp_path / "budget.json").write_text('{"slots": 3')
    with pytest.raises(StateFileError, match=r"budget\.json is damaged.*delete it"):
        budget.take("pages")


def test_a_folder_that_cannot_be_used_is_named(tmp_path, clock):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StateFileError, match=r"budget\.json cannot be used"):
        Budget(tmp_path / "file", requests=3, window=10.0, longest=5.0, now=clock.now).take("pages")


@given(
    steps=st.lists(st.tuples(st.floats(0, 8), st.floats(0, 4)), min_size=1, max_size=40),
    requests=st.integers(1, 5),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_no_window_ever_holds_more(tmp_path_factory, clock, steps, requests):
    """However long to wait and to travel: a request arrives anywhere between its slot and its answer."""
    budget = Budget(
        tmp_path_factory.mktemp("home"), requests=requests, window=10.0, longest=5.0, now=clock.now
    )
    arrivals = []
    for pause, travel in steps:
        clock.sleep(pause)
        while (grant := budget.take("pages")).slot is None:
            clock.sleep(grant.wait)
        clock.sleep(travel)
        arrivals.append(clock.now().timestamp())
        budget.answered(grant.slot)
    assert most_in_any_window(arrivals, 10.0 - 1e-6) <= requests


def _poll_for(seconds, url, home):
    settings = Settings(home=home, hub_url=url, budget_requests=5, budget_seconds=0.6)
    end = time.monotonic() + seconds
    with HubClient(settings, now=lambda: datetime.now(UTC), sleep=time.sleep) as client:
        while time.monotonic() < end:
            client.fetch(parse_list_id("daily:2026-11-17"))


def test_two_processes_share_one_budget(tmp_path):
    with SampleHub(now=lambda: datetime.now(UTC)) as hub:
        fork = multiprocessing.get_context("fork")
        pollers = [fork.Process(target=_poll_for, args=(2.5, hub.url, str(tmp_path))) for _ in range(2)]
        for poller in pollers:
            poller.start()
        for poller in pollers:
            poller.join()
            assert poller.exitcode == 0
        arrivals = [request.at.timestamp() for request in hub.log]
    assert len(arrivals) > 10, "the budget was never asked for more than one window"
    assert most_in_any_window(arrivals, 0.6) == 5
