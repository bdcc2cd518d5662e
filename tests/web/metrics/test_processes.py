"""Several web processes count together."""

import os
import shutil
import signal
import subprocess
import sys

import httpx
import pytest
from prometheus_client import CollectorRegistry

from broadsheet.web.metrics.processes import FOLDER, counting_together, put_together
from web.metrics.scraping import TOKEN, scrape

ASKED = 40
COUNT_AND_DIE = """
import os
from prometheus_client import CollectorRegistry
from broadsheet.web.metrics.requests import RequestNumbers

numbers = RequestNumbers(CollectorRegistry())
numbers.answers.labels("GET", "/", 200).inc()
numbers.listeners.inc()
os._exit(9)
"""


@pytest.fixture
def two_processes(polled_site_home, tmp_path):
    """The address of a site that two processes serve."""
    shutil.copytree(polled_site_home, tmp_path / "home")
    environment = os.environ | {
        "BROADSHEET_HOME": str(tmp_path / "home"),
        "BROADSHEET_WEB_METRICS_TOKEN": TOKEN,
        "TMPDIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "broadsheet", "serve", "--port", "0", "--workers", "2"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        yield process.stdout.readline().split()[1]
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
    assert list(tmp_path.glob("broadsheet-metrics-*")) == []


def test_either_of_two_processes_tells_what_both_counted(two_processes):
    processes = set()
    for _ in range(ASKED):
        # A connection of its own each time: either process may take it.
        with httpx.Client(base_url=two_processes, timeout=60) as client:
            assert client.get("/static/site.css").status_code == 200
    for _ in range(10):
        with httpx.Client(base_url=two_processes, timeout=60) as client:
            numbers = scrape(client)
            processes.add(numbers("broadsheet_http_requests_total", route="/static/{path}"))
            assert numbers("broadsheet_http_listeners") == 0
    assert processes == {ASKED}


def test_what_a_dead_process_counted_stays_and_what_it_had_open_is_closed():
    with counting_together():
        subprocess.run([sys.executable, "-c", COUNT_AND_DIE], env=os.environ, check=False)
        found = {
            sample.name: sample.value
            for family in put_together(CollectorRegistry()).collect()
            for sample in family.samples
        }
    assert found["broadsheet_http_requests_total"] == 1
    assert found.get("broadsheet_http_listeners", 0) == 0
    assert FOLDER not in os.environ
