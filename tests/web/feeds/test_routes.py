"""Feeds as readers' programs fetch them."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from broadsheet.digest.edition import SectionName, compose
from broadsheet.digest.window import read_windows
from broadsheet.model import ListId, ListKind
from broadsheet.settings import Settings
from broadsheet.warehouse.search import search
from broadsheet.web.app import create_app
from web.feeds.validity import ATOM, valid_atom, valid_json

ADDRESSES = [
    "/feeds/trending.{}",
    "/feeds/trending.{}?only=new,back",
    "/feeds/trending.{}?limit=1",
    "/feeds/daily.{}",
    "/feeds/daily/2026-11-10.{}",
    "/feeds/topics.{}?topics=speech,robot*,-medical",
    "/feeds/topics.{}?topics=agents&list=daily",
    "/feeds/topics.{}?topics=nobodywrites",
    "/feeds/changes.{}",
    "/feeds/changes.{}?list=trending&change=rose&change=gained,revised",
    "/feeds/editions/trending.{}",
    "/feeds/search.{}?q=robot*",
    "/feeds/search.{}?q=%22world+model%22+-medical",
    "/feeds/search.{}?q=nobodywrites",
    "/feeds/search.{}?q=%3Cscript%3E]]>%22",
    "/feeds/editions/daily.{}?limit=3",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_feed_is_valid_atom(reader, address):
    answer = reader.get(address.format("atom"))
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    valid_atom(answer.content)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_feed_is_valid_json_with_the_same_items(reader, address):
    answer = reader.get(address.format("json"))
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    feed = valid_json(answer.content)
    atom = valid_atom(reader.get(address.format("atom")).content)
    assert [item["id"] for item in feed["items"]] == [
        entry.findtext(f"{ATOM}id") for entry in atom.iter(f"{ATOM}entry")
    ]


def items(reader, address: str) -> list[dict]:
    """Of all parts of a JSON feed."""
    found = []
    while address:
        feed = reader.get(address).json()
        found += feed["items"]
        address = feed.get("next_url")
    return found


def told(items: list[dict]) -> list[tuple[str, str, str]]:
    return [
        (item["_broadsheet"]["type"], item["_broadsheet"]["paper_id"], item["date_published"])
        for item in items
    ]


@pytest.mark.parametrize("kind", ["trending", "daily"])
def test_what_is_told_is_what_the_digest_would_tell_from_snapshot_to_snapshot(reader, kind):
    with reader.app.state.site.published.reading() as reading:
        con = reading.con
        rows = con.execute(
            "SELECT list_key, captured_at AT TIME ZONE 'UTC', lag(captured_at) OVER (PARTITION BY list_key ORDER BY "
            "captured_at) AT TIME ZONE 'UTC' FROM snapshots WHERE list_kind = ?", [kind]
        ).to_arrow_table()  # fmt: skip
        expected = set()
        for key, at, before in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            (window,) = read_windows(con, ListId(ListKind(kind), key), before, at)
            edition = compose(window, "https://huggingface.co")
            for name in (SectionName.NEW, SectionName.BACK, SectionName.RISING):
                moment = at.isoformat().replace("+00:00", "Z")
                expected |= {(str(name), item.paper_id, moment) for item in edition.items(name)}
    found = told(items(reader, f"/feeds/{kind}.json?limit=37"))
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert {event for event, _, _ in found} >= {"new", "rising"} if kind == "trending" else {"new"}


@pytest.mark.parametrize("address", ["/feeds/trending.json", "/feeds/changes.json?list=trending&change=rose"])
def test_the_parts_are_the_whole_newest_first(reader, address):
    join = "&" if "?" in address else "?"
    whole, parts = items(reader, address), items(reader, f"{address}{join}limit=7")
    assert [item["id"] for item in parts] == [item["id"] for item in whole]
    times = [item["date_published"] for item in whole]
    assert times == sorted(times, reverse=True)
    assert len(whole) > 100


def test_the_first_part_is_found_from_any(reader):
    first = reader.get("/feeds/trending.atom?limit=2&only=new")
    links = {link.get("rel"): link.get("href") for link in valid_atom(first.content).findall(f"{ATOM}link")}
    later = valid_atom(reader.get(links["next"]).content)
    there = {link.get("rel"): link.get("href") for link in later.findall(f"{ATOM}link")}
    assert there["first"] == links["self"] == links["first"]
    assert there["self"] == links["next"]
    assert later.findtext(f"{ATOM}id") == valid_atom(first.content).findtext(f"{ATOM}id")


def test_below_another_root_every_address_is_below_it(polled_site_home):
    whole = FastAPI()
    whole.mount("/broadsheet", create_app(Settings(home=str(polled_site_home), web_requests_per_minute=0)))
    feed = valid_atom(TestClient(whole).get("/broadsheet/feeds/trending.atom?limit=3").content)
    links = [link.get("href") for link in feed.iter(f"{ATOM}link") if link.get("rel") != "related"]
    assert len(links) == 4 + 3
    assert all(link.startswith("http://testserver/broadsheet/") for link in links)


def test_an_item_says_what_happened_and_everything_of_the_paper(reader):
    item = items(reader, "/feeds/trending.json?only=rising")[0]
    facts = item["_broadsheet"]
    assert item["tags"][0] == facts["type"] == "rising"
    assert facts["list"] == "trending"
    assert facts["rank"] < facts["previous_rank"]
    assert facts["gained"] > 0
    assert facts["seq"] > 0
    assert f"Rose from {facts['previous_rank']} to {facts['rank']}" in item["content_html"]
    assert item["title"].startswith(f"Rising to {facts['rank']}: ")
    assert item["url"] == f"http://testserver/papers/{facts['paper_id']}"
    assert item["external_url"] == f"https://arxiv.org/abs/{facts['paper_id']}"
    with reader.app.state.site.published.reading() as reading:
        abstract, authors = reading.con.execute(
            "SELECT abstract, authors FROM papers WHERE paper_id = ?", [facts["paper_id"]]
        ).fetchone()
    assert abstract[-60:] in item["content_html"].replace("&#39;", "'").replace("&amp;", "&")
    assert [author["name"] for author in item["authors"]] == authors
    assert "<em>AI summary:</em>" in item["content_html"]


def test_topics_choose_papers_as_the_digest_does(reader):
    every = items(reader, "/feeds/trending.json")
    chosen = items(reader, "/feeds/topics.json?topics=robot*,-manipulation")
    assert 0 < len(chosen) < len(every)
    for item in chosen:
        assert "robot" in (item["content_html"] + str(item["tags"])).lower()
    excluded = items(reader, "/feeds/topics.json?topics=-robot*")
    assert not {item["id"] for item in excluded} & {
        item["id"] for item in items(reader, "/feeds/topics.json?topics=robot*")
    }
    assert len(excluded) + len(items(reader, "/feeds/topics.json?topics=robot*")) == len(every)


def test_a_saved_search_tells_each_paper_when_it_is_first_seen(reader):
    found = items(reader, "/feeds/search.json?q=robot*&limit=4")
    with reader.app.state.site.published.reading() as reading:
        hits = search(reading.con, "robot*", limit=1000).hits
    assert len(hits) > 4
    assert len({item["id"] for item in found}) == len(hits)
    first = {hit.paper_id: hit.first_seen_at.isoformat().replace("+00:00", "Z") for hit in hits}
    seen = [item["date_published"] for item in found]
    assert seen == sorted(seen, reverse=True)
    assert {item["_broadsheet"]["paper_id"]: item["date_published"] for item in found} == first


def test_whoever_has_a_feed_is_told_so(reader):
    first = reader.get("/feeds/trending.atom")
    for header in (
        {"If-None-Match": first.headers["etag"]},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        again = reader.get("/feeds/trending.atom", headers=header)
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["access-control-allow-origin"] == "*"


def test_pages_elsewhere_may_read_feeds_and_readers_know_how_often(reader):
    answer = reader.get("/feeds/trending.json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert b"<sy:updatePeriod>hourly</sy:updatePeriod>" in reader.get("/feeds/trending.atom").content


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/feeds/trending.xml", 404, "Feeds end in .atom or .json"),
        ("/feeds/nothing.atom", 404, "There is no such feed"),
        ("/feeds/weekly.atom", 404, "Weekly papers: nothing is known"),
        ("/feeds/daily/2026-13-01.atom", 404, "There can be no list of that name"),
        ("/feeds/search.atom", 422, "q"),
        ("/feeds/editions/nothing.atom", 404, "unknown list"),
        ("/feeds/editions/weekly.atom", 404, "There is no edition of weekly"),
        ("/feeds/paper/2611.00001.atom", 404, "There can be no list of that name"),
        ("/feeds/daily/2020-01-01.atom", 404, "nothing is known"),
        ("/feeds/trending.atom?only=gone", 422, "“gone” is none of new, back, rising"),
        ("/feeds/changes.atom?change=vanished", 422, "“vanished” is none of entered"),
        ("/feeds/trending.atom?limit=1000", 422, "limit"),
        ("/feeds/trending.atom?before=yesterday", 422, "next part"),
        ("/feeds/changes.atom?before=1.2", 422, "next part"),
        ("/feeds/topics.atom?list=paper:2611.00001", 404, "own pages have no feeds"),
        ("/feeds/topics.atom?topics=a*b", 400, "star"),
        ("/feeds/topics.atom?topics=speech&list=nowhere", 400, "unknown list"),
    ],
)
def test_what_cannot_be_is_refused_in_words(reader, address, status, words):
    answer = reader.get(address)
    assert answer.status_code == status
    assert words in answer.text
