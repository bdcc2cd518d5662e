"""How much one visitor may ask for, and what happens to whoever asks for more."""

import anyio
import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.settings import Settings
from broadsheet.web import limits
from broadsheet.web.app import create_app
from broadsheet.web.limits import MOST_ADDRESS_BYTES, Rate, visitor
from broadsheet.web.serving import serving


def site(home, per_minute: int = 0) -> FastAPI:
    return create_app(Settings(home=str(home), web_requests_per_minute=per_minute))


def asked_from(app: FastAPI, host: str) -> int:
    return TestClient(app, client=(host, 50000)).get("/static/site.css").status_code


def test_each_visitor_has_a_bound_of_their_own(tmp_path):
    app = site(tmp_path, per_minute=2)
    assert [asked_from(app, "203.0.113.1") for _ in range(3)] == [200, 200, 429]
    assert asked_from(app, "203.0.113.2") == 200


class Clock:
    now = 120.0

    def __call__(self) -> float:
        return self.now


def asked(rate: Rate, times: int) -> int:
    """How many of so many requests are allowed."""
    return sum(rate.allows("somebody") for _ in range(times))


def test_after_a_minute_of_silence_all_is_allowed_again():
    clock = Clock()
    rate = Rate(10, clock)
    assert asked(rate, 20) == 10
    clock.now += 59
    assert asked(rate, 20) == 0
    clock.now += 61
    assert asked(rate, 20) == 10


def test_a_burst_around_the_turn_of_a_minute_gains_nothing():
    clock = Clock()
    rate = Rate(10, clock)
    clock.now += 59
    assert asked(rate, 20) == 10
    clock.now += 1
    assert asked(rate, 20) == 0
    clock.now += 30
    assert asked(rate, 20) == 5


@given(st.lists(st.floats(0, 30), max_size=80), st.integers(1, 8))
def test_no_minute_sees_more_than_twice_the_bound_and_no_slow_visitor_is_refused(pauses, bound):
    clock = Clock()
    rate, let_in = Rate(bound, clock), []
    for pause in pauses:
        clock.now += pause
        if rate.allows("somebody"):
            let_in.append(clock.now)
        else:
            assert sum(at > clock.now - 120 for at in let_in) >= bound
    for at in let_in:
        assert sum(at - 60 < other <= at for other in let_in) <= 2 * bound


def test_all_addresses_of_one_ipv6_network_are_one_visitor(tmp_path):
    app = site(tmp_path, per_minute=2)
    assert [asked_from(app, f"2001:db8::{number}") for number in range(3)] == [200, 200, 429]
    assert asked_from(app, "2001:db8:0:1::1") == 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("testclient", "testclient"),
    ],
)
def test_who_counts_as_one_visitor(host, expected):
    assert visitor(Request({"type": "http", "client": (host, 1)})) == expected


@pytest.mark.parametrize(("proxies", "third"), [((), 429), (("127.0.0.1",), 200)])
def test_only_a_trusted_proxy_may_say_who_asks(tmp_path, proxies, third):
    settings = Settings(
        home=str(tmp_path), web_port=0, web_requests_per_minute=2, web_trusted_proxies=proxies
    )
    with serving(settings) as address:
        answers = [
            httpx.get(f"{address}/static/site.css", headers={"X-Forwarded-For": f"203.0.113.{number}"})
            for number in range(3)
        ]
    assert [answer.status_code for answer in answers] == [200, 200, third]


def test_an_address_that_is_too_long_is_refused(tmp_path):
    client = TestClient(site(tmp_path))
    longest = "x" * (MOST_ADDRESS_BYTES - len("/static/site.css?q="))
    assert client.get(f"/static/site.css?q={longest}").status_code == 200
    assert client.get(f"/static/site.css?q={longest}x").status_code == 414
    assert client.get(f"/api/v1/{longest}xxxxxxxxxxx").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "address", ["/static/site.css%00", "/nowhere?q=a%1Bb", "/nowhere?q=%7f", "/%0bnowhere"]
)
def test_an_address_with_control_characters_is_refused(tmp_path, address):
    assert TestClient(site(tmp_path)).get(address).status_code == 400


def test_lines_of_a_text_field_are_no_control_characters(tmp_path):
    assert TestClient(site(tmp_path)).get("/static/site.css?topics=a%0D%0A%09b").status_code == 200


def test_a_body_that_dribbles_in_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "LONGEST_BODY_SECONDS", 0.1)
    app = site(tmp_path)

    @app.post("/taken")
    async def taken(request: Request):
        return len(await request.body())

    async def dribble():
        yield b"a"
        await anyio.sleep_forever()

    async def post():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://site.example") as client:
            return await client.post("/taken", content=dribble())

    assert anyio.run(post).status_code == 408
