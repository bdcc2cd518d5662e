"""Whatever the hub says of papers, a feed stays a feed and shows what was said."""

from datetime import UTC, datetime

import pytest
from fastapi import Request
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from broadsheet.digest.edition import Paper
from broadsheet.digest.text import clean
from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from broadsheet.web.feeds import atom, json_feed
from broadsheet.web.feeds.asking import EventKind
from broadsheet.web.feeds.feed import Feed
from broadsheet.web.feeds.items import ItemMaker
from broadsheet.web.feeds.papers import Told
from web.feeds.validity import ATOM, valid_atom, valid_json

SEEN = datetime(2026, 11, 20, 6, 48, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    "]]> <![CDATA[ x",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; &amp;amp; &#0;",
    "{{ 7 * 7 }}{% raw %}",
    "\x00\x01\x0b\x1f\x7f\x85\ufffe\uffff",
    "\u202egnp.exe\u2028\u2029",
    "\ud7ff\ue000\U0010ffff",
    "javascript:alert(1)",
    "</feed>",
    "line\nbreak\tand tab",
]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8"), max_size=80))
papers = st.builds(
    Paper,
    paper_id=st.one_of(
        st.sampled_from(["2611.00001", "title:0123", "hep-th/9901001"]), texts.filter(str.strip)
    ),
    title=st.none() | texts,
    abstract=st.none() | texts,
    authors=st.lists(texts, max_size=3).map(tuple),
    organization=st.none() | texts,
    github_url=st.none() | texts | st.just("https://github.com/a/b?c=d&e=f"),
    ai_summary=st.none() | texts,
    ai_keywords=st.lists(texts, max_size=3).map(tuple),
)


@pytest.fixture(scope="module")
def maker(tmp_path_factory):
    app = create_app(
        Settings(home=str(tmp_path_factory.mktemp("home")), public_url="https://papers.example.org/x")
    )
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/feeds/x.atom",
        "headers": [],
        "query_string": b"",
        "app": app,
    }
    return ItemMaker(app.state.site, Request(scope))


def change(key: str) -> dict:
    return {
        "list_kind": "search", "list_key": key, "captured_at": SEEN, "snapshot_id": 7, "change": "rose", "seq": 3,
        "rank": 4, "previous_rank": 10, "upvotes": 12, "previous_upvotes": 9,
    }  # fmt: skip


def feed(*items) -> Feed:
    return Feed(
        id="tag:papers.example.org,2026:feed/x",
        scheme="tag:papers.example.org,2026:event",
        title="Broadsheet",
        description="Papers",
        page_url="https://papers.example.org/x/",
        url="https://papers.example.org/x/feeds/x.atom",
        first="https://papers.example.org/x/feeds/x.atom",
        next=None,
        icon="https://papers.example.org/x/static/icon.svg",
        updated=SEEN,
        items=items,
    )


@settings(deadline=None, max_examples=60)
@given(paper=papers, key=texts.filter(str.strip))
def test_any_paper_makes_a_valid_feed_in_both_formats(maker, paper, key):
    item = maker.of_change(EventKind.RISING, change(key), Told(paper, SEEN))
    entry = valid_atom(atom.write(feed(item))).find(f"{ATOM}entry")
    told = valid_json(json_feed.write(feed(item)))["items"][0]
    assert entry.findtext(f"{ATOM}title") == told["title"]
    assert entry.findtext(f"{ATOM}content") == told["content_html"]
    if paper.title is not None and clean(paper.title):
        assert told["title"] == f"Rising to 4: {clean(paper.title)}"


def test_an_item_is_called_the_same_whatever_becomes_of_the_paper(maker):
    paper = Paper(paper_id="2611.00001", title="On Growth")
    before = maker.of_change(EventKind.RISING, change("speech"), Told(paper, SEEN))
    revised = datetime(2026, 11, 21, tzinfo=UTC)
    after = maker.of_change(
        EventKind.RISING, change("speech") | {"seq": 9}, Told(replace(paper, title="On Decay"), revised)
    )
    assert before.id == after.id == "tag:papers.example.org,2026:search:speech/2611.00001/rising/7"
    assert (before.published, before.updated) == (SEEN, SEEN)
    assert (after.published, after.updated) == (SEEN, revised)


def test_a_new_paper_is_called_the_same_when_a_late_capture_had_it_earlier(maker):
    paper = Told(Paper(paper_id="2611.00001"), SEEN)
    entered = change("speech") | {"change": "entered"}
    ids = {maker.of_change(EventKind.NEW, entered | {"snapshot_id": number}, paper).id for number in (7, 8)}
    assert ids == {"tag:papers.example.org,2026:search:speech/2611.00001/new"}


def test_xml_refuses_what_was_not_cleaned(maker):
    item = maker.of_change(EventKind.RISING, change("x"), Told(Paper(paper_id="2611.00001"), SEEN))
    with pytest.raises(ValueError, match="XML"):
        atom.write(feed(replace(item, title="\x00")))


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/trending.{}",
        "/feeds/changes.{}",
        "/feeds/editions/trending.{}",
        "/feeds/topics.{}?topics=-robot",
    ],
)
def test_feeds_of_a_hub_that_means_harm_are_valid(hostile_reader, address):
    atom_feed = valid_atom(hostile_reader.get(address.format("atom")).content)
    json_feed_too = valid_json(hostile_reader.get(address.format("json")).content)
    assert len(atom_feed.findall(f"{ATOM}entry")) == len(json_feed_too["items"]) > 0
