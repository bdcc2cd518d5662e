"""The stream of changes over a real socket, while publications appear."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import duckdb
import httpx
import pytest

from broadsheet.model import parse_list_id
from broadsheet.sample.hub import SampleHub
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import poll
from broadsheet.web import wire
from broadsheet.web.app import create_app
from broadsheet.web.serving import serving
from listening import listening
from sites import DAYS, FIRST_MORNING

TRENDING = parse_list_id("trending")


@pytest.fixture
def next_mornings(site_home: Path) -> Iterator[Callable[[], None]]:
    """Each call polls the sample hub's trending list on one more morning and publishes it."""
    with SampleHub() as hub:
        settings = Settings(home=str(site_home), hub_url=hub.url, budget_requests=1000)
        mornings = (FIRST_MORNING + timedelta(days=number) for number in range(DAYS, DAYS + 30))

        def publish() -> None:
            hub.now = morning = next(mornings)
            poll(settings, [TRENDING], now=lambda: morning, sleep=lambda _: None)

        yield publish


@pytest.fixture
def address(site_home: Path) -> Iterator[str]:
    """A site over the home's own copy, on a socket."""
    with serving(site_settings(site_home)) as address:
        yield address


def site_settings(home: Path) -> Settings:
    return Settings(home=str(home), web_port=0, web_requests_per_minute=0)


def stream_of(home: Path) -> list[tuple[int, str, str]]:
    """What the published stream holds: numbers, kinds and papers, in order."""
    with duckdb.connect(str(home / "published" / "papers.duckdb"), read_only=True) as con:
        return con.execute("SELECT seq, change, paper_id FROM changes ORDER BY seq").fetchall()


def told(heard) -> list[tuple[int, str, str]]:
    return [(event.seq, event.name, event.data["paper_id"]) for event in heard]


def test_who_listens_hears_what_a_new_publication_brings(site_home, address, next_mornings):
    before = stream_of(site_home)
    with listening(f"{address}/changes/stream") as listener:
        next_mornings()
        expected = stream_of(site_home)[len(before) :]
        assert len(expected) > 20
        heard = listener.hear(len(expected))
    assert told(heard) == expected
    rose = next(event for event in heard if event.name == "rose")
    assert rose.data["list"] == "trending"
    assert rose.data["captured_at"].startswith("2026-11-16T09:00:00")
    assert rose.data["words"].startswith(f"rose from {rose.data['previous_rank']} to {rose.data['rank']}")


def test_a_stream_goes_on_where_it_broke_off_without_gap_or_repeat(site_home, address, next_mornings):
    begun_at = len(stream_of(site_home))
    with listening(f"{address}/changes/stream") as listener:
        next_mornings()
        heard = listener.hear(11)
    next_mornings()
    with listening(f"{address}/changes/stream", **{"Last-Event-ID": str(heard[-1].seq)}) as listener:
        known = stream_of(site_home)
        heard += listener.hear(len(known) - begun_at - len(heard))
        next_mornings()
        every = stream_of(site_home)
        heard += listener.hear(len(every) - len(known))
    assert told(heard) == every[begun_at:]


def test_a_reader_from_long_ago_catches_up_by_pages(site_home, address, next_mornings, monkeypatch):
    monkeypatch.setattr(wire, "PAGE", 7)
    with listening(f"{address}/changes/stream?after=0") as listener:
        old = stream_of(site_home)
        heard = listener.hear(len(old))
        next_mornings()
        every = stream_of(site_home)
        heard += listener.hear(len(every) - len(old))
    assert told(heard) == every


def test_a_publication_that_brings_more_than_is_kept_at_hand_is_told_whole(
    site_home, address, next_mornings, monkeypatch
):
    monkeypatch.setattr(wire, "MOST_AT_HAND", 5)
    before = stream_of(site_home)
    with listening(f"{address}/changes/stream") as listener:
        next_mornings()
        expected = stream_of(site_home)[len(before) :]
        assert told(listener.hear(len(expected))) == expected


def test_what_a_browser_was_told_last_counts_more_than_where_its_page_began(site_home, address):
    every = stream_of(site_home)
    with listening(f"{address}/changes/stream?after=0", **{"Last-Event-ID": str(every[-3][0])}) as listener:
        assert told(listener.hear(2)) == every[-2:]


def test_a_number_never_given_is_none_to_wait_for(site_home, address, next_mornings):
    before = stream_of(site_home)
    with listening(f"{address}/changes/stream?after=900000000") as listener:
        next_mornings()
        assert told(listener.hear(1)) == [stream_of(site_home)[len(before)]]


def test_only_what_was_asked_for_is_told(site_home, address, next_mornings):
    before = stream_of(site_home)
    with listening(f"{address}/changes/stream?change=entered&change=left&list=trending") as listener:
        next_mornings()
        expected = [each for each in stream_of(site_home)[len(before) :] if each[1] in {"entered", "left"}]
        assert expected
        assert told(listener.hear(len(expected))) == expected


def test_a_publication_is_read_once_for_all_who_listen(site_home, address, next_mornings, monkeypatch):
    reads = []
    read = wire.changes_behind

    def counted(con, after, **more):
        reads.append(after)
        return read(con, after, **more)

    monkeypatch.setattr(wire, "changes_behind", counted)
    before = stream_of(site_home)
    with ExitStack() as stack:
        listeners = [stack.enter_context(listening(f"{address}/changes/stream")) for _ in range(10)]
        next_mornings()
        expected = stream_of(site_home)[len(before) :]
        for listener in listeners:
            assert told(listener.hear(len(expected))) == expected
    assert len(reads) == 1


def test_a_silent_stream_says_that_it_is_still_there(address, monkeypatch):
    monkeypatch.setattr(wire, "HEARTBEAT_SECONDS", 0.05)
    with httpx.Client(timeout=20) as client, client.stream("GET", f"{address}/changes/stream") as answer:
        lines = answer.iter_lines()
        assert [next(lines) for _ in range(4)] == ["retry: 3000", "", ": still here", ""]


def test_no_proxy_keeps_a_stream_back(address):
    headers = {"Accept-Encoding": "gzip"}
    with httpx.stream("GET", f"{address}/changes/stream", headers=headers, timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"
        assert "content-encoding" not in answer.headers
        assert "content-length" not in answer.headers


def test_head_is_answered_although_a_stream_has_no_end(address):
    with httpx.Client(base_url=address, timeout=10) as client:
        answer = client.head("/changes/stream")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        # The connection is free for the next request.
        assert client.get("/about").status_code == 200


def test_a_stream_ends_cleanly_when_the_server_stops(site_home):
    began = 0.0
    ended: list[str] = []

    def listen(address: str, opened: threading.Event) -> None:
        # An answer that is cut off instead of ended raises RemoteProtocolError here.
        with httpx.stream("GET", f"{address}/changes/stream", timeout=20) as answer:
            lines = answer.iter_lines()
            ended.append(next(lines))
            opened.set()
            ended.extend(lines)

    with serving(site_settings(site_home)) as address:
        opened = threading.Event()
        reader = threading.Thread(target=listen, args=(address, opened))
        reader.start()
        assert opened.wait(10)
        began = time.monotonic()
    reader.join(10)
    assert ended == ["retry: 3000", ""]
    assert time.monotonic() - began < 4


def test_streams_are_bounded_and_a_seat_is_free_again_when_its_listener_goes(site_home, monkeypatch):
    monkeypatch.setattr("broadsheet.web.seats.MOST_OF_ONE_VISITOR", 99)
    settings = site_settings(site_home)
    monkeypatch.setattr("broadsheet.web.serving.create_app", lambda *given: small_site(apps, *given))
    apps: list = []
    with serving(settings) as address, listening(f"{address}/changes/stream") as kept:
        seats = apps[0].state.site.wire.seats
        with listening(f"{address}/changes/stream"):
            refused = httpx.get(f"{address}/changes/stream", timeout=20)
            assert refused.status_code == 503
            assert refused.headers["retry-after"] == "60"
            assert seats.taken == 2
        patience = time.monotonic() + 10
        while seats.taken > 1 and time.monotonic() < patience:
            time.sleep(0.01)
        assert seats.taken == 1
        with listening(f"{address}/changes/stream") as next_one:
            assert next_one.answer.status_code == kept.answer.status_code == 200


def small_site(apps: list, *given):
    app = create_app(*given)
    app.state.site.wire.seats = wire.Seats(most=2)
    apps.append(app)
    return app


def test_one_visitor_cannot_take_all_seats(site_home, address):
    with ExitStack() as stack:
        for _ in range(wire.Seats().most_of_one):
            stack.enter_context(listening(f"{address}/changes/stream"))
        assert httpx.get(f"{address}/changes/stream", timeout=20).status_code == 429


def test_nothing_published_is_said_before_a_stream_begins(tmp_path):
    with serving(site_settings(tmp_path / "empty")) as address:
        answer = httpx.get(f"{address}/changes/stream", timeout=20)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"


def test_a_publication_that_cannot_be_read_ends_the_streams(site_home, address):
    with listening(f"{address}/changes/stream") as listener:
        shutil.rmtree(site_home / "published")
        assert listener.hear(1) == []


def test_a_stream_ends_where_an_older_copy_is_put_back(site_home, address, next_mornings, monkeypatch):
    monkeypatch.setattr(wire, "HEARTBEAT_SECONDS", 60.0)
    published = site_home / "published" / "papers.duckdb"
    older, known = published.read_bytes(), stream_of(site_home)[-1][0]
    next_mornings()
    newest = stream_of(site_home)[-1][0]
    with listening(f"{address}/changes/stream?after={known}") as reader:
        reader.hear(newest - known)
        put_back = published.with_name("older")
        put_back.write_bytes(older)
        put_back.replace(published)
        assert reader.hear(1) == []
    next_mornings()
    with listening(f"{address}/changes/stream?after={known}") as reader:
        assert told(reader.hear(3)) == [row for row in stream_of(site_home) if row[0] > known][:3]
