"""Who may read the numbers."""

import subprocess
import sys

import httpx
import pytest
from fastapi.testclient import TestClient

from broadsheet.settings import Settings, SettingsError, load
from broadsheet.web.app import create_app
from broadsheet.web.serving import serving
from web.metrics.scraping import SHOWING, TOKEN


def status(home, client: str, headers=None, **more) -> int:
    app = create_app(Settings(home=str(home), **more))
    return TestClient(app, client=(client, 40_000)).get("/metrics", headers=headers).status_code


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "203.0.113.9", "testclient"])
def test_by_default_nobody_reads_them_and_nothing_is_counted(tmp_path, client):
    assert status(tmp_path, client) == 404
    app = create_app(Settings(home=str(tmp_path)))
    assert not hasattr(app.state, "numbers")


def test_a_site_whose_numbers_nobody_may_read_imports_nothing_for_them(tmp_path):
    code = (
        "import sys; from broadsheet.settings import Settings; from broadsheet.web.app import create_app; "
        "create_app(Settings(home=sys.argv[1])); print('prometheus_client' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        ("10.1.2.3", 200),
        ("::ffff:10.1.2.3", 200),
        ("::1", 200),
        ("10.2.0.1", 404),
        ("127.0.0.1", 404),
        ("2001:db8::1", 404),
        ("testclient", 404),
    ],
)
def test_who_asks_from_a_named_network_reads_them(tmp_path, client, expected):
    assert status(tmp_path, client, web_metrics=("10.1.0.0/16", "::1")) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (f"Bearer {TOKEN}x", 404),
        (f"Basic {TOKEN}", 404),
        ("Bearer ", 404),
        ("Bearer é", 404),
        (TOKEN, 404),
    ],
)
def test_who_shows_the_token_reads_them_from_anywhere(tmp_path, header, expected):
    headers = {"Authorization": header.encode()}
    assert status(tmp_path, "203.0.113.9", headers, web_metrics_token=TOKEN) == expected


def test_an_empty_token_opens_nothing(tmp_path):
    assert status(tmp_path, "203.0.113.9", {"Authorization": "Bearer "}, web_metrics=("10.0.0.1",)) == 404


def test_whom_a_proxy_speaks_for_is_judged_and_not_the_proxy(tmp_path):
    settings = Settings(home=str(tmp_path), web_port=0, web_metrics=("127.0.0.1",))
    with serving(settings) as address:
        assert httpx.get(f"{address}/metrics").status_code == 200
        forwarded = {"X-Forwarded-For": "203.0.113.9"}
        assert httpx.get(f"{address}/metrics", headers=forwarded).status_code == 404


def test_whoever_may_not_read_them_is_told_what_stands_at_any_other_lost_address(tmp_path):
    client = TestClient(create_app(Settings(home=str(tmp_path), web_metrics_token=TOKEN)))
    assert client.get("/metrics").text == client.get("/metricz").text


def test_they_are_told_in_the_format_that_is_asked_for_and_kept_nowhere(tmp_path):
    client = TestClient(create_app(Settings(home=str(tmp_path), web_metrics_token=TOKEN)))
    plain = client.get("/metrics", headers=SHOWING)
    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert plain.headers["cache-control"] == "no-store"
    openmetrics = client.get("/metrics", headers=SHOWING | {"Accept": "application/openmetrics-text"})
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text")
    assert openmetrics.text.endswith("# EOF\n")


def test_a_network_that_is_none_is_said_when_the_settings_are_read(tmp_path):
    with pytest.raises(SettingsError, match=r"web_metrics.*'10\.0\.0\.300'"):
        load({"BROADSHEET_WEB_METRICS": "10.0.0.300"}, tmp_path)
