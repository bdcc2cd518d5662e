"""A paper's page says all that is known of it."""

import pytest

from broadsheet.digest.text import clean
from web.markup import Markup, inside, text

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def returned(published):
    """A paper that left the trending list and came back."""
    return published.execute(
        "SELECT paper_id FROM changes WHERE list_kind = 'trending' AND change = 'returned'"
        " AND paper_id IN (SELECT paper_id FROM observations JOIN snapshots USING (snapshot_id)"
        " WHERE list_kind = 'daily') ORDER BY paper_id LIMIT 1"
    ).fetchone()[0]


@pytest.fixture(scope="module")
def page(reader, returned):
    return Markup(reader.get(f"/papers/{returned}").text)


def test_it_tells_what_the_warehouse_knows(page, published, returned):
    title, authors, abstract = published.execute(
        "SELECT title, authors, abstract FROM papers WHERE paper_id = ?", [returned]
    ).fetchone()
    assert text(page.one("h1")) == clean(title)
    named = [link.text for link in page.links if link.address.startswith("/search?author=")]
    assert named == [clean(name) for name in authors]
    assert text(page.one("p", "abstract")) == clean(abstract)
    assert {link.address for link in page.links} >= {
        f"https://arxiv.org/abs/{returned}",
        f"https://huggingface.co/papers/{returned}",
    }


def test_best_rank_and_days_are_those_of_the_history(page, published, returned):
    best = published.execute(
        "SELECT min(rank) FROM rank_history WHERE paper_id = ? AND list_kind = 'trending'", [returned]
    ).fetchone()[0]
    cells = [text(cell) for cell in page.one("table", "stays").findall(".//{*}tbody/{*}tr")[0]]
    assert cells[0] == "Trending papers"
    assert cells[2] == str(best)


def test_days_on_the_list_are_those_that_the_list_tells(reader, page, returned):
    front = Markup(reader.get("/lists/trending").text)
    (entry,) = [each for each in front.all("li", "entry") if f"/papers/{returned}" in _addresses(each)]
    days = text(page.one("table", "stays").findall(".//{*}tbody/{*}tr")[0][3])
    assert f"{days} day" in text(inside(entry, "figures")[0])


def _addresses(element):
    return [each.get("href") for each in element.iter() if each.get("href")]


def test_its_course_is_drawn_with_its_gap_told_in_words_and_in_a_table(page, published, returned):
    ranks, votes = page.all("figure", "chart")
    strokes = [path.get("d") for path in ranks.iter(f"{SVG}path") if path.get("vector-effect")]
    assert strokes[0].count("M") == 2
    for figure in (ranks, votes):
        drawing = figure.find(f"{SVG}svg")
        described = {each.get("id"): text(each) for each in page.root.iter() if each.get("id")}
        assert described[drawing.get("aria-labelledby")] in {"Rank", "Upvotes"}
        assert described[drawing.get("aria-describedby")]
    days = published.execute(
        "SELECT count(DISTINCT (captured_at::DATE, list_kind, list_key)) FROM rank_history WHERE paper_id = ?",
        [returned],
    ).fetchone()[0]
    (table,) = [each for each in page.all("table") if each.get("class") is None]
    assert len(table.findall(".//{*}tbody/{*}tr")) == days


def test_what_happened_is_told_newest_first(page):
    told = [text(each) for each in page.one("section", "happenings").iter() if each.tag.endswith("}li")]
    assert any("back at" in each for each in told)
    assert any("left the list" in each for each in told)
    times = [
        each.get("datetime") for each in page.one("section", "happenings").iter() if each.get("datetime")
    ]
    assert times == sorted(times, reverse=True)


def test_a_reworded_title_is_told_word_by_word(reader, published):
    paper_id = published.execute(
        "SELECT paper_id FROM changes WHERE change = 'revised' AND fields LIKE '%title%' LIMIT 1"
    ).fetchone()[0]
    old, new = published.execute(
        "SELECT first(title ORDER BY captured_at), last(title ORDER BY captured_at) FROM showings"
        " JOIN revisions USING (paper_id, revision_id) WHERE paper_id = ?",
        [paper_id],
    ).fetchone()
    page = Markup(reader.get(f"/papers/{paper_id}").text)
    told = page.one("section", "rewordings")
    added = " ".join(
        text(each).removeprefix("[added: ").removesuffix("]") for each in told.findall(".//{*}ins")
    )
    assert set(new.split()) - set(old.split()) <= set(added.split())


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/papers/2611.60165v2", "/papers/2611.60165"),
        ("/papers/arXiv:2611.60165", "/papers/2611.60165"),
        ("/papers/trending", "/lists/trending"),
        ("/papers/date/2026-11-10", "/lists/daily/2026-11-10"),
        ("/papers/week/2026-W46", "/lists/weekly/2026-W46"),
        ("/papers/month/2026-11", "/lists/monthly/2026-11"),
    ],
)
def test_other_forms_of_an_address_lead_to_the_one(reader, path, to):
    answer = reader.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, to)


def test_a_paper_once_known_by_its_title_only_is_found_under_its_id(visitor, returned):
    import duckdb

    path = visitor.app.state.site.settings.published_path
    with duckdb.connect(str(path)) as con:
        con.execute("INSERT INTO aliases VALUES ('title:0123456789abcdef', ?)", [returned])
    answer = visitor.get("/papers/title:0123456789abcdef", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, f"/papers/{returned}")


def test_a_paper_that_no_list_showed_is_said_to_be_unknown(reader):
    answer = reader.get("/papers/2401.00001")
    assert answer.status_code == 404
    assert "ever showed a paper “2401.00001”" in text(Markup(answer.text).one("p", "standfirst"))


def test_readers_and_programs_find_what_it_is(page, published, returned):
    meta = {each.get("name") or each.get("property"): each.get("content") for each in page.all("meta")}
    title = published.execute("SELECT title FROM papers WHERE paper_id = ?", [returned]).fetchone()[0]
    assert meta["og:title"] == clean(title, 200)
    assert meta["citation_arxiv_id"] == returned
    assert meta["description"]
    (canonical,) = [each.get("href") for each in page.all("link") if each.get("rel") == "canonical"]
    assert canonical == f"http://testserver/papers/{returned}"
