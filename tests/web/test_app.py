"""What holds for every answer of the site."""

import os
from pathlib import Path

import pytest
from cachetools import LRUCache
from fastapi import Request
from fastapi.testclient import TestClient

from broadsheet.settings import Settings
from broadsheet.web.answers import KEEPING_BYTES
from broadsheet.web.app import create_app
from broadsheet.web.limits import MOST_BODY_BYTES
from broadsheet.web.published import Published
from broadsheet.web.site import site_of


def counted_site(home: Path) -> tuple[TestClient, list[str]]:
    """A site with one more page, which counts how often it is made."""
    app = create_app(Settings(home=str(home), web_requests_per_minute=0))
    made: list[str] = []

    @app.get("/counted")
    def counted(request: Request):
        def make(reading):
            made.append(reading.tag)
            (papers,) = reading.con.execute("SELECT count(*) FROM papers").fetchone()
            return f"{papers} papers " * 200

        return site_of(request).answers.give(request, "text/plain", make)

    return TestClient(app), made


def test_an_answer_is_made_once_a_publication(site_home):
    client, made = counted_site(site_home)
    first, second = client.get("/counted"), client.get("/counted")
    assert first.text == second.text
    assert len(made) == 1
    os.utime(site_home / "published" / "papers.duckdb")
    assert client.get("/counted").text == first.text
    assert len(made) == 2


def test_who_has_an_answer_is_told_so(site_home):
    client, made = counted_site(site_home)
    first = client.get("/counted")
    again = client.get("/counted", headers={"If-None-Match": first.headers["etag"]})
    by_time = client.get("/counted", headers={"If-Modified-Since": first.headers["last-modified"]})
    other = client.get("/counted", headers={"If-None-Match": '"other"'})
    assert [again.status_code, by_time.status_code, other.status_code] == [304, 304, 200]
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert len(made) == 1


@pytest.mark.parametrize(
    "has",
    [{"If-None-Match": "*"}, {"If-Modified-Since": "Fri, 27 Nov 2099 12:00:00 GMT"}],
    ids=["any tag", "a time"],
)
@pytest.mark.parametrize(
    "path", ["/papers/9999.99999", "/api/v1/papers/9999.99999", "/papers/9999.99999.bib"]
)
def test_nobody_has_what_is_not_there(reader, path, has):
    assert reader.get(path, headers=has).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, gzip;q=0.5", "gzip"),
        ("GZIP ; q=1.0, br", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.000, identity", None),
        ("identity", None),
        ("not-gzip", None),
        ("", None),
    ],
)
def test_an_answer_is_packed_for_who_takes_it_so(site_home, accepted, encoding):
    client, _ = counted_site(site_home)
    answer = client.get("/counted", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    assert " papers " in answer.text


def test_what_is_kept_is_bounded_however_little_each_answer_holds(site_home):
    client, _ = counted_site(site_home)
    answers = client.app.state.site.answers
    bound = 50 * KEEPING_BYTES
    answers._kept = LRUCache(bound, getsizeof=lambda made: made.size)
    for number in range(100):
        client.get(f"/api/v1/changes?list=search:{number}{'x' * 150}")
    assert len(answers._kept) < 50
    assert sum(map(len, answers._kept)) < bound


def test_an_answer_and_its_time_are_of_one_publication(site_home, monkeypatch):
    client, _ = counted_site(site_home)
    path = site_home / "published" / "papers.duckdb"
    os.utime(path, (1_700_000_000, 1_700_000_000))
    old = client.get("/counted")
    looks = iter([1_700_000_000, 1_700_000_900])
    look = Published._look

    def moving(self):
        os.utime(path, (moment := next(looks, 1_700_000_900), moment))
        return look(self)

    monkeypatch.setattr(Published, "_look", moving)
    assert client.get("/counted").headers["last-modified"] == old.headers["last-modified"]


def test_a_new_publication_is_read_without_a_restart(site_home):
    client, _ = counted_site(site_home)
    old = client.get("/counted")
    os.utime(site_home / "published" / "papers.duckdb")
    new = client.get("/counted", headers={"If-None-Match": old.headers["etag"]})
    assert new.status_code == 200


def test_a_reading_that_has_begun_ends_on_its_publication_and_then_lets_go_of_it(site_home):
    site = create_app(Settings(home=str(site_home))).state.site
    path = site_home / "published" / "papers.duckdb"

    def held() -> int:
        files = [str(file.readlink()) for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]
        return files.count(f"{path} (deleted)")

    with site.published.reading() as old:
        (before,) = old.con.execute("SELECT count(*) FROM papers").fetchone()
        replaced = path.with_name("next")
        replaced.write_bytes(path.read_bytes())
        replaced.replace(path)
        with site.published.reading() as new:
            assert new.tag != old.tag
        assert old.con.execute("SELECT count(*) FROM papers").fetchone() == (before,)
        assert held() == 1
    assert held() == 0


def test_nothing_published_is_said_in_words(tmp_path):
    client, _ = counted_site(tmp_path / "empty")
    answer = client.get("/counted")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert str(tmp_path) not in answer.text


def test_every_answer_carries_the_security_headers(reader):
    for path in ("/nowhere", "/static/site.css", "/api/v1/nowhere"):
        headers = reader.get(path).headers
        assert headers["referrer-policy"] in {"same-origin", "no-referrer"}
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_an_unknown_address_is_a_page_for_people_and_problem_details_for_programs(reader):
    page, problem = reader.get("/nowhere"), reader.get("/api/v1/nowhere")
    assert page.status_code == problem.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert problem.headers["content-type"] == "application/problem+json"
    assert problem.json()["status"] == 404


def test_a_visitor_who_asks_for_too_much_is_told_when_to_come_back(site_home):
    client = TestClient(create_app(Settings(home=str(site_home), web_requests_per_minute=3)))
    answers = [client.get("/static/site.css") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["retry-after"] == "60"
    assert "content-security-policy" in answers[-1].headers


@pytest.mark.parametrize("chunked", [True, False])
def test_a_body_that_is_too_large_is_refused(site_home, chunked):
    app = create_app(Settings(home=str(site_home)))

    @app.post("/taken")
    async def taken(request: Request):
        return len(await request.body())

    body = b"x" * (MOST_BODY_BYTES + 1)
    answer = TestClient(app).post("/taken", content=iter([body[:10], body[10:]]) if chunked else body)
    assert answer.status_code == 413
    assert TestClient(app).post("/taken", content=body[:-1]).json() == MOST_BODY_BYTES
