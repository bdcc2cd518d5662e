"""The archive on an S3 server: whole objects only, and errors that a watcher can live with."""

from datetime import UTC, datetime, timedelta

import pytest

import objectstore
from broadsheet.hub.archive import Archive, ArchiveError, Location
from broadsheet.hub.watch import Poller
from broadsheet.model import parse_list_id
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings

ADDRESS = "s3://bucket/archive"
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def server(monkeypatch):
    with objectstore.running(monkeypatch) as address:
        yield address


@pytest.fixture
def nobody(server, monkeypatch):
    """The server's address is one where nobody listens."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr("s3fs.S3FileSystem.retries", 1)


def test_what_is_appended_is_read_back_each_append_an_object(server, make_capture):
    archive = Archive(ADDRESS)
    assert list(archive.read()) == []
    first = archive.append([make_capture(1), make_capture(2)])
    second = archive.append([make_capture(3)])
    assert first[0].file == first[1].file != second[0].file
    again = Archive(ADDRESS)
    found = list(again.read())
    assert sorted(stored.capture.captured_at.microsecond for stored in found) == [1, 2, 3]
    assert again.get(first[1]) == make_capture(2)
    ends = {stored.location.file: stored.end for stored in found}
    third = archive.append([make_capture(4)])
    assert [stored.location for stored in again.read(ends)] == third


def test_the_watcher_polls_into_it(server, tmp_path):
    with SampleHub(MONDAY) as hub:
        settings = Settings(home=str(tmp_path), hub_url=hub.url, archive_url=ADDRESS)
        poller = Poller(settings, now=lambda: hub.now, sleep=lambda _seconds: None)
        first = poller.poll(parse_list_id("trending"), None)
        assert first.moved
        assert not poller.poll(parse_list_id("trending"), first.validators).moved
        hub.now = MONDAY + timedelta(days=1)
        assert poller.poll(parse_list_id("trending"), first.validators).moved
        poller.close()
    pages = [one.capture for one in Archive(ADDRESS).read() if one.capture.url.endswith("/papers/trending")]
    assert sorted(capture.status for capture in pages) == [200, 200, 304]
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("act", ["append", "read", "get"])
def test_a_server_that_is_away_is_an_error_of_the_archive(nobody, make_capture, act):
    acts = {
        "append": lambda archive: archive.append([make_capture(1)]),
        "read": lambda archive: list(archive.read()),
        "get": lambda archive: archive.get(Location("2026/11/02/some.warc.gz", 0)),
    }
    with pytest.raises(ArchiveError, match=r"s3://bucket/archive cannot be .*Could not connect"):
        acts[act](Archive(ADDRESS))
