"""robots.txt: asked for once a day, and obeyed."""

from broadsheet.sample.faults import RedirectOff, Status
from hub.asking import DAILY, TRENDING, paths, statuses


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
