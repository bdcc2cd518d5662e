"""What is counted of requests, and that no visitor can add a label."""

import httpx
import pytest
from fastapi.testclient import TestClient

from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from broadsheet.web.serving import serving
from sites import NOW
from web.metrics.scraping import TOKEN, scrape

ANSWERS = "broadsheet_http_requests_total"


@pytest.fixture
def client(polled_site_home) -> TestClient:
    settings = Settings(home=str(polled_site_home), web_requests_per_minute=0, web_metrics_token=TOKEN)
    return TestClient(create_app(settings, lambda: NOW), raise_server_exceptions=False)


def test_a_request_counts_under_its_route_method_and_status(client):
    client.get("/lists/daily/2026-11-09")
    client.get("/lists/daily/2026-11-10")
    client.head("/healthz")
    client.get("/static/site.css")
    numbers = scrape(client)
    assert numbers(ANSWERS, route="/healthz", method="HEAD", status="200") == 1
    assert numbers(ANSWERS, route="/static/{path}", status="200") == 1
    listed = [each for each in numbers.samples if each.name == ANSWERS and "/lists" in each.labels["route"]]
    assert [(each.value, each.labels["status"]) for each in listed] == [(2, "200")]
    route = listed[0].labels["route"]
    assert "{" in route
    assert numbers("broadsheet_http_request_duration_seconds_count", route=route) == 2


def test_no_visitor_adds_a_value_to_a_label(client):
    client.get("/confirm/c2VjcmV0")
    before = scrape(client).values("route")
    for number in range(50):
        client.get(f"/nowhere/{number}")
        client.get(f"/confirm/c2VjcmV0{number}")
        client.request(f"ODD{number}", "/")
    numbers = scrape(client)
    assert numbers.values("route") - before == {"(none)", "/", "/metrics"}
    assert numbers.values("method") == {"GET", "(other)"}
    assert "c2VjcmV0" not in numbers.text


def test_who_is_refused_for_asking_too_much_counts(polled_site_home):
    settings = Settings(home=str(polled_site_home), web_requests_per_minute=3, web_metrics_token=TOKEN)
    client = TestClient(create_app(settings, lambda: NOW))
    assert [client.get("/static/site.css").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    text, _ = client.app.state.numbers.exposition("")
    assert b'{method="GET",route="(none)",status="429"} 2.0' in text


def test_who_listens_counts_as_long_as_the_stream_is_open(polled_site_home):
    settings = Settings(
        home=str(polled_site_home), web_port=0, web_requests_per_minute=0, web_metrics_token=TOKEN
    )
    with serving(settings) as address, httpx.Client(base_url=address) as client:
        with client.stream("GET", "/changes/stream") as stream:
            assert stream.status_code == 200
            assert scrape(client)("broadsheet_http_listeners") == 1
            assert scrape(client)(ANSWERS, route="/changes/stream") == 1
        while scrape(client)("broadsheet_http_listeners"):
            pass


def test_what_broke_counts_as_an_error(client, monkeypatch):
    monkeypatch.setattr("broadsheet.web.pages.status.totals", None)
    assert client.get("/status").status_code == 500
    assert scrape(client)(ANSWERS, route="/status", status="500") == 1
