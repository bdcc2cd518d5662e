"""Waits, further tries and redirects: the hub is asked when it wishes to be, and nobody else is."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from broadsheet.model import parse_list_id
from broadsheet.sample.faults import Drop, RedirectOff, Status
from hub.asking import TRENDING, statuses


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
