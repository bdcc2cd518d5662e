"""Addresses: every list has one, and every address of every era finds its list again."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.hub.urls import api_limit, api_page, api_url, is_papers_url, list_from_url, page_url
from broadsheet.model import DATED_KINDS, ListId, ListKind, dated_list, parse_list_id

HUB = "https://huggingface.co"
NOT_BLANK = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(str.strip).filter(bool)
DATED = st.builds(dated_list, st.sampled_from(sorted(DATED_KINDS)), st.dates(min_value=date(1000, 1, 4)))
PAPERS = st.from_regex(r"[0-9]{4}\.[0-9]{4,5}|cs/[0-9]{7}|math\.AG/[0-9]{7}", fullmatch=True)
LISTS = st.one_of(
    st.just(ListId(ListKind.TRENDING)),
    DATED,
    st.builds(ListId, st.just(ListKind.SEARCH), NOT_BLANK),
    st.builds(ListId, st.just(ListKind.PAPER), PAPERS),
)
HUBS = st.sampled_from([HUB, f"{HUB}/", "http://127.0.0.1:8000"])


@given(LISTS, HUBS)
def test_a_page_address_finds_its_list_again(list_id, hub_url):
    url = page_url(list_id, hub_url)
    assert url.startswith(hub_url.rstrip("/") + "/papers")
    assert list_from_url(url) == list_id
    assert is_papers_url(url)


@given(LISTS, HUBS, st.integers(min_value=0, max_value=50), st.integers(min_value=1, max_value=100))
def test_an_api_address_finds_its_list_again(list_id, hub_url, page, limit):
    url = api_url(list_id, hub_url, page, limit)
    if list_id.kind in {ListKind.PAPER, ListKind.SEARCH} and page > 0:
        assert url is None
        return
    assert url is not None
    assert list_from_url(url) == list_id
    assert is_papers_url(url)
    if list_id.kind is not ListKind.PAPER:
        assert (api_page(url), api_limit(url)) == (page, limit)


@pytest.mark.parametrize(
    ("url", "written"),
    [
        (f"{HUB}/papers?date=2024-08-01", "daily:2024-08-01"),
        (f"{HUB}/papers/date/2025-03-25", "daily:2025-03-25"),
        (f"{HUB}/papers/date/2025-03-25/", "daily:2025-03-25"),
        (f"{HUB}/papers/week/2026-W47", "weekly:2026-W47"),
        (f"{HUB}/papers/month/2026-11", "monthly:2026-11"),
        (f"{HUB}/papers/trending", "trending"),
        (f"{HUB}/papers?q=speech+recognition", "search:speech recognition"),
        (f"{HUB}/papers?q=Intercode%20Bash&date=2026-03-25", "search:Intercode Bash"),
        (f"{HUB}/papers/2509.24002", "paper:2509.24002"),
        (f"{HUB}/papers/2509.24002v3#community", "paper:2509.24002"),
        (f"{HUB}/papers/cs/0112017", "paper:cs/0112017"),
        (f"{HUB}/api/daily_papers?date=2024-05-27", "daily:2024-05-27"),
        (f"{HUB}/api/daily_papers?week=2026-W47&limit=100&p=1", "weekly:2026-W47"),
        (f"{HUB}/api/daily_papers?month=2026-11", "monthly:2026-11"),
        (f"{HUB}/api/daily_papers?sort=trending", "trending"),
        (f"{HUB}/api/daily_papers?sort=publishedAt&date=2026-11-20", "daily:2026-11-20"),
        (f"{HUB}/api/papers/search?q=a%26b&limit=100", "search:a&b"),
        (f"{HUB}/api/papers/2509.24002", "paper:2509.24002"),
    ],
)
def test_every_era_is_understood(url, written):
    assert list_from_url(url) == parse_list_id(written)


@pytest.mark.parametrize(
    "url",
    [
        HUB,
        f"{HUB}/papers",
        f"{HUB}/papers?q=",
        f"{HUB}/api/daily_papers",
        f"{HUB}/api/daily_papers?limit=100",
        f"{HUB}/api/papers/search",
        f"{HUB}/papers/submit",
        f"{HUB}/login?next=%2Fpapers%2F2509.24002",
        f"{HUB}/papers/date/2025-13-40",
        f"{HUB}/papers/week/2025-W53",
        f"{HUB}/papers?date=yesterday",
        f"{HUB}/datasets",
        f"{HUB}/robots.txt",
        "file:///listing.txt",
        "",
    ],
)
def test_an_address_without_a_list_names_none(url):
    assert list_from_url(url) is None


@given(st.text())
def test_no_address_crashes(text):
    list_from_url(f"{HUB}/papers/{text}")
    list_from_url(f"{HUB}/papers?{text}")
    list_from_url(f"http://[{text}")


def test_pages_and_limits_are_read_with_the_hubs_own_defaults():
    url = f"{HUB}/api/daily_papers?date=2026-11-20"
    assert (api_page(url), api_limit(url)) == (0, 50)
    assert (api_page(f"{url}&p=2&limit=100"), api_limit(f"{url}&p=2&limit=500")) == (2, 100)
    assert (api_page(f"{url}&p=x&limit=-3"), api_limit(f"{url}&p=x&limit=-3")) == (0, 50)


def test_the_api_is_asked_for_as_much_as_it_gives():
    url = api_url(parse_list_id("daily:2026-11-20"), HUB)
    assert url is not None
    assert parse_qs(urlsplit(url).query) == {"date": ["2026-11-20"], "limit": ["100"]}


def test_only_paths_of_papers_are_papers():
    assert is_papers_url(f"{HUB}/papers")
    assert not is_papers_url(f"{HUB}/papersplease")
    assert not is_papers_url(f"{HUB}/front/papers.png")
