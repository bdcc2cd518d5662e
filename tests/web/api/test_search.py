"""Search for programs."""

import json

import msgspec
import pytest

from broadsheet.warehouse.search import search

ADDRESS = "/api/v1/search"


def test_it_answers_as_the_search_does(reader):
    question = 'speech -music author:"*" since:2026'
    with reader.app.state.site.published.reading() as read:
        wanted = json.loads(msgspec.json.encode(search(read.con, question, limit=7)))
    assert reader.get(ADDRESS, params={"q": question, "limit": 7}).json() == wanted


def test_pages_hold_every_paper_once(reader):
    told, address = [], f"{ADDRESS}?q=list:trending&limit=40"
    while address:
        page = reader.get(address)
        told += [hit["paper_id"] for hit in page.json()["hits"]]
        address = page.links.get("next", {}).get("url")
    assert len(told) == len(set(told)) == page.json()["total"] > 40


@pytest.mark.parametrize("asked", [{}, {"q": "x" * 1001}, {"q": "x", "limit": 0}, {"q": "x", "page": 2}])
def test_what_cannot_be_meant_is_refused(reader, asked):
    assert reader.get(ADDRESS, params=asked).status_code == 422


@pytest.mark.parametrize("q", ["", "'\"", "🦉", "NEAR(", "since:9999-99"])
def test_any_text_may_be_asked(reader, q):
    answer = reader.get(ADDRESS, params={"q": q})
    assert answer.status_code == 200
    assert answer.json()["total"] == 0
