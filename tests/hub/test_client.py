"""The client against the sample hub: which addresses it asks, and what its answers become."""

import json

import pytest

from broadsheet.errors import UsageError
from broadsheet.hub.validators import Validators, answer_of, validators_after
from broadsheet.model import parse_list_id
from broadsheet.sample.faults import Challenge, Drop, Status
from hub.asking import DAILY, MONTHLY, TRENDING, paths, statuses


@pytest.fixture
def known_robots(make_client, hub):
    """The hub's robots.txt is known already: what follows is only about lists."""
    make_client().fetch(DAILY)
    seen = len(hub.log)

    def since():
        return [request.path for request in hub.log[seen:]]

    return since


def test_trending_is_asked_as_a_page(make_client, hub, clock):
    robots, page = make_client().fetch(TRENDING)
    assert paths(hub) == ["/robots.txt", "/papers/trending"]
    assert robots.asked is None
    assert (page.url, page.status, page.asked) == (f"{hub.url}/papers/trending", 200, TRENDING)
    assert page.error is page.final_url is page.part_of is None
    assert page.body.lstrip().startswith(b"<")
    assert page.header("Content-Encoding") == "gzip"
    assert page.captured_at >= clock.now()


def test_a_dated_list_is_asked_over_the_api(make_client, hub):
    _, answer = make_client().fetch(DAILY)
    assert paths(hub)[1:] == ["/api/daily_papers?date=2026-11-17&limit=100"]
    assert len(json.loads(answer.body)) > 0


@pytest.mark.parametrize("written", ["weekly:2026-W46", "search:speech", "paper:2611.00001", "trending"])
@pytest.mark.parametrize("source", ["api", "page"])
def test_every_list_has_both_sources(make_client, hub, written, source):
    make_client().fetch(parse_list_id(written), source=source)
    asked = paths(hub)[1]
    prefix = "/api/" if source == "api" else "/papers"
    assert asked.startswith(prefix)
    assert all(path.startswith(prefix) for path in paths(hub)[1:])


def test_the_client_says_who_asks_and_keeps_no_cookies(make_client, hub):
    hub.fail("/papers", Status(200, {"Set-Cookie": "last=trending"}, "<html></html>"))
    client = make_client(contact="https://example.org/why", hub_token="hf_secret")
    client.fetch(TRENDING)
    client.fetch(TRENDING)
    for request in hub.log:
        assert request.headers["user-agent"].startswith("broadsheet/")
        assert request.headers["user-agent"].endswith("(+https://example.org/why)")
        assert request.headers["authorization"] == "Bearer"
        assert "cookie" not in request.headers


def test_a_contact_that_fits_no_header_is_a_usage_error(make_client):
    with pytest.raises(UsageError, match="contact"):
        make_client(contact="a\r\nb")


def test_an_unchanged_page_is_not_sent_again(make_client, hub):
    client = make_client()
    validators = validators_after(client.fetch(TRENDING), Validators())
    assert validators.etag
    (capture,) = client.fetch(TRENDING, validators)
    assert (capture.status, capture.body) == (304, b"")
    assert validators_after([capture], validators) == validators


def test_last_modified_serves_when_there_is_no_etag(make_client, hub):
    client = make_client()
    _, page = client.fetch(TRENDING)
    (capture,) = client.fetch(TRENDING, Validators(last_modified=page.header("Last-Modified")))
    assert capture.status == 304
    assert "if-none-match" not in hub.log[-1].headers


def test_validators_go_to_no_other_address(make_client, hub):
    client = make_client()
    validators = validators_after(client.fetch(TRENDING), Validators())
    (capture,) = client.fetch(TRENDING, validators, source="api")
    assert capture.status == 200
    assert "if-none-match" not in hub.log[-1].headers


@pytest.mark.parametrize("status", [202, 403, 405])
def test_a_challenge_is_not_answered_and_not_repeated(make_client, hub, status, known_robots):
    hub.fail("/papers", Challenge(status), times=None)
    (capture,) = make_client().fetch(TRENDING)
    assert capture.status == status
    assert known_robots() == ["/papers/trending"]


@pytest.mark.parametrize("fault", [Challenge(403), Status(404), Challenge(200), Status(503)])
def test_where_the_api_fails_the_page_is_asked(make_client, hub, fault, known_robots):
    hub.fail("/api", fault, times=None)
    captures = make_client(max_attempts=1).fetch(DAILY)
    assert known_robots() == ["/api/daily_papers?date=2026-11-17&limit=100", "/papers/date/2026-11-17"]
    assert statuses(captures) == [fault.status, 200]
    assert answer_of(captures) == (captures[-1],)


def test_a_source_that_was_asked_for_alone_stays_alone(make_client, hub, known_robots):
    hub.fail("/api", Challenge(403))
    make_client().fetch(DAILY, source="api")
    assert len(known_robots()) == 1


def test_a_long_list_is_fetched_to_its_end(make_client, hub, known_robots):
    captures = make_client().fetch(MONTHLY)
    assert known_robots()[:2] == [
        "/api/daily_papers?month=2026-10&limit=100",
        "/api/daily_papers?month=2026-10&limit=100&p=1",
    ]
    first, *rest = captures
    assert first.part_of is None
    assert {page.part_of for page in rest} == {first.capture_id}
    assert answer_of(captures) == captures
    papers = [item["paper"]["id"] for page in captures for item in json.loads(page.body)]
    assert len(papers) > 200
    assert len(set(papers)) == len(papers)


def test_a_long_list_is_not_asked_for_conditionally(make_client, hub):
    client = make_client()
    validators = validators_after(client.fetch(MONTHLY), Validators())
    assert validators.digest
    assert validators.headers() == {}


def test_a_full_page_without_a_link_is_followed_by_number(make_client, hub, known_robots):
    body = json.dumps([{"paper": {"id": f"2611.{n:05}"}} for n in range(100)])
    hub.fail("/api", Status(200, {}, body))
    hub.fail("/api", Status(200, {}, "[]"))
    captures = make_client().fetch(DAILY)
    assert known_robots()[1] == "/api/daily_papers?date=2026-11-17&limit=100&p=1"
    assert statuses(captures) == [200, 200]


def test_a_next_page_off_the_hub_is_not_asked_for(make_client, hub, known_robots):
    link = '<https://elsewhere.example/api/daily_papers?p=1>; rel="next"'
    hub.fail("/api", Status(200, {"Link": link}, '[{"paper": {}}]'))
    _, refusal, page = make_client().fetch(DAILY)
    assert (refusal.status, refusal.part_of is not None) == (None, True)
    assert "off the hub: https://elsewhere.example" in refusal.error
    assert page.url.endswith("/papers/date/2026-11-17")


def test_a_list_without_end_is_left(make_client, hub, known_robots):
    link = '</api/daily_papers?p=1>; rel="next"'
    hub.fail("/api", Status(200, {"Link": link}, '[{"paper": {}}]'), times=None)
    captures = make_client().fetch(DAILY, source="api")
    assert len(known_robots()) == 51
    assert "after 50 pages" in captures[-1].error


def test_every_request_is_one_capture(make_client, hub):
    hub.fail("/api", Status(503))
    hub.fail("/api", Drop())
    client = make_client()
    captures = [
        capture
        for written in ("trending", "daily:2026-11-15", "monthly:2026-10", "search:speech")
        for capture in client.fetch(parse_list_id(written))
    ]
    assert len(captures) == len(hub.log)
    assert len({capture.capture_id for capture in captures}) == len(captures)
    assert [c.captured_at for c in captures] == sorted(c.captured_at for c in captures)
