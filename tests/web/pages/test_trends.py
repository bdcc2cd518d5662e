"""Trends of a month as a page."""

import duckdb
import html5lib
import pytest
from fastapi.testclient import TestClient

from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from sites import NOW


def page_at(client, address: str):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html5lib.parse(answer.text, namespaceHTMLElements=False)


def said(element) -> str:
    return " ".join("".join(element.itertext()).split())


def gains(page, section: str) -> dict[str, int]:
    """Name to votes gained of one section's table."""
    return {
        said(row.find("./th")): int(said(row.find("./td[@class='votes']/span")).replace(",", ""))
        for row in page.iterfind(f".//section[@aria-labelledby='{section}']//tbody/tr")
    }


@pytest.fixture
def older_home(site_home):
    """The same history, with what the first three mornings showed put five days back: into two months."""
    path = site_home / "published" / "papers.duckdb"
    with duckdb.connect(str(path)) as con:
        for table in ("snapshots", "changes", "showings"):
            con.execute(
                f"UPDATE open_{table} SET captured_at = captured_at - INTERVAL 5 DAY"
                " WHERE captured_at < TIMESTAMP '2026-11-05'"
            )
    return site_home


@pytest.fixture
def two_months(older_home):
    settings = Settings(home=str(older_home), web_requests_per_minute=0)
    with TestClient(create_app(settings, lambda: NOW)) as client:
        yield client


def test_the_newest_month_is_shown_unasked(reader):
    page = page_at(reader, "/trends")
    assert said(page.find(".//h1")) == "November 2026"
    assert page.find(".//select[@id='month']/option[@selected]").get("value") == "2026-11"
    assert reader.get("/trends?month=2026-11").status_code == 200


def test_what_rose_is_told_in_order_with_links_to_search(reader):
    page = page_at(reader, "/trends")
    for section, field in (("keywords", "keyword"), ("organizations", "org"), ("authors", "author")):
        votes = list(gains(page, section).values())
        assert len(votes) >= 10
        assert votes == sorted(votes, reverse=True)
        links = page.findall(f".//section[@aria-labelledby='{section}']//tbody/tr/th/a")
        assert all(link.get("href").startswith(f"/search?{field}=") for link in links)


def test_every_drawing_has_its_numbers_in_words(reader, published):
    page = page_at(reader, "/trends")
    counts = published.execute(
        "SELECT day(captured_at), count(*) FILTER (change = 'entered'),"
        " count(*) FILTER (change = 'returned'), count(*) FILTER (change = 'left')"
        " FROM changes GROUP BY 1 ORDER BY 1"
    ).fetchall()
    table = {
        int(said(row.find("./th")).split()[0]): tuple(int(said(cell)) for cell in row.findall("./td")[1:4])
        for row in page.iterfind(".//section[@aria-labelledby='moves']//tbody/tr")
    }
    titles = [said(title) for title in page.iterfind(".//figure[@class='columns']//{*}g/{*}title")]
    for day, *moved in counts:
        assert table[day] == tuple(moved)
        entered, returned, departed = moved
        assert f"{day} Nov 2026: {entered} new, {returned} back, {departed} left" in titles
    rows = page.findall(".//section[@aria-labelledby='keywords']//tbody/tr")
    assert all("most on" in said(row) for row in rows)


def test_bars_are_as_long_as_their_votes(reader):
    page = page_at(reader, "/trends")
    rows = page.findall(".//section[@aria-labelledby='keywords']//tbody/tr")
    widths = [float(row.find(".//{*}rect").get("width")) for row in rows]
    votes = list(gains(page, "keywords").values())
    assert widths == [pytest.approx(100 * count / votes[0], abs=0.05) for count in votes]


def test_one_list_is_shown_alone(reader):
    everything, daily = page_at(reader, "/trends"), page_at(reader, "/trends?list=daily")
    assert gains(daily, "keywords") != gains(everything, "keywords")
    assert daily.find(".//select[@id='list']/option[@selected]").get("value") == "daily"


def test_months_are_compared_and_linked(two_months):
    page = page_at(two_months, "/trends")
    assert "in October 2026" in said(page.find(".//p[@class='standfirst']"))
    back = page.find(".//a[@rel='prev']").get("href")
    assert back == "/trends?month=2026-10"
    october = page_at(two_months, back)
    assert october.find(".//a[@rel='next']").get("href") == "/trends?month=2026-11"
    assert october.find(".//a[@rel='prev']") is None
    order = list(gains(october, "organizations"))
    moved = 0
    for row in page.iterfind(".//section[@aria-labelledby='organizations']//tbody/tr"):
        name, place = said(row.find("./th")), said(row.find("./td[1]"))
        if name in order and "from" in place:
            assert place.endswith(f"from {order.index(name) + 1}")
            moved += 1
    assert moved > 0


def test_without_a_month_before_nothing_is_called_new(reader):
    page = page_at(reader, "/trends")
    assert page.find(".//span[@class='moved up']") is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("month=2026-13", 400),
        ("month=November", 400),
        ("month=2019-01", 404),
        ("month=2026-11&list=monthly", 404),
        ("list=nonsense", 400),
    ],
)
def test_a_month_that_was_not_looked_at_is_said(reader, query, status):
    assert reader.get(f"/trends?{query}").status_code == status
