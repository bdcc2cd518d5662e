"""The front page says what the warehouse says."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from broadsheet.digest.text import clean
from broadsheet.model import ListId, ListKind
from broadsheet.settings import Settings
from broadsheet.warehouse.reading import list_as_of
from broadsheet.web.app import create_app
from sites import NOW
from web.markup import Markup, inside, text
from web.pages.boards import leads, rows

TRENDING = ListId(ListKind.TRENDING)


@pytest.fixture(scope="module")
def page(reader):
    answer = reader.get("/")
    assert answer.status_code == 200
    assert len(answer.content) < 150_000
    return Markup(answer.text)


@pytest.fixture(scope="module")
def now(published):
    return list_as_of(published, TRENDING, NOW)


@pytest.fixture(scope="module")
def yesterday(published, now):
    day_before = now[0]["captured_at"] - timedelta(days=1)
    return {row["paper_id"]: row for row in list_as_of(published, TRENDING, day_before)}


def test_all_papers_are_there_in_the_page_s_order_the_first_set_larger(page, now):
    titles = [clean(row["title"], 300) for row in now]
    assert [*leads(page), *(row.title for row in rows(page))] == titles
    assert [row.rank for row in rows(page)] == list(range(4, len(now) + 1))
    assert len(leads(page)) == 3


def test_movement_is_told_since_a_day_before(page, now, yesterday):
    for row, stands in zip(rows(page), now[3:], strict=True):
        before = yesterday.get(stands["paper_id"])
        if before is None:
            assert row.movement in {"new", "back"}
        elif before["rank"] == stands["rank"]:
            assert not row.movement
        else:
            places = before["rank"] - stands["rank"]
            spoken = f"{'up' if places > 0 else 'down'} {abs(places)} place{'s' if abs(places) > 1 else ''}"
            assert row.movement == f"{spoken}{'▲' if places > 0 else '▼'}{abs(places)}"


def test_upvotes_and_what_was_gained_are_those_of_the_warehouse(page, now, yesterday):
    for row, stands in zip(rows(page), now[3:], strict=True):
        assert f"{stands['upvotes']} upvote" in row.figures
        gained = stands["upvotes"] - yesterday.get(stands["paper_id"], stands)["upvotes"]
        assert (f" +{gained}" in row.figures) == (gained > 0)


def test_what_left_is_named(reader, published):
    page = Markup(reader.get("/lists/trending?at=2026-11-12T12:00").text)
    gone = {
        row[0]
        for row in published.execute(
            "SELECT paper_id FROM changes WHERE list_kind = 'trending' AND change = 'left' "
            "AND captured_at::DATE = DATE '2026-11-12'"
        ).fetchall()
    }
    (box,) = [each for each in page.all("section", "box") if text(each).startswith("Left since")]
    named = {link.get("href").removeprefix("/papers/") for link in box.iter() if link.get("href")}
    assert gone
    assert named == gone


def test_a_line_is_drawn_and_told_in_words(page):
    drawn = page.all("ol", "entries")[0].findall(".//{http://www.w3.org/2000/svg}svg")
    assert drawn
    assert all(svg.get("role") == "img" and svg.get("aria-label", "").startswith("rank ") for svg in drawn)


def test_a_summary_says_whether_a_model_wrote_it(page, published, now):
    summaries = dict(published.execute("SELECT paper_id, ai_summary FROM papers").fetchall())
    for entry, stands in zip(page.all("li", "entry"), now[3:], strict=True):
        labels = [text(label) for label in inside(entry, "label")]
        assert labels == ["AI summary" if summaries[stands["paper_id"]] else "Abstract"]


def test_the_feeds_are_found_and_the_page_names_itself(page):
    links = {(each.get("rel"), each.get("type"), each.get("href")) for each in page.all("link")}
    assert ("alternate", "application/atom+xml", "/feeds/trending.atom") in links
    assert ("alternate", "application/feed+json", "/feeds/trending.json") in links
    assert ("canonical", None, "http://testserver/") in links


@pytest.mark.parametrize("asked", ["sort=votes", "sort=gained&code=1", "sort=newest&new=1", "sort=stars"])
def test_in_another_order_no_paper_leads_and_none_is_lost(reader, page, asked):
    other = Markup(reader.get(f"/?{asked}").text)
    assert leads(other) == []
    every = {*leads(page), *(row.title for row in rows(page))}
    found = [row.title for row in rows(other)]
    assert len(found) == len(set(found))
    assert set(found) <= every
    assert "code" in asked or "new" in asked or len(found) == len(every)


def test_an_order_that_there_is_not_is_refused_in_words(reader):
    answer = reader.get("/?sort=luck")
    assert answer.status_code == 422
    assert "sort" in text(Markup(answer.text).one("p", "standfirst"))


def test_the_front_page_offers_to_subscribe_and_asks_for_no_address_itself(page):
    (box,) = page.all("section", "subscribing")
    assert [each.get("href") for each in box.iter() if each.get("href")] == ["/subscribe"]
    assert not [each for each in page.all("input") if each.get("type") in {"email", "text"}]


def test_where_nobody_may_subscribe_it_is_not_offered(site_home):
    settings = Settings(home=str(site_home), web_subscribe="closed")
    with TestClient(create_app(settings, lambda: NOW)) as client:
        assert "Subscribe in ten seconds" not in client.get("/").text


def test_a_warehouse_without_the_trending_list_says_so(visitor):
    import duckdb

    path = visitor.app.state.site.settings.published_path
    with duckdb.connect(str(path)) as con:
        con.execute("DELETE FROM open_snapshots WHERE list_kind = 'trending'")
    page = Markup(visitor.get("/").text)
    assert text(page.one("p", "standfirst")).startswith("Nothing is known of the trending list yet")
