"""The archive: every list, as it stood at any moment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broadsheet.digest.text import clean
from broadsheet.model import ListId, ListKind, parse_list_id
from broadsheet.warehouse.reading import list_as_of
from broadsheet.web.wording import list_path
from sites import FIRST_MORNING, NOW
from web.markup import Markup, inside, text
from web.pages.boards import rows

TRENDING = ListId(ListKind.TRENDING)


def shown(reader, path):
    answer = reader.get(path)
    assert answer.status_code == 200, text(Markup(answer.text).root)
    return Markup(answer.text)


def refused(reader, path, status):
    answer = reader.get(path)
    assert answer.status_code == status
    return text(Markup(answer.text).one("p", "standfirst"))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.timedeltas(timedelta(0), NOW - FIRST_MORNING))
def test_the_list_stands_as_the_warehouse_says_it_stood_at_any_moment(reader, published, since_the_first):
    moment = FIRST_MORNING + timedelta(minutes=1) + since_the_first
    page = shown(reader, f"/lists/trending?at={moment:%Y-%m-%dT%H:%M:%S.%fZ}")
    stood = list_as_of(published, TRENDING, moment)
    assert [(row.rank, row.address) for row in rows(page)] == [
        (row["rank"], f"/papers/{row['paper_id']}") for row in stood
    ]


def test_a_list_of_the_past_speaks_as_it_spoke_then(reader, published):
    told_then, told_now, paper_id = published.execute(
        "SELECT first(title ORDER BY captured_at), last(title ORDER BY captured_at), paper_id FROM showings"
        " JOIN revisions USING (paper_id, revision_id) WHERE list_kind = 'trending' GROUP BY paper_id"
        " HAVING min(captured_at)::DATE = DATE '2026-11-03' AND count(DISTINCT title) > 1"
    ).fetchone()
    page = shown(reader, "/lists/trending?at=2026-11-03T12:00")
    (title,) = [row.title for row in rows(page) if row.address == f"/papers/{paper_id}"]
    assert title == clean(told_then)
    assert title != clean(told_now)


@pytest.mark.parametrize("name", ["daily:2026-11-02", "daily:2026-11-10", "daily:2026-11-13"])
def test_a_day_s_list_is_the_one_of_that_day(reader, published, name):
    page = shown(reader, list_path(parse_list_id(name)))
    stood = list_as_of(published, parse_list_id(name), NOW)
    assert [row.address for row in rows(page)] == [f"/papers/{row['paper_id']}" for row in stood]


def test_a_list_of_one_snapshot_claims_no_movement(reader):
    page = shown(reader, "/lists/daily/2026-11-10")
    assert {row.movement for row in rows(page)} == {""}
    assert text(page.one("p", "standfirst")) == "25 papers."


def test_a_day_leads_to_the_days_beside_it(reader):
    page = shown(reader, "/lists/daily/2026-11-09")
    assert {
        (link.get("rel"), link.get("href")) for link in page.all("link") if link.get("rel") != "stylesheet"
    } >= {
        ("prev", "/lists/daily/2026-11-06"),
        ("next", "/lists/daily/2026-11-10"),
    }


def test_trending_can_be_walked_back_snapshot_by_snapshot(reader, published):
    known = published.execute("SELECT count(*) FROM snapshots WHERE list_kind = 'trending'").fetchone()[0]
    path, walked = "/lists/trending", 1
    while before := [link for link in shown(reader, path).links if link.text.startswith("Before: ")]:
        path = before[0].address
        walked += 1
    assert walked == known


def test_it_says_when_it_was_asked_for_and_when_it_was_seen(reader):
    page = shown(reader, "/lists/trending?at=2026-11-11T08:00")
    assert text(page.one("p", "standfirst")) == (
        "As it stood at 11 Nov 2026, 08:00 UTC, seen 10 Nov 2026, 09:00 UTC."
    )


def test_two_moments_are_compared_paper_by_paper(reader, published):
    page = shown(reader, "/lists/trending?at=2026-11-12T12:00&since=2026-11-05T12:00")
    boards = [
        {
            row["paper_id"]: row
            for row in list_as_of(published, TRENDING, datetime(2026, 11, day, 12, tzinfo=UTC))
        }
        for day in (5, 12)
    ]
    told = {}
    for heading, papers in zip(
        page.one("section", "differences").findall("./{*}h3"), _lists(page), strict=True
    ):
        told[text(heading).rstrip("0123456789 ")] = papers
    earlier, later = boards
    assert told["New"] | told["Back"] == set(later) - set(earlier)
    assert told["Left"] == set(earlier) - set(later)
    both = set(earlier) & set(later)
    assert told["Rose"] == {paper for paper in both if later[paper]["rank"] < earlier[paper]["rank"]}
    assert told["Fell"] == {paper for paper in both if later[paper]["rank"] > earlier[paper]["rank"]}


def _lists(page):
    return [
        {link.get("href").removeprefix("/papers/") for link in each.iter() if link.get("href")}
        for each in page.one("section", "differences").findall("./{*}ul")
    ]


def test_a_moment_is_kept_when_the_order_changes(reader):
    page = shown(reader, "/lists/trending?at=2026-11-12T12:00&sort=votes&code=1")
    (gained,) = [link for link in page.links if link.text == "upvotes gained"]
    assert gained.address == "/lists/trending?at=2026-11-12T12%3A00&sort=gained&code=1"


def test_the_feeds_of_a_list_and_of_its_kind_are_found_and_are_there(reader):
    page = shown(reader, "/lists/daily/2026-11-09")
    feeds = [each.get("href") for each in page.all("link") if each.get("rel") == "alternate"]
    assert {"/feeds/daily/2026-11-09.atom", "/feeds/daily.atom", "/feeds/daily.json"} <= set(feeds)
    assert {reader.get(feed).status_code for feed in feeds} == {200}


def test_the_kind_of_a_dated_list_leads_to_its_newest(reader):
    answer = reader.get("/lists/daily", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/lists/daily/2026-11-13")


def test_a_paper_s_own_page_is_no_list(reader):
    answer = reader.get("/lists/paper/2611.60165", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/papers/2611.60165")


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("/lists/trending?at=soon", 422, "“soon” is no time; write a day such as 2026-11-10"),
        ("/lists/trending?at=2020-01-01", 404, "first seen on 2 Nov 2026, 09:00 UTC, not before"),
        ("/lists/trending?since=2020-01-01", 404, "first seen on 2 Nov 2026, 09:00 UTC, not before"),
        ("/lists/trending?at=2026-11-10&since=2026-11-11", 422, "is not before"),
        ("/lists/daily/2026-11-08", 404, "Daily papers of 8 Nov 2026: nothing is known"),
        ("/lists/daily/2026-02-30", 404, "There can be no list of that name"),
        ("/lists/weekly", 404, "No weekly list is known"),
        ("/lists/search", 404, "There is no list of that kind"),
        ("/lists/yearly/2026", 404, "There can be no list of that name"),
        ("/lists?year=1999", 404, "Nothing is known of the year 1999"),
    ],
)
def test_what_is_not_known_or_not_meant_is_said_in_words(reader, path, status, why):
    assert why in refused(reader, path, status)


def test_the_calendar_links_every_day_that_was_seen(reader, published):
    page = shown(reader, "/lists")
    daily = dict(
        published.execute("SELECT list_key, entries FROM snapshots WHERE list_kind = 'daily'").fetchall()
    )
    cells = {
        link.address.rpartition("/")[2]: link.text for link in page.links if "/lists/daily/" in link.address
    }
    assert set(cells) == set(daily)
    assert all(cells[day].endswith(f": {papers}") for day, papers in daily.items())
    trending = [link.address for link in page.links if link.address.startswith("/lists/trending?at=")]
    believed = published.execute(
        "SELECT DISTINCT captured_at::DATE FROM captures"
        " WHERE list_kind = 'trending' AND verdict IN ('ok', 'unchanged') ORDER BY 1"
    ).fetchall()
    assert trending == [f"/lists/trending?at={day}" for (day,) in believed]


def test_a_day_of_the_calendar_opens_the_list_at_its_end(reader, published):
    page = shown(reader, "/lists/trending?at=2026-11-10")
    stood = list_as_of(published, TRENDING, datetime(2026, 11, 11, tzinfo=UTC) - timedelta(seconds=1))
    assert [row.address for row in rows(page)] == [f"/papers/{row['paper_id']}" for row in stood]


def test_the_calendar_knows_weeks_months_years_and_searches(printed, press):
    printed.show("monthly:2026-12", "2027-01-01 09:00", ["2612.00001"])
    printed.show("daily:2026-12-31", "2027-01-01 09:00", ["2612.00001"])
    printed.show("daily:2027-01-01", "2027-01-02 09:00", ["2612.00001"])
    printed.show("search:speech & tides/waves?", "2027-01-02 09:00", ["2612.00001"])
    printed.show("weekly:2026-W53", "2027-01-03 09:00", ["2612.00001", "2612.00002"])
    visitor = press()
    newest, before = shown(visitor, "/lists"), shown(visitor, "/lists?year=2026")
    assert [text(each) for each in newest.all("h1")] == ["Archive 2027"]
    assert {"/lists?year=2026", "/lists/daily/2027-01-01", "/lists/weekly/2026-W53"} <= _addresses(newest)
    assert {
        "/lists?year=2027",
        "/lists/daily/2026-12-31",
        "/lists/weekly/2026-W53",
        "/lists/monthly/2026-12",
    } <= _addresses(before)
    (search,) = [address for address in _addresses(newest) if address.startswith("/lists/search/")]
    assert [row.address for row in rows(shown(visitor, search))] == ["/papers/2612.00001"]


def _addresses(page):
    return {link.address for link in page.links}


def test_orders_and_moments_of_a_search_keep_its_words(printed, press):
    printed.show("search:a/b?c#d%e", "2026-11-02 09:00", ["2611.00001"])
    printed.show("search:a/b?c#d%e", "2026-11-03 09:00", ["2611.00002", "2611.00001"])
    visitor = press()
    page = shown(visitor, "/lists/search/a%2Fb%3Fc%23d%25e")
    assert text(page.one("h1")) == "Search “a/b?c#d%e”"
    for words, papers in (("upvotes", 2), ("Before: 2 Nov 2026, 09:00 UTC", 1)):
        (link,) = [link for link in page.links if link.text == words]
        assert len(rows(shown(visitor, link.address))) == papers


def test_every_script_is_set_as_it_is_written(printed, press):
    titles = [
        "ذاكرة المد والجزر",
        "מודלים קטנים",
        "潮汐注意力：无事发生时退去的记忆",
        "ความจำที่ลดลง",
        "Τα κύματα 🌊",
    ]
    papers = [f"2611.0000{number}" for number in range(len(titles))]
    printed.show("trending", "2026-11-02 09:00", papers)
    snapshot = printed.show("trending", "2026-11-02 10:00", papers)
    for paper, title in zip(papers, titles, strict=True):
        printed.describe(snapshot, paper, title=title, abstract=f"{title} " * 40, authors=[title])
    visitor = press()
    page = shown(visitor, "/")
    headlines = [each for each in page.root.iter() if "headline" in (each.get("class") or "").split()]
    assert [text(each) for each in headlines] == titles
    assert {each.get("dir") for each in headlines} == {"auto"}
    assert not inside(page.root, "initial")
