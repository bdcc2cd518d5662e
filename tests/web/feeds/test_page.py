"""The page of all feeds, and OPML."""

import html5lib
import pytest
from lxml import etree

from web.feeds.validity import valid_atom, valid_json


def page(reader, address: str):
    return html5lib.parse(reader.get(address).text, namespaceHTMLElements=False)


def test_every_feed_that_the_page_names_is_there_and_valid(reader):
    links = {link.get("href") for link in page(reader, "/feeds").iter("a")}
    feeds = {link for link in links if link.endswith((".atom", ".json"))}
    assert {"/feeds/trending.atom", "/feeds/daily.json", "/feeds/changes.atom"} <= feeds
    for feed in feeds:
        (valid_atom if feed.endswith(".atom") else valid_json)(reader.get(feed).content)


def test_the_head_lets_readers_find_them(reader):
    found = {
        link.get("href"): link.get("type")
        for link in page(reader, "/feeds").iter("link")
        if link.get("rel") == "alternate"
    }
    assert found["/feeds/trending.atom"] == "application/atom+xml"
    assert found["/feeds/trending.json"] == "application/feed+json"


def test_topics_make_a_feed_that_brought_what_the_page_says(reader):
    made = page(reader, '/feeds?topics=robot*, "speech recognition"&only=new&only=rising').find(
        ".//*[@id='made']"
    )
    feed = reader.get(made.find(".//code").text)
    valid_atom(feed.content)
    items = reader.get(made.find(".//code").text.replace(".atom", ".json") + "&limit=100").json()["items"]
    recent = [item for item in items if item["date_published"] > "2026-11-08T09:00:00.000001Z"]
    assert made.find(".//p/strong").text == f"{len(recent)} items"
    assert len(recent) > 3
    assert {item["_broadsheet"]["type"] for item in items} == {"new", "rising"}
    shown = [link.text for link in made.findall(".//li/a")]
    assert [
        item["title"].removeprefix(f"Rising to {item['_broadsheet']['rank']}: ") for item in items[:5]
    ] == shown


def test_the_head_names_the_feed_that_was_made_first(reader):
    made = page(reader, '/feeds?topics=robot*, "speech recognition"&list=daily')
    first = next(link for link in made.iter("link") if link.get("rel") == "alternate")
    feed = reader.get(first.get("href"))
    valid_atom(feed.content)
    assert feed.content == reader.get(made.find(".//*[@id='made']//code").text).content


def test_a_week_without_anything_is_said_to_be_one(reader):
    assert "The last week brought nothing" in reader.get("/feeds?topics=nobodywrites").text


def test_topics_that_cannot_be_read_are_answered_in_words_beside_the_field(reader):
    answer = reader.get("/feeds?topics=<script>*alert*")
    assert answer.status_code == 200
    assert "<script>*" not in answer.text
    form = page(reader, "/feeds?topics=a*b")
    assert "star" in form.find(".//*[@id='topics-error']").text
    assert form.find(".//*[@id='topics']").get("value") == "a*b"
    assert form.find(".//*[@id='topics']").get("aria-invalid") == "true"
    assert form.find(".//*[@id='made']") is None


def test_opml_names_every_feed_of_the_page(reader):
    answer = reader.get("/feeds.opml")
    assert answer.headers["content-type"] == "text/x-opml; charset=utf-8"
    root = etree.fromstring(answer.content)
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert [child.tag for child in root] == ["head", "body"]
    outlines = root.findall("body/outline")
    assert {outline.get("type") for outline in outlines} == {"rss"}
    for outline in outlines:
        assert outline.get("text")
        valid_atom(reader.get(outline.get("xmlUrl")).content)
    named = {outline.get("xmlUrl").removeprefix("http://testserver") for outline in outlines}
    links = {link.get("href") for link in page(reader, "/feeds").iter("a")}
    assert named == {link for link in links if link.endswith(".atom")}


@pytest.mark.parametrize("address", ["/feeds", "/feeds.opml", "/feeds?topics=speech"])
def test_they_are_not_made_twice(reader, address):
    first = reader.get(address)
    assert reader.get(address, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
