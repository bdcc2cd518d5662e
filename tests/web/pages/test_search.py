"""The search page: what is found, in which order and why, and what is said where nothing is."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from broadsheet.warehouse.search import search
from web.audit import faults
from web.hostile import MARK
from web.markup import Markup, inside, text

HOST = "testserver"


def shown(client, **asked):
    answer = client.get("/search", params=asked)
    assert answer.status_code == 200
    return Markup(answer.text)


def addresses(page):
    """Of the papers found, in order."""
    return [
        next(link.get("href") for link in each.iter() if link.get("href", "").startswith("/papers/"))
        for each in page.all("li", "finding")
    ]


def links(page, words):
    return [link.address for link in page.links if link.text == words]


@pytest.fixture(scope="module")
def question(published):
    """A word that more than one page of papers holds."""
    return next(
        word for word in ("speech", "learning", "model") if search(published, word, limit=0).total > 25
    )


def test_papers_stand_in_the_order_of_the_search_page_by_page(reader, published, question):
    wanted = [f"/papers/{hit.paper_id}" for hit in search(published, question, limit=500).hits]
    page, seen = shown(reader, q=question), []
    for _ in range(20):
        seen += addresses(page)
        (following,) = links(page, "More →") or [None]
        if following is None:
            break
        page = Markup(reader.get(following).text)
    assert seen == wanted


def test_what_was_found_is_marked_where_the_search_says_that_it_stands(reader, published, question):
    page = shown(reader, q=question)
    for hit, each in zip(search(published, question).hits, page.all("li", "finding"), strict=True):
        (title,) = [one for one in each.iter() if one.tag.endswith("}h2")]
        in_title = any(re.search(r": .*\btitle\b", place) for place in hit.matched)
        assert in_title == any(one.tag.endswith("}mark") for one in title.iter())
        (why,) = inside(each, "why")
        assert f"{hit.score:.2f}" in text(why)


def test_fields_ask_what_the_language_asks(reader, published):
    (name,) = published.execute("SELECT authors[1] FROM papers WHERE len(authors) > 2 LIMIT 1").fetchone()
    by_field = shown(reader, author=name, list="trending")
    by_words = shown(reader, q=f'author:"{name}" list:trending')
    assert addresses(by_field) == addresses(by_words) != []
    (box,) = [each for each in by_field.all("input") if each.get("name") == "author"]
    assert box.get("value") == name


def test_a_search_can_be_followed_cited_and_asked_by_programs(reader):
    page = shown(reader, q="speech", list="trending")
    merged = "speech list:trending"
    for words in ("Follow as a feed", "BibTeX", "JSON"):
        (address,) = links(page, words)
        assert parse_qs(urlsplit(address).query) == {"q": [merged]}
    feeds = [each.get("href") for each in page.all("link") if each.get("rel") == "alternate"]
    assert [parse_qs(urlsplit(address).query)["q"] for address in feeds] == [[merged]] * 2
    found = reader.get(links(page, "JSON")[0]).json()
    assert [f"/papers/{hit['paper_id']}" for hit in found["hits"]] == addresses(page)


def test_where_nothing_is_found_it_says_which_word_is_to_blame(reader):
    page = shown(reader, q="speech qqqqq", org="ember")
    advice = text(page.one("div", "advice"))
    assert "qqqqq in no paper" in advice
    assert re.search(r"speech [\d,]+ papers", advice)
    (address,) = links(page, "The same words without the fields below them")
    assert parse_qs(urlsplit(address).query) == {"q": ["speech qqqqq"]}


def test_without_a_question_it_tells_how_to_ask_and_its_examples_are_understood(reader, published):
    page = shown(reader)
    examples = [text(each) for each in page.one("dl").iter() if each.tag.endswith("}code")]
    assert len(examples) == 9
    for example in examples:
        found = search(published, example, limit=0)
        assert found.items
        assert not any(item.ignored for item in found.items)


def test_how_it_was_understood_is_told(reader):
    told = text(shown(reader, q='"neural codec" since:yesterday').one("p", "told"))
    assert "the phrase “neural codec”" in told
    assert "Left out: yesterday" in told


def test_a_page_behind_the_last_leads_back(reader):
    page = shown(reader, q="speech", page=999)
    assert links(page, "To the first page") == ["/search?q=speech"]


def test_it_is_made_once_a_publication(reader):
    first = reader.get("/search?q=speech")
    again = reader.get("/search?q=speech", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("asked", [{"q": "x" * 501}, {"author": "x" * 81}, {"page": 0}, {"page": "ten"}])
def test_what_cannot_be_meant_is_refused_with_a_page(reader, asked):
    refused = reader.get("/search", params=asked)
    assert refused.status_code == 422
    assert refused.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    "q",
    [
        f'"><script>{MARK}()</script>',
        f"</title><{MARK}>",
        "\u202eevil\u2066",
        "'; DROP TABLE papers; --",
        '"unclosed (((( NEAR * ^ ~',
        "((((" * 100,
        "author:" * 60,
        "-" * 400,
        "a*" * 200,
        "🦉" * 400,
        "%_\\",
    ],
)
def test_a_hostile_question_stays_text(reader, q):
    answer = reader.get("/search", params={"q": q, "author": q[:60]})
    assert answer.status_code == 200
    Markup(answer.text)
    assert faults(answer, HOST) == []


@pytest.mark.parametrize("q", [MARK, "script", "list:trending", "author:onerror", "img"])
def test_what_a_hub_that_means_harm_says_stays_text_in_results(hostile_reader, q):
    answer = hostile_reader.get("/search", params={"q": q})
    page = Markup(answer.text)
    assert page.all("li", "finding") or q in {"author:onerror", "img", "script"}
    assert faults(answer, HOST) == []
    assert f"<script>{MARK}" not in unescape(answer.text.replace("&lt;", ""))
