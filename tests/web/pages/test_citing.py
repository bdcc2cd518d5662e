"""Citations as files."""

import json
import re

import bibtexparser
import html5lib
import pytest
import rispy


@pytest.fixture(scope="module")
def paper(reader) -> str:
    """The id of the paper that leads the list."""
    return json.loads(reader.get("/lists/trending.csl.json").text)[0]["number"].removeprefix("arXiv:")


@pytest.mark.parametrize(
    ("ending", "media_type", "opening"),
    [
        ("bib", "application/x-bibtex; charset=utf-8", "@misc{arXiv:"),
        ("ris", "application/x-research-info-systems; charset=utf-8", "TY  - UNPB\r\n"),
        ("csl.json", "application/vnd.citationstyles.csl+json", '[{"id":"arXiv:'),
        ("md", "text/markdown; charset=utf-8", "- ["),
    ],
)
def test_a_paper_is_a_file_in_each_format(reader, paper, ending, media_type, opening):
    answer = reader.get(f"/papers/{paper}.{ending}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="arXiv-{paper}.{ending}"'
    assert answer.text.startswith(opening)
    assert paper in answer.text
    again = reader.get(f"/papers/{paper}.{ending}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_page_of_a_paper_is_still_a_page(reader, paper):
    assert reader.get(f"/papers/{paper}").headers["content-type"].startswith("text/html")


def test_a_paper_is_cited_by_any_of_its_ids(reader, paper):
    assert reader.get(f"/papers/{paper}v3.bib").text == reader.get(f"/papers/{paper}.bib").text


def ranked(reader, moment: str) -> list[str]:
    with reader.app.state.site.published.reading() as reading:
        rows = reading.con.execute(
            "SELECT paper_id FROM list_as_of('trending', '', ?::TIMESTAMP) ORDER BY rank", [moment]
        ).fetchall()
    return [row[0] for row in rows]


def test_a_list_is_cited_as_it_stood(reader):
    before = reader.get("/lists/trending.csl.json?at=2026-11-05T12:00")
    assert [item["number"] for item in before.json()] == [
        f"arXiv:{one}" for one in ranked(reader, "2026-11-05 12:00")
    ]
    assert before.headers["content-disposition"] == 'attachment; filename="trending-2026-11-05T0900.csl.json"'
    assert before.text != reader.get("/lists/trending.csl.json").text
    assert reader.get("/lists/trending.md?at=2026-11-05T12:00").text.startswith(
        "# Trending papers, 5 Nov 2026, 09:00 UTC\n\n- ["
    )


def test_a_day_and_the_newest_day_are_cited(reader):
    day, newest = reader.get("/lists/daily/2026-11-10.ris"), reader.get("/lists/daily.ris")
    assert len(rispy.loads(day.text)) > 10
    assert 'filename="daily-2026-11-10-' in day.headers["content-disposition"]
    assert 'filename="daily-2026-11-13-' in newest.headers["content-disposition"]


def test_an_edition_is_cited_by_day_and_week(reader):
    day = reader.get("/editions/trending/2026-11-12.md")
    title, *papers = filter(None, day.text.splitlines())
    assert title == "# Trending papers, Thursday, 12 November 2026"
    assert len(papers) > 5
    assert day.headers["content-disposition"] == 'attachment; filename="trending-2026-11-12.md"'
    week = reader.get("/editions/trending/2026-W46.csl.json").json()
    assert len(week) > 10
    new = reader.get("/editions/trending/2026-11-12.json").json()["editions"][0]["sections"][0]["papers"]
    assert papers[0].startswith(f"- [{new[0]['title']}")


def test_what_a_search_finds_is_cited(reader):
    found = reader.get("/search.csl.json", params={"q": "robot*"}).json()
    assert len(found) > 3
    assert all("robot" in json.dumps(paper).lower() for paper in found)
    assert reader.get("/search.md", params={"q": "robot*"}).text.startswith("# Search: robot\\*\n\n- [")
    assert reader.get("/search.bib", params={"q": "nobodywrites"}).text == ""
    assert reader.get("/search.bib").status_code == 422


def test_chosen_papers_are_cited_once_and_in_the_order_asked(reader):
    ids = ranked(reader, "2026-11-05 12:00")[:3]
    answer = reader.get("/cite", params={"ids": f"{ids[2]}, {ids[0]},{ids[2]}v2 {ids[1]}"})
    found = bibtexparser.parse_string(answer.text)
    assert [entry.key for entry in found.entries] == [f"arXiv:{ids[2]}", f"arXiv:{ids[0]}", f"arXiv:{ids[1]}"]
    assert answer.headers["content-disposition"] == 'attachment; filename="papers.bib"'
    as_json = reader.get("/cite", params={"ids": ids[0], "format": "csl-json"})
    assert [item["number"] for item in as_json.json()] == [f"arXiv:{ids[0]}"]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/papers/1234.56789.bib", 404, "Not known here: 1234.56789"),
        ("/cite?ids=1234.56789", 404, "Not known here: 1234.56789"),
        ("/cite?ids=<b>", 404, "Not known here: &lt;b&gt;"),
        ("/cite", 422, "ids"),
        ("/cite?ids=,", 422, "name 1 to 100 papers"),
        ("/cite?ids=" + ",".join(f"2611.{number:05}" for number in range(101)), 422, "name 1 to 100 papers"),
        ("/cite?ids=2611.00001&format=word", 422, "bibtex"),
        ("/lists/trending.bib?at=2020-01-01", 404, "nothing is known of this list at 1 Jan 2020"),
        ("/lists/trending.bib?at=soon", 422, "is no time"),
        ("/lists/weekly.bib", 404, "No weekly list is known"),
        ("/lists/daily/2026-02-30.bib", 404, "There can be no list of that name"),
        ("/editions/trending/2020-01-01.bib", 404, "There is no such edition"),
        ("/editions/trending/someday.bib", 404, "There is no such edition"),
        ("/editions/nothing/2026-11-12.bib", 404, "unknown list"),
        ("/lists/nothing.bib", 404, "There can be no list of that name"),
    ],
)
def test_what_cannot_be_cited_is_refused_in_words(reader, address, status, words):
    answer = reader.get(address)
    assert answer.status_code == status
    assert words in answer.text


def test_a_file_has_a_name_that_no_disk_minds(reader):
    for address in ("/lists/trending.bib", "/lists/daily.md", "/cite?ids=" + ranked(reader, "2026-11-10")[0]):
        header = reader.get(address).headers["content-disposition"]
        assert re.fullmatch(r'attachment; filename="[A-Za-z0-9][A-Za-z0-9._-]*"', header)


def test_a_paper_page_offers_the_entry_to_copy_without_script_and_the_files(reader, paper):
    page = html5lib.parse(reader.get(f"/papers/{paper}").text, namespaceHTMLElements=False)
    section = page.find(".//section[@class='cite']")
    assert section.find(".//details/pre").text == reader.get(f"/papers/{paper}.bib").text
    assert section.find(".//button").get("hidden") is not None
    for link in section.findall(".//a"):
        assert reader.get(link.get("href")).status_code == 200


@pytest.mark.parametrize(
    "address", ["/lists/trending?at=2026-11-10", "/lists/daily/2026-11-10", "/editions/trending/2026-11-12"]
)
def test_pages_of_several_papers_lead_to_their_citations(reader, address):
    page = html5lib.parse(reader.get(address).text, namespaceHTMLElements=False)
    files = [link.get("href") for link in page.iter("a") if link.get("download") is not None]
    assert len(files) == 4
    for file in files:
        answer = reader.get(file)
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment; ")


def test_of_a_hub_that_means_harm_each_paper_is_cited_and_nothing_else(hostile_reader):
    papers = hostile_reader.get("/lists/trending.csl.json").json()
    bibliography = bibtexparser.parse_string(hostile_reader.get("/lists/trending.bib").text)
    assert not bibliography.failed_blocks
    assert len(bibliography.blocks) == len(papers) > 10
    titles = [paper["title"] for paper in papers]
    assert [
        record["title"] for record in rispy.loads(hostile_reader.get("/lists/trending.ris").text)
    ] == titles
    lines = hostile_reader.get("/lists/trending.md").text.splitlines()
    assert len(lines) == 2 + len(papers)
