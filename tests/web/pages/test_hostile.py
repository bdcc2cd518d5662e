"""What a hub that means harm says stays text on every page of papers and lists."""

from urllib.parse import urlsplit

import pytest

from broadsheet.digest.links import CODE_HOSTS
from broadsheet.web.wording import paper_path
from web.hostile import IDS, MARK
from web.markup import Markup

BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LISTS = (
    "/",
    "/?sort=votes&code=1",
    "/lists",
    "/lists/trending?at=2026-11-03T12:00",
    "/lists/trending?at=2026-11-04T12:00&since=2026-11-02T12:00",
    "/lists/daily/2026-11-02",
)


@pytest.fixture(scope="module")
def papers(hostile_reader):
    """Some papers: each has other texts than the one before it."""
    with hostile_reader.app.state.site.published.reading() as reading:
        known = sorted(row[0] for row in reading.con.execute("SELECT paper_id FROM papers").fetchall())
    return [paper_id for paper_id in known if paper_id not in IDS][::6]


def harmless(answer):
    """Valid, nothing of the hub's in an element's or an attribute's name, and links only to where they may lead."""
    assert answer.status_code == 200
    page = Markup(answer.text)
    assert not BIDI & set(answer.text)
    for element in page.root.iter():
        assert MARK not in str(element.tag)
        assert not element.tag.endswith(("}iframe", "}object", "}embed", "}base"))
    for element, name, value in page.attributes:
        assert MARK not in name
        assert not name.startswith("on")
        assert name != "style"
        if name in {"href", "src", "action"}:
            address = urlsplit(value)
            assert address.scheme in {"", "http", "https"}
            assert (address.hostname or "testserver") in CODE_HOSTS | {"arxiv.org", "testserver"}, value
            assert element != "script" or value.startswith("/static/")
    assert all(each.get("src") for each in page.all("script"))
    assert page.all("style") == []
    return page


@pytest.mark.parametrize("path", LISTS)
def test_lists_are_harmless(hostile_reader, path):
    harmless(hostile_reader.get(path))


def test_papers_are_harmless(hostile_reader, papers):
    for paper_id in papers:
        harmless(hostile_reader.get(paper_path(paper_id)))


def test_what_is_asked_for_comes_back_as_text(hostile_reader):
    evil = "%3Cscript%3Ealert(1)%3C/script%3E"
    for path in (f"/papers/{evil}", f"/lists/{evil}/{evil}", f"/lists/trending?at={evil}", f"/?sort={evil}"):
        answer = hostile_reader.get(path)
        assert answer.status_code in {404, 422}
        assert "<script>alert" not in answer.text
        Markup(answer.text)
