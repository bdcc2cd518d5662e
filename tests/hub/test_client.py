"""The client against the sample hub: polite, provable, and unmoved by whatever the hub does."""

import json
from datetime import timedelta
from email.utils import format_datetime

import pytest

from broadsheet.errors import UsageError
from broadsheet.hub.validators import Validators, answer_of, validators_after
from broadsheet.model import parse_list_id
from broadsheet.sample.faults import (
    Challenge,
    CutBody,
    Drop,
    EndlessBody,
    GzipBomb,
    Hang,
    RedirectOff,
    Status,
)

TRENDING = parse_list_id("trending")
DAILY = parse_list_id("daily:2026-11-17")
MONTHLY = parse_list_id("monthly:2026-10")


def paths(hub):
    return [request.path for request in hub.log]


def statuses(captures):
    return [capture.status for capture in captures]


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


def test_retry_after_in_seconds_is_obeyed(make_client, hub, clock):
    hub.fail("/papers", Status(429, {"Retry-After": "40"}))
    captures = make_client().fetch(TRENDING)
    assert statuses(captures) == [200, 429, 200]
    assert hub.log[2].at - hub.log[1].at == timedelta(seconds=40)


def test_retry_after_as_a_date_is_obeyed(make_client, hub, clock):
    until = format_datetime(clock.now() + timedelta(seconds=75), usegmt=True)
    hub.fail("/papers", Status(503, {"Retry-After": until}))
    captures = make_client().fetch(TRENDING)
    assert statuses(captures) == [200, 503, 200]
    assert hub.log[2].at - hub.log[1].at == timedelta(seconds=75)


def test_the_rate_limit_header_is_obeyed(make_client, hub):
    hub.fail("/papers", Status(429, {"RateLimit": '"pages";r=0;t=120'}))
    captures = make_client().fetch(TRENDING)
    assert statuses(captures) == [200, 429, 200]
    assert hub.log[2].at - hub.log[1].at >= timedelta(seconds=120)


def test_an_exhausted_limit_is_waited_for_before_the_next_request(make_client, hub, clock):
    hub.fail("/papers", Status(200, {"RateLimit": '"pages";r=0;t=90'}, "<html></html>"))
    client = make_client()
    client.fetch(TRENDING)
    assert clock.slept == []
    client.fetch(TRENDING)
    assert hub.log[2].at - hub.log[1].at >= timedelta(seconds=90)


def test_the_hubs_own_quota_is_never_overdrawn_twice(make_client, hub, clock):
    for _ in range(120):
        make_client(budget_requests=10_000).fetch(TRENDING)
    assert 429 not in [request.status for request in hub.log]


def test_a_wait_that_is_too_long_is_not_waited_for(make_client, hub, clock):
    hub.fail("/papers", Status(429, {"Retry-After": "3600"}))
    *_, answer, refusal = make_client(max_wait_seconds=600.0).fetch(TRENDING)
    assert answer.status == 429
    assert (refusal.status, refusal.headers, refusal.body) == (None, (), b"")
    assert "asks not to be asked until 2026-11-18 10:30" in refusal.error
    assert len(hub.log) == 2
    assert sum(clock.slept) < 10


def test_another_client_of_the_same_home_obeys_the_wait_too(make_client, hub):
    hub.fail("/papers", Status(429, {"Retry-After": "3600"}))
    make_client().fetch(TRENDING)
    (refusal,) = make_client().fetch(TRENDING)
    assert refusal.status is None
    assert len(hub.log) == 2


def test_a_failing_hub_is_tried_again_with_longer_waits(make_client, hub, clock):
    hub.fail("/papers", Status(503), times=2)
    captures = make_client(backoff_seconds=2.0).fetch(TRENDING)
    assert statuses(captures) == [200, 503, 503, 200]
    assert clock.slept == [2.0, 4.0]
    assert len({capture.capture_id for capture in captures}) == 4


def test_a_hub_that_stays_broken_is_given_up(make_client, hub):
    hub.fail("/papers", Status(500), times=None)
    captures = make_client(max_attempts=3).fetch(TRENDING)
    assert statuses(captures) == [200, 500, 500, 500]
    assert len(hub.log) == 4


def test_a_connection_that_drops_is_tried_again(make_client, hub):
    hub.fail("/papers", Drop())
    _, dropped, answer = make_client().fetch(TRENDING)
    assert dropped.status is None
    assert "no answer" in dropped.error
    assert answer.status == 200


def test_a_hub_that_does_not_answer_is_not_waited_for_long(make_client, hub):
    make_client().fetch(TRENDING)  # what follows is made already, and quick to send
    hub.fail("/papers", Hang())
    silent, answer = make_client(read_timeout_seconds=1.0).fetch(TRENDING)
    assert (silent.status, silent.error) == (None, "no answer within 1 s")
    assert answer.status == 200


def test_nobody_at_home_is_said_plainly(make_client, hub):
    hub.close()
    captures = make_client(max_attempts=2).fetch(TRENDING)
    assert statuses(captures) == [None, None, None]
    assert captures[0].error == "no answer: Connection refused"
    assert "robots.txt could not be read" in captures[-1].error


def test_an_endless_body_is_stopped_at_the_limit(make_client, hub):
    hub.fail("/papers", EndlessBody(), times=None)
    _, capture = make_client(max_body_bytes=500_000).fetch(TRENDING)
    assert (capture.status, capture.body) == (200, b"")
    assert "larger than 500,000 bytes" in capture.error


def test_a_trickle_is_stopped_by_the_clock(make_client, hub):
    make_client().fetch(TRENDING)
    hub.fail("/papers", EndlessBody(chunk=1, pause=0.01), times=None)
    (capture,) = make_client(total_timeout_seconds=1.0, max_attempts=1).fetch(TRENDING)
    assert "took longer than 1 s" in capture.error
    assert capture.body.strip() == b""


def test_silence_within_an_answer_is_cut(make_client, hub):
    make_client().fetch(TRENDING)
    hub.fail("/papers", EndlessBody(chunk=1000, pause=60))
    cut, answer = make_client(read_timeout_seconds=1.0).fetch(TRENDING)
    assert "silent for 1 s" in cut.error
    assert len(cut.body) == 1000
    assert answer.status == 200


def test_a_gzip_bomb_is_stopped_while_it_unpacks(make_client, hub):
    hub.fail("/papers", GzipBomb(megabytes=1024), times=None)
    _, capture = make_client(max_decoded_bytes=1_000_000).fetch(TRENDING)
    assert (capture.status, capture.body) == (200, b"")
    assert "unpacks to more than 1,000,000 bytes" in capture.error


def test_a_body_that_is_cut_off_is_no_answer(make_client, hub):
    hub.fail("/papers", CutBody())
    _, cut, answer = make_client().fetch(TRENDING)
    assert cut.status == 200
    assert cut.error
    assert answer.error is None
    assert answer_of([cut]) == ()


def test_a_coding_that_was_not_asked_for_is_an_error(make_client, hub):
    hub.fail("/papers", Status(200, {"Content-Encoding": "br"}, "xx"), times=None)
    capture = make_client(max_attempts=1).fetch(TRENDING)[-1]
    assert "'br'" in capture.error


def test_a_redirect_within_the_hub_is_followed(make_client, hub):
    asked = parse_list_id("daily:2026-11-15")  # a Sunday
    _, redirect, answer = make_client().fetch(asked, source="page")
    assert (redirect.status, redirect.final_url) == (302, None)
    assert (answer.status, answer.asked, answer.url) == (200, asked, f"{hub.url}/papers/date/2026-11-15")
    assert answer.final_url == f"{hub.url}/papers/date/2026-11-13"


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/papers",
        "//elsewhere.example/papers",
        "http://127.0.0.1:9/papers",
        "https://127.0.0.1/",
        "ftp://127.0.0.1/",
    ],
)
def test_a_redirect_off_the_hub_is_not_followed(make_client, hub, location):
    hub.fail("/papers", RedirectOff(location), times=None)
    captures = make_client().fetch(TRENDING)
    assert statuses(captures) == [200, 302]
    assert "redirects off the hub: " in captures[-1].error
    assert location.split("//")[1].split("/")[0] in captures[-1].error
    assert len(hub.log) == 2


def test_a_user_name_in_a_redirect_leads_off_the_hub(make_client, hub):
    hub.fail("/papers", RedirectOff(hub.url.replace("http://", "http://somebody@") + "/papers"))
    assert "off the hub" in make_client().fetch(TRENDING)[-1].error


@pytest.mark.parametrize("location", ["", "http://[", "http://a:b/"])
def test_a_redirect_to_nowhere_is_an_error(make_client, hub, location):
    hub.fail("/papers", RedirectOff(location))
    assert make_client().fetch(TRENDING)[-1].error.startswith("the hub redirects ")


def test_the_limits_hold_for_redirects_too(make_client, hub):
    hub.fail("/papers", Status(302, {"Location": "/papers"}, "x" * 3_000_000))
    _, capture = make_client(max_body_bytes=1_000_000).fetch(TRENDING)
    assert (capture.status, capture.body) == (302, b"")
    assert "larger than 1,000,000 bytes" in capture.error


def test_a_circle_of_redirects_is_left(make_client, hub):
    hub.fail("/papers", RedirectOff("/papers/trending"), times=None)
    captures = make_client().fetch(TRENDING)
    assert statuses(captures) == [200] + [302] * 6
    assert captures[-1].error == "more than 5 redirects"


def test_robots_txt_is_asked_for_once_a_day(make_client, hub, clock):
    first = make_client()
    first.fetch(TRENDING)
    first.fetch(TRENDING)
    make_client().fetch(TRENDING)
    assert paths(hub).count("/robots.txt") == 1
    clock.sleep(24 * 3600)
    first.fetch(TRENDING)
    assert paths(hub).count("/robots.txt") == 2


def test_what_robots_txt_forbids_is_not_asked_for(make_client, hub):
    hub.robots = "User-agent: *\nDisallow: /papers/trending\n"
    _, refusal = make_client().fetch(TRENDING)
    assert (refusal.status, refusal.asked) == (None, TRENDING)
    assert refusal.error == f"not asked: {hub.url}/robots.txt forbids {hub.url}/papers/trending"
    assert paths(hub) == ["/robots.txt"]


def test_robots_txt_may_speak_to_this_program_alone(make_client, hub):
    hub.robots = "User-agent: *\nDisallow: /\n\nUser-agent: broadsheet\nAllow: /papers\nDisallow: /api/\n"
    captures = make_client().fetch(DAILY)
    assert paths(hub) == ["/robots.txt", "/papers/date/2026-11-17"]
    assert statuses(captures) == [200, None, 200]


def test_a_redirect_to_a_forbidden_place_is_not_followed(make_client, hub):
    hub.robots = "User-agent: *\nDisallow: /login\n"
    hub.fail("/papers", RedirectOff("/login?next=%2Fpapers"))
    captures = make_client().fetch(TRENDING)
    assert statuses(captures) == [200, 302, None]
    assert "forbids" in captures[-1].error
    assert captures[-1].final_url == f"{hub.url}/login?next=%2Fpapers"


def test_a_missing_robots_txt_allows_everything(make_client, hub):
    hub.fail("/robots.txt", Status(404))
    assert statuses(make_client().fetch(TRENDING)) == [404, 200]


def test_a_robots_txt_out_of_reach_forbids_everything_for_now(make_client, hub):
    hub.fail("/robots.txt", Status(503), times=2)
    client = make_client(max_attempts=2)
    captures = client.fetch(DAILY)
    assert statuses(captures) == [503, 503, None, None]
    assert "robots.txt could not be read (status 503)" in captures[-1].error
    assert statuses(client.fetch(DAILY)) == [200, 200]


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
