"""The sample hub over loopback: addresses, paging, redirects, validators, limits and the log."""

import gzip
import json
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from broadsheet.errors import UsageError
from broadsheet.sample.hub import SampleHub
from broadsheet.sample.quotas import QUOTAS

Get = Callable[..., requests.Response]
Hydration = Callable[[requests.Response], dict[str, Any]]
Cards = Callable[[requests.Response], list[BeautifulSoup]]


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["paper"]["id"] for item in items]


@pytest.mark.parametrize(
    ("page", "api"),
    [
        ("/papers/trending", "/api/daily_papers?sort=trending&limit=100"),
        ("/papers/date/2026-11-20", "/api/daily_papers?date=2026-11-20&limit=100"),
        ("/papers/date/2026-11-13", "/api/daily_papers?date=2026-11-13&limit=100"),
        ("/papers?q=speech%20recognition", "/api/papers/search?q=speech+recognition&limit=100"),
    ],
)
def test_page_and_api_agree(get: Get, hydration: Hydration, cards: Cards, page: str, api: str) -> None:
    html, items = get(page), get(api).json()
    assert len(items) > 0
    hydrated = hydration(html)["dailyPapers"][:100]
    assert [{key: value for key, value in item.items() if key != "upvoted"} for item in hydrated] == items
    for card, item in zip(cards(html), items, strict=False):
        titles = card.select("h3 > a")
        assert len(titles) == 2  # every article stands in two renderings
        assert {title.text for title in titles} == {item["title"]}
        assert {title["href"] for title in titles} == {f"/papers/{item['paper']['id']}"}
        votes = {vote.text for vote in card.select("div.font-semibold.text-orange-500")}
        assert votes == {str(item["paper"]["upvotes"] or "-")}


def test_cards_show_what_the_hub_shows(get: Get, hydration: Hydration, cards: Cards) -> None:
    html = get("/papers/trending")
    for card, item in zip(cards(html), hydration(html)["dailyPapers"], strict=True):
        paper = item["paper"]
        text = card.select_one("p.line-clamp-2")
        shown = paper.get("ai_summary") or paper.get("summary")
        assert (text.text if text else None) == shown
        assert bool(card.select('a[href*="github.com"]')) == ("githubRepo" in paper)
        chip = card.select_one("span.truncate")
        assert (chip.text if chip else None) == paper.get("organization", {}).get("fullname")
        assert bool(card.select("ul > li[title]")) == ("organization" not in paper)


def test_dated_pages_have_compact_cards_and_search_whole_abstracts(get: Get, cards: Cards) -> None:
    assert not any(card.select("p") for card in cards(get("/papers/date/2026-11-20")))
    found = get("/papers?q=speech")
    abstracts = {item["paper"].get("summary") for item in get("/api/papers/search?q=speech&limit=100").json()}
    texts = [card.select_one("p").text for card in cards(found)]
    assert texts
    assert set(texts[:50]) <= abstracts


def test_a_page_has_the_hubs_frame(get: Get, hydration: Hydration) -> None:
    html = get("/papers/date/2026-11-18")
    soup = BeautifulSoup(html.text, "html.parser")
    assert (
        soup.select_one('meta[property="og:url"]')["content"]
        == "https://huggingface.co/papers/date/2026-11-18"
    )
    assert soup.select_one('meta[property="og:title"]')["content"] == "Daily Papers - Hugging Face"
    assert soup.select_one("h1").text == "Daily Papers"
    assert "Get trending papers in your email inbox once a day!" in soup.text
    links = {link["href"] for link in soup.select("a")}
    assert {
        "/papers/date/2026-11-17",
        "/papers/date/2026-11-19",
        "/papers/trending",
        "/papers/submit",
    } <= links
    props = hydration(html)
    assert props["dateString"] == "2026-11-18"
    assert (props["prevDate"], props["nextDate"]) == ("2026-11-17", "2026-11-19")
    assert props["periodType"] == "day"
    assert props["isTrending"] is False
    assert hydration(get("/papers/trending"))["isTrending"] is True
    assert hydration(get("/papers?q=a+b"))["query"] == "a b"


def test_markup_in_a_title_is_escaped(hub: SampleHub, get: Get, hydration: Hydration) -> None:
    for day in range(2, 14):
        hub.now = datetime(2026, 11, day, 20, tzinfo=UTC)
        html = get("/papers/trending")
        assert "<script>alert" not in html.text
        if any("<script>" in item["title"] for item in hydration(html)["dailyPapers"]):
            return
    pytest.fail("no title with markup on the board in twelve days")


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/papers", "/papers/date/2026-11-20"),
        ("/papers?date=2026-11-19", "/papers/date/2026-11-19"),
        ("/papers/date/2026-11-15", "/papers/date/2026-11-13"),  # a Sunday
        ("/papers/date/2027-01-01", "/papers/date/2026-11-20"),  # not yet
        ("/papers/week/2026-W52", "/papers/week/2026-W47"),
        ("/papers/month/2026-12", "/papers/month/2026-11"),
    ],
)
def test_redirects_to_the_latest_valid_period(get: Get, path: str, target: str) -> None:
    answer = get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, target)
    assert get(target).status_code == 200


def test_home_follows_the_clock(hub: SampleHub, get: Get) -> None:
    hub.now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert get("/papers").headers["Location"] == "/papers/date/2026-11-20"
    hub.now = datetime(2026, 11, 23, 0, 1, tzinfo=UTC)
    assert get("/papers").headers["Location"] == "/papers/date/2026-11-23"
    assert 1 <= len(get("/api/daily_papers?date=2026-11-23").json()) <= 5


@pytest.mark.parametrize(
    "path", ["/papers/date/2026-13-40", "/papers/week/2026-W60", "/papers/2611.00001", "/x"]
)
def test_pages_that_are_not(get: Get, path: str) -> None:
    assert get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "date=2026-13-40",
        "date=yesterday",
        "week=2026-W60",
        "month=2026-00",
        "limit=101",
        "limit=0",
        "p=-1",
        "sort=x",
    ],
)
def test_the_api_refuses_what_cannot_be(get: Get, query: str) -> None:
    answer = get(f"/api/daily_papers?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_weekends_and_pages_past_the_end_are_empty(get: Get) -> None:
    assert get("/api/daily_papers?date=2026-11-15").json() == []
    assert get("/api/daily_papers?date=2026-11-20&p=7").json() == []


def test_paging_follows_links_to_the_whole_month(get: Get, hub: SampleHub, hydration: Hydration) -> None:
    first = get("/api/daily_papers?month=2026-10")
    assert len(first.json()) == 50
    found, link = ids(first.json()), first.links.get("next")
    pages = 1
    while link:
        assert link["url"].startswith(hub.url)
        answer = get(link["url"].removeprefix(hub.url))
        found += ids(answer.json())
        link = answer.links.get("next")
        pages += 1
    assert len(set(found)) == len(found)
    assert pages == -(-len(found) // 50) >= 8
    larger = get("/api/daily_papers?month=2026-10&limit=100&p=1")
    assert ids(larger.json()) == found[100:200]
    on_the_page = hydration(get("/papers/month/2026-10"))["dailyPapers"]
    assert ids(on_the_page) == found[:105]


def test_a_weeks_page_stops_at_105(get: Get, hydration: Hydration) -> None:
    whole = get("/api/daily_papers?week=2026-W46&limit=100")
    assert "next" in whole.links
    assert len(hydration(get("/papers/week/2026-W46"))["dailyPapers"]) == 105


def test_a_paper_and_its_page(get: Get) -> None:
    item = get("/api/daily_papers?date=2026-11-20").json()[0]
    paper_id = item["paper"]["id"]
    answer = get(f"/api/papers/{paper_id}").json()
    assert {key: answer[key] for key in item["paper"]} == item["paper"]
    assert answer["numTotalModels"] == 0
    page = BeautifulSoup(get(f"/papers/{paper_id}").text, "html.parser")
    props = json.loads(page.select_one('[data-target="PaperContent"]')["data-props"])
    assert props["paper"] == item["paper"]
    assert props["dailyPaperRank"] == 1
    assert item["title"] == " ".join(page.h1.text.split())
    assert get("/api/papers/2611.00001").status_code == 404


def test_not_modified(hub: SampleHub, get: Get) -> None:
    for path in ("/papers/trending", "/api/daily_papers?date=2026-11-20", "/robots.txt"):
        first = get(path)
        again = get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    trending = get("/papers/trending")
    seen = trending.headers["Last-Modified"]
    hub.now += timedelta(minutes=20)
    assert get("/papers/trending", headers={"If-Modified-Since": seen}).status_code == 304
    hub.now += timedelta(minutes=40)
    validators = {"If-None-Match": trending.headers["ETag"], "If-Modified-Since": seen}
    moved = get("/papers/trending", headers=validators)
    assert moved.status_code == 200
    assert moved.headers["ETag"] != trending.headers["ETag"]
    assert get("/papers/trending", headers={"If-Modified-Since": "not a date"}).status_code == 200


def test_gzip_only_when_accepted(get: Get) -> None:
    plain = get("/papers/trending", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    packed = get("/papers/trending", headers={"Accept-Encoding": "gzip"}, stream=True)
    assert packed.headers["Content-Encoding"] == "gzip"
    raw = packed.raw.read(decode_content=False)
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 4


def test_the_date_is_the_hubs_own(hub: SampleHub, get: Get) -> None:
    assert parsedate_to_datetime(get("/papers").headers["Date"]) == hub.now
    ticks = iter(datetime(2026, 11, 3, 12, second, tzinfo=UTC) for second in range(60))
    hub.now = lambda: next(ticks)
    assert parsedate_to_datetime(get("/robots.txt").headers["Date"]).date() == date(2026, 11, 3)


def test_limits_are_counted_by_pool_and_window(get: Get) -> None:
    with SampleHub(quotas={"pages": 3}) as hub:
        hub.now = datetime(2026, 11, 20, 15, 31, tzinfo=UTC)
        answers = [requests.get(hub.url + "/papers/trending", timeout=20) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[0].headers["RateLimit"] == '"pages";r=2;t=240'
        assert answers[3].headers["RateLimit"] == '"pages";r=0;t=240'
        assert answers[3].headers["RateLimit-Policy"] == '"fixed window";"pages";q=3;w=300'
        assert requests.get(hub.url + "/api/daily_papers", timeout=20).status_code == 200
        assert "RateLimit" not in requests.get(hub.url + "/robots.txt", timeout=20).headers
        hub.now += timedelta(seconds=240)
        assert requests.get(hub.url + "/papers/trending", timeout=20).status_code == 200


def test_default_limits_are_the_hubs(get: Get) -> None:
    assert QUOTAS == {"api": 500, "pages": 100, "search": 50}
    assert get("/api/papers/search?q=x").headers["RateLimit"].startswith('"search";r=49;')


def test_the_log_tells_who_asked_for_what(hub: SampleHub, get: Get) -> None:
    get("/papers/trending?x=1", headers={"User-Agent": "tester", "Authorization": "Bearer not-to-be-kept"})
    get("/x")
    first, second = hub.log
    assert (first.at, first.method, first.path, first.status) == (hub.now, "GET", "/papers/trending?x=1", 200)
    assert first.headers["user-agent"] == "tester"
    assert first.headers["authorization"] == "Bearer"
    assert (first.pool, first.fault) == ("pages", None)
    assert second.status == 404


def test_waiting_for_requests(hub: SampleHub, get: Get) -> None:
    asking = threading.Timer(0.05, get, ["/robots.txt"])
    asking.start()
    assert hub.wait_for_requests(1)
    assert not hub.wait_for_requests(2, seconds=0.01)
    asking.join()


def test_robots_can_be_changed(hub: SampleHub, get: Get) -> None:
    assert "Allow: /" in get("/robots.txt").text
    hub.robots = "User-agent: *\nDisallow: /papers\n"
    assert get("/robots.txt").text == "User-agent: *\nDisallow: /papers\n"


def test_many_clients_at_once(hub: SampleHub) -> None:
    bodies: list[bytes] = []

    def ask() -> None:
        bodies.extend(requests.get(hub.url + "/papers/trending", timeout=10).content for _ in range(4))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bodies) == len(hub.log) == 32
    assert len(set(bodies)) == 1


def test_a_clock_that_cannot_be_is_refused(hub: SampleHub) -> None:
    with pytest.raises(UsageError, match="time zone"):
        hub.now = datetime(2026, 11, 20, 12)  # noqa: DTZ001 - this is the point
    with pytest.raises(UsageError, match="begins on 2023-05-04"):
        SampleHub(datetime(2020, 1, 1, tzinfo=UTC))


def test_closing_ends_open_connections(hub: SampleHub) -> None:
    session = requests.Session()
    session.get(hub.url + "/robots.txt", timeout=20)
    hub.close()
    with pytest.raises(requests.ConnectionError):
        session.get(hub.url + "/robots.txt", timeout=20)
