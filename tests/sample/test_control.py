"""The sample hub steered from another process, and run alone."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests

from broadsheet.sample.hub import SampleHub

Get = Callable[..., requests.Response]


def test_clock(hub: SampleHub, get: Get) -> None:
    answer = requests.post(hub.url + "/_sample/now?at=2026-11-03T07:00:00Z", timeout=20)
    assert answer.json() == {"now": "2026-11-03T07:00:00Z"}
    assert hub.now == datetime(2026, 11, 3, 7, tzinfo=UTC)
    assert get("/_sample/now").json() == answer.json()


def test_faults_and_healing(hub: SampleHub, get: Get) -> None:
    order = {"fault": {"fault": "status", "status": 500}, "prefix": "/papers", "times": None}
    assert requests.post(hub.url + "/_sample/fail", json=order, timeout=20).status_code == 200
    assert get("/papers/trending").status_code == 500
    requests.post(hub.url + "/_sample/heal", timeout=20)
    assert get("/papers/trending").status_code == 200


def test_log(hub: SampleHub, get: Get) -> None:
    get("/papers/trending")
    log = get("/_sample/log").json()
    assert [(entry["path"], entry["status"]) for entry in log] == [("/papers/trending", 200)]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("now", b""),
        ("now?at=tomorrow", b""),
        ("now?at=2026-11-03T07:00:00", b""),
        ("fail", b"{"),
        ("fail", b'{"fault": {"fault": "earthquake"}}'),
    ],
)
def test_orders_that_cannot_be_read(hub: SampleHub, path: str, body: bytes) -> None:
    answer = requests.post(f"{hub.url}/_sample/{path}", data=body, timeout=20)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_unknown_orders(hub: SampleHub) -> None:
    assert requests.post(hub.url + "/_sample/dance", timeout=20).status_code == 404
    assert requests.get(hub.url + "/_sample/fail", timeout=20).status_code == 404


def test_no_control_unless_asked_for() -> None:
    with SampleHub() as hub:
        assert requests.post(hub.url + "/_sample/now?at=2026-11-03T07:00:00Z", timeout=20).status_code == 404


def test_runs_alone() -> None:
    command = [
        sys.executable,
        "-m",
        "broadsheet.sample.hub",
        "--at",
        "2026-11-20T07:00",
        "--quota",
        "pages=1",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert requests.get(url + "/_sample/now", timeout=20).json() == {"now": "2026-11-20T07:00:00Z"}
        assert requests.get(url + "/papers/trending", timeout=20).status_code == 200
        assert requests.get(url + "/papers/trending", timeout=20).status_code == 429
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.parametrize("options", [["--at", "2020-01-01"], ["--tape", "/no/such/tape"], ["--quota", "x=1"]])
def test_wrong_options_are_explained(options: list[str]) -> None:
    command = [sys.executable, "-m", "broadsheet.sample.hub", *options]
    outcome = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert outcome.returncode == 2
    assert "error:" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_the_log_is_json_for_every_request(hub: SampleHub, get: Get) -> None:
    get("/papers?q=%E6%B5%81%22")
    assert json.loads(get("/_sample/log").text)[0]["headers"]["accept"] == "*/*"
