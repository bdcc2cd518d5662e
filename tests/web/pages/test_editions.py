"""The archive of editions, editions with permalinks, and single mails as they were sent."""

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from fastapi.testclient import TestClient

from broadsheet.mail import subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.identity import read_address
from broadsheet.mail.letters import Words, post_letter
from broadsheet.mail.office import deliver_due
from broadsheet.mail.preferences import Preferences, read_preferences
from broadsheet.mail.subscribers import Newcomer
from broadsheet.mail.tokens import selection_name
from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from web.conftest import NOW

PUBLIC = "https://papers.example"
TRENDING = "/editions/trending/2026-11-12"


def test_the_archive_lists_every_edition_newest_first_in_pages(reader):
    found, path = [], "/editions"
    while path:
        page = reader.get(path).text
        found += re.findall(r'href="(/editions/(?:trending|daily)/\d{4}-\d{2}-\d{2})"', page)
        older = re.search(r'rel="prev" href="([^"]+)"', page)
        path = older and older[1].replace("&amp;", "&")
    days = [path.rpartition("/")[2] for path in found]
    assert days == sorted(days, reverse=True)
    assert len(found) == len(set(found)) > 20
    listed = reader.get("/api/v1/editions?limit=100").json()["editions"]
    assert set(found) == {f"/editions/{one['list']}/{one['day']}" for one in listed}


def test_the_archive_of_one_list_shows_that_list_only(reader):
    page = reader.get("/editions?list=daily").text
    assert "/editions/daily/2026-11-14" in page
    assert "/editions/trending/2026-11-14" not in page
    assert "/editions/daily/2026-W46" in page


def test_every_sentence_in_the_archive_is_that_of_its_edition(reader):
    page = reader.get("/editions?list=trending").text
    for path, sentence in re.findall(r'<p><a href="([^"]+)"[^>]*>[^<]+</a>\. ([^<]+)</p>', page):
        assert f'<p class="standfirst">{sentence}</p>' in reader.get(path).text


def test_an_edition_tells_what_its_json_and_the_api_tell(reader):
    page, document = reader.get(TRENDING).text, reader.get(f"{TRENDING}.json").json()
    assert document == reader.get("/api/v1/editions/trending/2026-11-12").json()
    (edition,) = document["editions"]
    assert edition["summary"] in page
    for section in edition["sections"]:
        _, _, told = page.partition(f'<section class="told {section["name"]}">')
        told = told.partition("</section>")[0]
        ids = re.findall(r'href="/papers/([^"]+)"', told)
        assert ids == [paper["paper_id"] for paper in section["papers"]]


def test_an_edition_leads_to_those_beside_it_and_to_its_week(reader):
    page = reader.get(TRENDING).text
    before, after = (re.search(rf'<link rel="{rel}" href="([^"]+)"', page)[1] for rel in ("prev", "next"))
    assert before < TRENDING < after
    assert f'rel="next" href="{TRENDING}"' in reader.get(before).text
    assert f'rel="prev" href="{TRENDING}"' in reader.get(after).text
    assert "/editions/trending/2026-W46" in page


def test_a_week_tells_what_is_new_since_the_week_before(reader):
    def new(path):
        (edition,) = reader.get(f"{path}.json").json()["editions"]
        sections = {section["name"]: section["papers"] for section in edition["sections"]}
        return {paper["paper_id"] for paper in sections.get("new", ())}

    week = new("/editions/trending/2026-W46")
    days = [f"/editions/trending/2026-11-{day:02d}" for day in range(9, 16)]
    of_days = set().union(*(new(path) for path in days if reader.get(path).status_code == 200))
    assert week
    assert week <= of_days


@pytest.mark.parametrize(
    "path",
    [
        *("/editions/trending/2027-11-12", "/editions/trending/2026-10-01", "/editions/trending/2026-W60"),
        *("/editions/trending/2026-11-31", "/editions/trending/0001-W01", "/editions/trending/20261112"),
        *(
            "/editions/paper:2611.00001/2026-11-12",
            "/editions/nothing/2026-11-12",
            "/editions/daily:x/2026-11-12",
        ),
        *("/editions/trending/x", "/editions/trending/x.json", "/editions/x/y.json", "/editions?list=x"),
        *("/editions/2026-11-15T10:00Z/1", "/editions/2026-11-15T10:00Z/1-x", "/editions/a:b/é-é"),
        "/editions/trending/9999-12-31",
    ],
)
def test_what_there_is_not_is_said(reader, path):
    assert reader.get(path).status_code == 404


class Sent:
    """A site whose run was sent to two readers with different wishes."""

    def __init__(self, home):
        self.settings = Settings(
            home=str(home), public_url=PUBLIC, secret_key="test", web_requests_per_minute=0
        )
        self.client = TestClient(create_app(self.settings, lambda: NOW))
        with open_database(self.settings) as database, database.write() as con:
            for name, topics in (("ada", "robot*"), ("bob", "agents")):
                newcomer = Newcomer(
                    identity=read_address(f"{name}@example.org"),
                    preferences=read_preferences({"topics": topics}, Preferences()),
                )
                made = subscribers.add(con, newcomer, Act(NOW - timedelta(days=1), "cli"), b"test")
            words = Words("confirmation", "Please confirm", f"{PUBLIC}/confirm/secret")
            self.letter = post_letter(con, self.settings, made, words, NOW)
        deliver_due(self.settings, lambda: NOW)
        contents = (file.read_bytes().split(b"\r\n", 2)[2] for file in self.settings.inbox_path.glob("*.eml"))
        mails = [message_from_bytes(content, policy=policy.default) for content in contents]
        self.mails = {mail["To"]: mail for mail in mails if mail["List-Id"]}

    def view(self, name: str) -> str:
        """The path of "View in browser" in somebody's mail."""
        html = self.mails[f"{name}@example.org"].get_body(("html",)).get_content()
        return re.search(rf'href="{PUBLIC}(/editions/[^"]+)"', html)[1]


@pytest.fixture
def sent(site_home) -> Sent:
    return Sent(site_home)


def test_a_mail_is_shown_as_it_was_sent_without_anybodys_own_links(sent):
    html = sent.mails["ada@example.org"].get_body(("html",)).get_content()
    page = sent.client.get(sent.view("ada"))
    titles = re.compile(r"<h4[^>]*>.*?</h4>", re.DOTALL)
    assert page.status_code == 200
    assert titles.findall(page.text) == titles.findall(html.replace("\r\n", "\n"))
    assert titles.findall(page.text)
    for room in ("unsubscribe", "preferences", "confirm", "editions", "mailto:"):
        assert f'"{PUBLIC}/{room}' not in page.text
        assert "mailto:" not in page.text
    assert "example.org" not in page.text


def test_a_shown_mail_may_bring_its_styles_and_do_nothing_else(sent):
    headers = sent.client.get(sent.view("ada")).headers
    policy_given = headers["content-security-policy"]
    assert "default-src 'none'" in policy_given
    assert "style-src 'unsafe-inline'" in policy_given
    assert "script-src" not in policy_given
    assert (headers["cache-control"], headers["referrer-policy"], headers["x-robots-tag"]) == (
        "no-store",
        "no-referrer",
        "noindex",
    )
    others = [sent.client.get(path).headers["content-security-policy"] for path in ("/editions", TRENDING)]
    assert all("unsafe" not in one for one in others)


def test_nobody_can_guess_what_others_were_told(sent):
    ada, bob = sent.view("ada"), sent.view("bob")
    run, number, mac = re.fullmatch(r"(/editions/[^/]+)/(\d+)-(.+)", ada).groups()
    other = re.fullmatch(rf"{run}/(\d+)-(.+)", bob)
    assert sent.client.get(bob).status_code == 200
    guesses = [f"{run}/{number}", f"{run}/{other[1]}-{mac}", f"{run}/0{number}-{mac}", f"{run}/{number}-"]
    guesses += [f"{ada[:-1]}{'A' if ada[-1] != 'A' else 'B'}", f"{ada}A", f"{ada}.json"]
    assert {sent.client.get(path).status_code for path in guesses} == {404}


def test_a_letter_is_never_shown(sent):
    path = f"/editions/{sent.letter}/{selection_name(sent.letter, 1, b'test')}"
    answer = sent.client.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text
