"""What this is, as a page."""

import html5lib
import pytest
from fastapi.testclient import TestClient

from broadsheet.settings import Settings
from broadsheet.web.app import create_app


def about(home, **more):
    client = TestClient(create_app(Settings(home=str(home), **more)))
    return html5lib.parse(client.get("/about").text, namespaceHTMLElements=False)


def links(page) -> list[str]:
    return [link.get("href") for link in page.iterfind(".//article//a")]


def test_every_road_to_the_data_is_named_and_leads_somewhere(polled_site_home, reader):
    page = about(polled_site_home)
    roads = [link for link in links(page) if link.startswith("/") and link != "/changes/stream"]
    assert {"/feeds", "/api", "/changes", "/lists", "/status", "/subscribe"} <= set(roads)
    assert {road: reader.get(road).status_code for road in roads} == dict.fromkeys(roads, 200)


def test_every_word_of_a_digest_is_explained(polled_site_home):
    words = {term.text for term in about(polled_site_home).iterfind(".//dl/dt")}
    assert {"New", "Back", "Rising", "Left", "Days on the list", "Votes gained"} <= words


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("you@example.org", "mailto:you%40example.org"),
        ("https://example.org/contact", "https://example.org/contact"),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_who_runs_it_can_be_reached_if_they_say_how(polled_site_home, contact, link):
    page = about(polled_site_home, contact=contact)
    assert "javascript:" not in "".join(links(page))
    assert (link in links(page)) is (link is not None)
    text = "".join(page.find(".//article").itertext())
    assert contact in text
    assert ("Who runs this one" in text) is bool(contact)


def test_what_is_kept_of_subscribers_is_told_only_where_people_can_subscribe(polled_site_home):
    assert "/subscribe" in links(about(polled_site_home))
    closed = about(polled_site_home, web_subscribe="closed")
    assert "/subscribe" not in links(closed)
