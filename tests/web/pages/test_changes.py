"""The stream of changes as pages."""

from urllib.parse import urlsplit

import html5lib
import pytest

from broadsheet.web.pages.changes import PAGE


@pytest.fixture(scope="module")
def stream(published) -> list[dict]:
    """Every change that is published, newest first."""
    result = published.execute("SELECT * FROM changes ORDER BY seq DESC")
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def page_at(reader, address: str):
    answer = reader.get(address)
    assert answer.status_code == 200, address
    return html5lib.parse(answer.text, namespaceHTMLElements=False)


def numbers(page) -> list[int]:
    return [int(item.get("data-seq")) for item in page.iterfind(".//li[@data-seq]")]


def words(page, seq: int) -> str:
    return "".join(page.find(f".//li[@id='c{seq}']//span[@class='said']").itertext())


def walk(reader, address: str) -> list[list[int]]:
    """The numbers on each page from ``address`` on, by the link to older ones."""
    pages = []
    while address:
        page = page_at(reader, address)
        pages.append(numbers(page))
        link = page.find(".//a[@rel='next']")
        address = link.get("href") if link is not None else ""
    return pages


def test_paging_back_meets_every_change_once_the_newest_first(reader, stream):
    pages = walk(reader, "/changes")
    assert len(pages) == -(-len(stream) // PAGE)
    flat = [number for page in pages for number in sorted(page, reverse=True)]
    assert flat == [change["seq"] for change in stream]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("change=entered&change=returned", lambda row: row["change"] in {"entered", "returned"}),
        ("list=trending", lambda row: row["list_kind"] == "trending"),
        ("list=daily", lambda row: row["list_kind"] == "daily"),
        ("list=trending&change=left", lambda row: row["change"] == "left"),
        ("list=&paper=&change=fell", lambda row: row["change"] == "fell"),
    ],
)
def test_a_filter_leaves_nothing_else_and_nothing_out(reader, stream, query, wanted):
    found = [number for page in walk(reader, f"/changes?{query}") for number in page]
    assert sorted(found) == sorted(row["seq"] for row in stream if wanted(row))


def test_one_papers_changes_are_found_by_its_id_with_or_without_version(reader, stream):
    paper = stream[0]["paper_id"]
    expected = {row["seq"] for row in stream if row["paper_id"] == paper}
    for name in (paper, f"{paper}v2", f" {paper} "):
        found = {number for page in walk(reader, f"/changes?paper={name}") for number in page}
        assert found == expected


def test_changes_stand_under_the_snapshot_that_brought_them(reader, stream):
    page = page_at(reader, "/changes")
    newest = stream[0]
    section = page.find(".//section[@class='snapshot']")
    assert section.find("./h2/time").get("datetime") == newest["captured_at"].isoformat() + "+00:00"
    assert section.find("./h2/a").get("href").startswith("/lists/trending?at=2026-11-15T09%3A00")
    assert set(numbers(section)) == {
        row["seq"] for row in stream[:PAGE] if row["snapshot_id"] == newest["snapshot_id"]
    }


def test_a_paper_that_came_back_is_said_to_have_been_away(reader, stream):
    back = next(row for row in stream if row["change"] == "returned")
    left_at = max(
        row["captured_at"]
        for row in stream
        if row["change"] == "left"
        and row["paper_id"] == back["paper_id"]
        and row["captured_at"] < back["captured_at"]
    )
    days = (back["captured_at"] - left_at).days
    assert days > 0
    page = page_at(reader, f"/changes?before={back['seq'] + 1}")
    assert words(page, back["seq"]).startswith(f"back at {back['rank']} after {days} day")


def test_a_change_keeps_its_address(reader, stream):
    for row in (stream[0], stream[-1]):
        page = page_at(reader, f"/changes/{row['seq']}")
        assert page.find(".//li[@aria-current='true']").get("data-seq") == str(row["seq"])
        assert page.find(".//h1/a").get("href") == f"/papers/{row['paper_id']}"
        beside = {other["seq"] for other in stream if other["snapshot_id"] == row["snapshot_id"]}
        assert set(numbers(page)) == beside


@pytest.mark.parametrize("number", ["0", "-1", "99999999", str(2**63 - 1), "9" * 30])
def test_a_number_that_was_never_given_is_not_found(reader, number):
    assert reader.get(f"/changes/{number}").status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("list=nonsense", 400),
        ("list=daily:2026-02-30", 400),
        ("change=exploded", 422),
        ("before=-1", 422),
        ("before=ten", 422),
        (f"before={2**63}", 422),
        (f"paper={'x' * 1000}", 422),
    ],
)
def test_what_cannot_be_meant_is_said(reader, query, status):
    answer = reader.get(f"/changes?{query}")
    assert answer.status_code == status
    assert "<h1>" in answer.text


def test_nothing_found_is_said_with_a_way_back(reader):
    page = page_at(reader, "/changes?paper=0000.00000")
    assert numbers(page) == []
    assert page.find(".//div[@data-told]/p/a").get("href") == "/changes"


def test_the_form_keeps_what_was_asked(reader):
    page = page_at(reader, "/changes?list=daily&change=left&paper=2611.00001")
    assert page.find(".//select/option[@selected]").get("value") == "daily"
    assert [box.get("value") for box in page.iterfind(".//input[@checked]")] == ["left"]
    assert page.find(".//input[@name='paper']").get("value") == "2611.00001"


def test_the_page_listens_from_where_it_ends_and_for_what_was_asked(reader, stream):
    live = page_at(reader, "/changes?list=trending&change=left").find(".//div[@data-live]")
    assert urlsplit(live.get("data-stream")).path == "/changes/stream"
    query = urlsplit(live.get("data-stream")).query
    assert query == f"list=trending&change=left&after={stream[0]['seq']}"
    assert page_at(reader, "/changes?before=50").find(".//div[@data-live]") is None


def test_the_feed_of_what_is_shown_can_be_found(reader):
    page = page_at(reader, "/changes?list=trending&change=entered")
    feeds = [link.get("href") for link in page.iterfind(".//link[@rel='alternate']")]
    assert len(feeds) == 2
    for feed in feeds:
        answer = reader.get(feed)
        assert answer.status_code == 200
        assert "rose from" not in answer.text
    one_papers = page_at(reader, "/changes?paper=2611.00001")
    assert one_papers.find(".//link[@rel='alternate']") is None
