"""What the last week would have brought: the same papers that the week's digests tell of."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from broadsheet.digest.edit import edit
from broadsheet.digest.edition import SectionName
from broadsheet.digest.topics import Topics, read_topics
from broadsheet.model import ListId, ListKind, read_source
from broadsheet.settings import Settings
from broadsheet.web import previews
from broadsheet.web.app import create_app

TOLD = (SectionName.NEW, SectionName.BACK, SectionName.RISING)
TRENDING = ListId(ListKind.TRENDING)


def preview(reader, topics="", sources=("trending",), min_upvotes=0):
    site = reader.app.state.site
    with site.published.reading() as reading:
        return site.previewer.preview(
            reading, list(map(read_source, sources)), read_topics(topics), min_upvotes
        )


def test_without_topics_it_is_all_that_the_digests_of_the_days_tell(reader):
    found = preview(reader)
    told = set()
    with reader.app.state.site.published.reading() as reading:
        for back in range(7):
            end = found.until - timedelta(days=back)
            digest = edit(
                reading.con, {TRENDING: end - timedelta(days=1)}, end, hub_url="https://hub.example"
            )
            told |= {item.paper_id for name in TOLD for item in digest.editions[0].items(name)}
    assert found.papers == len(told)
    assert {one.item.paper_id for one in found.shown} <= told


def test_topics_leave_papers_out_and_say_why_the_others_are_told(reader):
    every, some = preview(reader), preview(reader, "robot*, quantum chromodynamics")
    assert 0 < some.papers < every.papers
    assert {one.why for one in some.shown} == {"robot*"}
    assert some.fruitless == ("quantum chromodynamics",)


def test_more_lists_bring_no_less(reader):
    assert preview(reader, sources=("trending", "daily")).papers >= preview(reader).papers


def test_lists_that_anybody_names_are_not_kept_without_end(reader, monkeypatch):
    monkeypatch.setattr(previews, "MOST_WEEKS", 5)
    previewer = previews.Previewer("https://hub.example")
    with reader.app.state.site.published.reading() as reading:
        for number in range(8):
            previewer.preview(reading, [TRENDING, ListId(ListKind.SEARCH, f"words {number}")], Topics())
    assert len(previewer._weeks) == 5


def test_more_lists_than_a_digest_reads_are_refused(reader):
    lists = ",".join(f"daily:2026-10-{day:02d}" for day in range(1, 32)) + ",daily" * 20
    answer = reader.get(f"/subscribe/preview?lists={lists}")
    assert "name at most 50" in answer.text


def test_votes_that_nobody_has_leave_nothing(reader):
    assert preview(reader, min_upvotes=1_000_000).papers == 0


def test_the_fragment_is_kept_and_names_no_address(reader):
    first = reader.get("/subscribe/preview?topics=robot*")
    again = reader.get("/subscribe/preview?topics=robot*", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert "<html" not in first.text
    assert "/papers/" in first.text


@pytest.mark.parametrize("query", ["topics=color:red", "lists=", "lists=nothing", "min_upvotes=x"])
def test_what_cannot_be_looked_for_is_said(reader, query):
    answer = reader.get(f"/subscribe/preview?{query}")
    assert answer.status_code == 200
    assert 'class="error"' in answer.text


def test_where_nothing_is_published_the_form_works_without_a_preview(tmp_path):
    client = TestClient(create_app(Settings(home=str(tmp_path))))
    answer = client.post("/subscribe", data={"do": "preview", "lists": "trending"})
    assert answer.status_code == 200
    assert "nothing to show yet" in answer.text
