"""What is told of lists, mail and files, and how often it is read."""

import os
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from broadsheet.mail import figures
from broadsheet.settings import Settings
from broadsheet.warehouse.store import open_published
from broadsheet.web.app import create_app
from broadsheet.web.metrics import standing
from broadsheet.web.metrics.kept import Kept
from mail.readership import Readership
from sites import DAYS, FIRST_MORNING, NOW
from web.metrics.scraping import TOKEN, scrape

LAST_MORNING = FIRST_MORNING + timedelta(days=DAYS - 1)


def site(home, at=NOW, **more) -> TestClient:
    settings = Settings(home=str(home), web_requests_per_minute=0, web_metrics_token=TOKEN, **more)
    return TestClient(create_app(settings, lambda: at))


def test_each_source_tells_its_times_and_the_last_verdict(polled_site_home):
    numbers = scrape(site(polled_site_home))
    for name in ("asked", "believed", "snapshot"):
        at = numbers(f"broadsheet_source_{name}_timestamp_seconds", source="trending")
        assert 0 <= at - LAST_MORNING.timestamp() < 1
    assert numbers("broadsheet_source_verdict", source="trending", verdict="ok") == 1
    assert numbers("broadsheet_source_verdict", source="trending") == 1
    assert numbers.values("source") == {"trending", "daily"}


@pytest.mark.parametrize(("later", "silent"), [(timedelta(), 0), (timedelta(hours=12), 1)])
def test_a_silent_list_is_told(polled_site_home, later, silent):
    numbers = scrape(site(polled_site_home, NOW + later))
    assert numbers("broadsheet_source_silent", source="trending") == silent


def test_a_watched_list_that_was_never_asked_is_silent(polled_site_home):
    numbers = scrape(site(polled_site_home, lists=("trending", "search:agents")))
    assert numbers("broadsheet_source_silent", source="search:agents") == 1


def test_the_publication_tells_its_time_and_size(polled_site_home):
    numbers = scrape(site(polled_site_home))
    settings = Settings(home=str(polled_site_home))
    file = settings.published_path.stat()
    assert numbers("broadsheet_published_timestamp_seconds") == int(file.st_mtime)
    assert numbers("broadsheet_file_bytes", file="published") == file.st_size
    with open_published(settings) as con:
        assert numbers("broadsheet_warehouse_rows", what="changes") == con.sql("FROM changes").shape[0] > 0
    assert numbers("broadsheet_readable", store="warehouse") == 1


def test_a_new_publication_is_told_at_once_and_an_old_one_read_once(site_home, monkeypatch):
    reads = []
    read = standing.read_stand
    monkeypatch.setattr(standing, "read_stand", lambda *given: reads.append(1) or read(*given))
    client = site(site_home)
    for _ in range(3):
        scrape(client)
    assert len(reads) == 1
    os.utime(Settings(home=str(site_home)).published_path, (1_800_000_000, 1_800_000_000))
    assert scrape(client)("broadsheet_published_timestamp_seconds") == 1_800_000_000
    assert len(reads) == 2


def test_mail_is_read_once_for_many_scrapes(polled_site_home, monkeypatch):
    reads = []
    for name in ("read_figures", "read_debt"):
        read = getattr(figures, name)
        monkeypatch.setattr(
            standing, name, lambda *given, name=name, read=read: reads.append(name) or read(*given)
        )
    client = site(polled_site_home)
    for _ in range(3):
        scrape(client)
    assert sorted(reads) == ["read_debt", "read_figures"]


def test_where_nothing_can_be_read_it_says_so_and_counts_on(tmp_path):
    (tmp_path / "mail.sqlite").write_bytes(b"no database" * 1000)
    numbers = scrape(site(tmp_path))
    assert numbers("broadsheet_readable", store="warehouse") == 0
    assert numbers("broadsheet_readable", store="mail") == 0
    assert "broadsheet_subscribers" not in numbers.text
    assert scrape(site(tmp_path))("broadsheet_build_info") == 1


def test_subscribers_and_what_is_owed_are_told_without_addresses(site_home):
    readers = Readership(Settings(home=str(site_home), secret_key="test"))
    early = NOW - timedelta(days=2)
    for name in ("ada", "grace"):
        readers.join(name, early, hour="6", cadence="daily")
    numbers = scrape(site(site_home))
    assert numbers("broadsheet_subscribers", state="active") == 2
    assert numbers("broadsheet_subscribers", state="erased") == 0
    assert numbers("broadsheet_digests_owed") == 2
    since = numbers("broadsheet_digests_owed_since_timestamp_seconds")
    assert since == NOW.replace(hour=6).timestamp()
    assert "@" not in numbers.text
    assert "example.org" not in numbers.text


def test_what_is_kept_is_read_again_for_another_key_after_its_time_and_after_an_error():
    now, kept = [0.0], Kept(10, lambda: now[0])
    assert kept.get("a", lambda: 1) == 1
    now[0] = 9.9
    assert kept.get("a", lambda: 2) == 1
    assert kept.get("b", lambda: 3) == 3
    now[0] = 20.0
    with pytest.raises(ZeroDivisionError):
        kept.get("b", lambda: 1 // 0)
    assert kept.get("b", lambda: 4) == 4
