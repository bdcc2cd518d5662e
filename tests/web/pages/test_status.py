"""How everything stands, as a page and for load balancers."""

from datetime import timedelta

import duckdb
import html5lib
import pytest
from fastapi.testclient import TestClient

from broadsheet.settings import Settings
from broadsheet.web.app import create_app
from sites import NOW


def said(element) -> str:
    return " ".join("".join(element.itertext()).split())


def site(home, now=NOW, **more):
    return TestClient(create_app(Settings(home=str(home), web_requests_per_minute=0, **more), lambda: now))


def status(client):
    answer = client.get("/status")
    assert answer.status_code == 200
    return html5lib.parse(answer.text, namespaceHTMLElements=False)


def source(page, name: str):
    return next(each for each in page.iterfind(".//section") if said(each.find("./h3")) == name)


@pytest.fixture
def published(site_home):
    """The published file of an own home, to be changed."""
    with duckdb.connect(str(site_home / "published" / "papers.duckdb")) as con:
        yield con


def capture(con, at: str, verdict: str, reason: str) -> None:
    con.execute(
        "INSERT INTO open_captures (capture_id, captured_at, url, status, sha256, bytes, verdict, reason, list_kind,"
        " list_key) VALUES (1, ?, 'https://hub', 200, '', 0, ?, ?, 'trending', '')",
        [at, verdict, reason],
    )


def run(con, key: str, slot: str, **counts: int) -> None:
    con.execute(
        "INSERT INTO digest_runs VALUES (?, ?, ?, ?, NULL, NULL, 'sending', 'verify', 1, ?, ?, ?, ?, ?)",
        [
            *(key, counts.pop("kind", "digest"), slot, slot),
            *(counts.get("due"), 0, 0, "paused by reader@example.org: 550 no", slot),
        ],
    )


def delivery(con, key: str, number: int, state: str, reason: str | None, bounce: str | None = None) -> None:
    con.execute(
        "INSERT INTO delivery_log (run_key, slot, subscriber_id, occasion, state, reason, updated_at, bounce)"
        " VALUES (?, TIMESTAMP '2026-11-14 07:00', ?, '2026-11-14', ?, ?, TIMESTAMP '2026-11-14 07:00', ?)",
        [key, number, state, reason, bounce],
    )


def test_a_list_that_is_read_is_said_to_be_well(reader):
    page = status(reader)
    trending = source(page, "Trending papers")
    assert "Silent" not in said(trending)
    assert "15 Nov 2026, 09:00 UTC" in said(trending)
    assert "14 days believed" in said(trending.find(".//{*}title"))
    assert said(page.find(".//p[@class='standfirst']")).startswith("Every watched list")


def test_a_list_that_gives_nothing_for_too_long_is_silent_by_the_clock(polled_site_home):
    page = status(site(polled_site_home, NOW + timedelta(hours=1, minutes=59)))
    assert "Silent" not in said(source(page, "Trending papers"))
    page = status(site(polled_site_home, NOW + timedelta(hours=2, minutes=1)))
    assert "Silent since 15 Nov 2026, 09:00 UTC." in said(source(page, "Trending papers"))
    assert said(page.find(".//p[@class='standfirst']")).startswith("1 watched list has")


def test_a_watched_list_that_was_never_asked_is_shown(polled_site_home):
    page = status(site(polled_site_home, lists=("trending", "search:never asked")))
    never = source(page, "Search “never asked”")
    assert "Silent ever." in said(never)
    assert "It was never asked." in said(never)


def test_a_doubted_answer_is_told_with_its_day_and_reason(site_home, published):
    capture(published, "2026-11-15 09:30", "partial", "20 of 50 papers are left <b>")
    capture(published, "2026-11-06 09:30", "blocked", "asks for proof of a person")
    published.close()
    trending = source(status(site(site_home)), "Trending papers")
    assert "partial: only a part, not believed. 20 of 50 papers are left <b>" in said(trending)
    assert "2 of 16 answers, 12 %" in said(trending)
    words = said(trending.find(".//{*}title"))
    assert "12 days believed" in words
    assert "6 Nov 2026: 1 blocked and 1 ok" in words
    assert len(trending.findall(".//{*}g[@class='mixed']")) == 2


def test_every_digest_run_is_accounted_for_and_nobody_is_named(site_home, published):
    run(published, "2026-11-14T07:00Z", "2026-11-14 07:00", due=7)
    run(published, "2026-10-02T07:00Z", "2026-10-02 07:00", due=99)
    run(published, "letter:1:1", "2026-11-14 07:00", kind="letter", due=98)
    states = ["accepted", "presumed_accepted", "failed", "in_doubt", "excluded", "excluded", "excluded"]
    reasons = [None, None, None, None, "nothing_new", "nothing_new", "no_match"]
    for number, (state, reason) in enumerate(zip(states, reasons, strict=True)):
        bounce = {"accepted": "hard", "presumed_accepted": "complaint"}.get(state)
        delivery(published, "2026-11-14T07:00Z", number, state, reason, bounce)
    published.close()
    page = status(site(site_home))
    rows = [[said(cell) for cell in row] for row in page.iterfind(".//table/tbody/tr")]
    assert rows == [
        [
            *("14 Nov 2026, 07:00 UTC", "sending", "7", "2 (1 presumed)"),
            *("1 nothing they asked for, 2 nothing new", "1 failed", "1 in doubt", "1", "1"),
        ]
    ]
    assert "@" not in said(page.find(".//main"))


def test_the_page_is_kept_nowhere_for_it_depends_on_the_clock(reader):
    assert reader.get("/status").headers["cache-control"] == "no-store"


def test_a_load_balancer_is_told_in_a_few_bytes(reader):
    answer = reader.get("/healthz")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found["status"] == "ok"
    assert found["newest_snapshot_at"].startswith("2026-11-15T09:00:00")
    assert found["silent"] == []


def test_a_load_balancer_is_told_what_is_silent_but_not_sent_away(polled_site_home):
    answer = site(polled_site_home, NOW + timedelta(days=2)).get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["silent"] == ["trending"]


def test_where_nothing_can_be_read_a_load_balancer_goes_elsewhere(tmp_path, site_home):
    assert site(tmp_path / "empty").get("/healthz").status_code == 503
    (site_home / "published" / "papers.duckdb").write_bytes(b"no database")
    answer = site(site_home).get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert str(site_home) not in answer.text
