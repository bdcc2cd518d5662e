"""Every fault does what it says, seen by a client over loopback."""

import json
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from bs4 import BeautifulSoup

from broadsheet.errors import UsageError
from broadsheet.sample import faults
from broadsheet.sample.hub import SampleHub

Get = Callable[..., requests.Response]
Hydration = Callable[[requests.Response], dict[str, Any]]
Cards = Callable[[requests.Response], list[BeautifulSoup]]


def test_status_with_headers(hub: SampleHub, get: Get) -> None:
    hub.fail(None, faults.Status(429, {"Retry-After": "3"}))
    limited = get("/papers/trending")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "3")
    assert get("/papers/trending").status_code == 200
    assert [(request.status, request.fault) for request in hub.log] == [(429, "Status"), (200, None)]


def test_times_prefix_and_order(hub: SampleHub, get: Get) -> None:
    hub.fail("/api", faults.Status(503), times=2)
    hub.fail("/api", faults.Status(500), times=1)
    hub.fail("/papers", faults.Status(502), times=None)
    assert get("/robots.txt").status_code == 200
    assert [get("/api/daily_papers").status_code for _ in range(4)] == [503, 503, 500, 200]
    assert [get("/papers/trending").status_code for _ in range(3)] == [502] * 3
    hub.heal()
    assert get("/papers/trending").status_code == 200


def test_hang_outlasts_the_clients_patience(hub: SampleHub, get: Get) -> None:
    hub.fail(None, faults.Hang())
    with pytest.raises(requests.ReadTimeout):
        get("/papers/trending", timeout=0.2)
    assert hub.wait_for_requests(1)
    assert [(request.status, request.fault) for request in hub.log] == [(None, "Hang")]


def test_a_hanging_request_does_not_hold_up_closing() -> None:
    with SampleHub() as hub:
        hub.fail(None, faults.Hang())
        with pytest.raises(requests.ReadTimeout):
            requests.get(hub.url + "/papers/trending", timeout=0.1)
        started = time.monotonic()
    assert time.monotonic() - started < 20


def test_a_short_hang_ends_without_an_answer(hub: SampleHub, get: Get) -> None:
    hub.fail(None, faults.Hang(seconds=0.01))
    with pytest.raises(requests.ConnectionError):
        get("/papers/trending")


def test_drop(hub: SampleHub, get: Get) -> None:
    hub.fail(None, faults.Drop())
    with pytest.raises(requests.ConnectionError):
        get("/papers/trending")


def test_endless_body(hub: SampleHub, get: Get) -> None:
    hub.fail(None, faults.EndlessBody())
    with get("/papers/trending", stream=True) as answer:
        assert "Content-Length" not in answer.headers
        received = 0
        for chunk in answer.iter_content(65_536):
            received += len(chunk)
            if received > 20_000_000:
                break
    assert received > 20_000_000
    assert get("/papers/trending").status_code == 200


def test_trickle(hub: SampleHub, get: Get) -> None:
    hub.fail(None, faults.EndlessBody(chunk=1, pause=0.02))
    with get("/papers/trending", stream=True, timeout=1) as answer:
        started = time.monotonic()
        assert len(answer.raw.read(10, decode_content=False)) == 10
    assert time.monotonic() - started > 0.1


def test_gzip_bomb(hub: SampleHub, get: Get) -> None:
    hub.fail(None, faults.GzipBomb(megabytes=300))
    with get("/papers/trending", stream=True) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        packed = answer.raw.read(decode_content=False)
    assert len(packed) < 1_000_000
    unpacked, rest = 0, packed
    while rest:
        member = zlib.decompressobj(wbits=31)
        unpacked += len(member.decompress(rest))
        rest = member.unused_data
    assert unpacked == 300 * 2**20


def test_cut_body(hub: SampleHub, get: Get) -> None:
    whole = get("/papers/trending", headers={"Accept-Encoding": "identity"})
    hub.fail(None, faults.CutBody(share=0.25))
    cut = get("/papers/trending", headers={"Accept-Encoding": "identity"}, stream=True)
    assert int(cut.headers["Content-Length"]) == len(whole.content)
    received: list[bytes] = []
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        received.extend(cut.iter_content(1024))
    assert whole.content.startswith(b"".join(received))
    assert 0 < sum(map(len, received)) <= len(whole.content) // 4


def test_redirect_off(hub: SampleHub, get: Get) -> None:
    hub.fail(None, faults.RedirectOff("http://elsewhere.example/x"))
    answer = get("/papers/trending")
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://elsewhere.example/x")


@pytest.mark.parametrize("status", [202, 403, 405])
def test_challenge(hub: SampleHub, get: Get, status: int) -> None:
    hub.fail(None, faults.Challenge(status))
    answer = get("/papers/trending")
    assert answer.status_code == status
    assert "awswaf" in answer.text
    assert "data-target" not in answer.text


def test_mirror(hub: SampleHub, get: Get) -> None:
    hub.fail(None, faults.Mirror())
    answer = get("/papers/trending")
    assert answer.status_code == 200
    assert "/papers/" in answer.text
    assert "huggingface" not in answer.text.lower()


def test_wrong_type(hub: SampleHub, get: Get) -> None:
    right = get("/api/daily_papers?date=2026-11-20")
    hub.fail(None, faults.WrongType("text/html"))
    wrong = get("/api/daily_papers?date=2026-11-20", headers={"If-None-Match": right.headers["ETag"]})
    assert wrong.headers["Content-Type"] == "text/html"
    assert wrong.content == right.content


def test_shell(hub: SampleHub, get: Get, cards: Cards) -> None:
    hub.fail(None, faults.Shell(), times=2)
    answer = get("/papers/trending")
    soup = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 200
    assert soup.h1.text == "Trending Papers"
    assert soup.select_one('[data-target="DailyPapers"]') is None
    assert cards(answer) == []
    assert get("/api/daily_papers?date=2026-11-20").json() == []


def test_half_list(hub: SampleHub, get: Get, hydration: Hydration, cards: Cards) -> None:
    whole = hydration(get("/papers/trending"))["dailyPapers"]
    hub.fail("/papers", faults.HalfList(share=0.4))
    half = get("/papers/trending")
    assert hydration(half)["dailyPapers"] == whole[:20]
    assert len(cards(half)) == 20


def test_broken_hydration(hub: SampleHub, get: Get, hydration: Hydration, cards: Cards) -> None:
    hub.fail(None, faults.BrokenHydration())
    broken = get("/papers/trending")
    with pytest.raises(json.JSONDecodeError):
        hydration(broken)
    assert len(cards(broken)) == 50


def test_layout_change(hub: SampleHub, get: Get, cards: Cards) -> None:
    hub.fail(None, faults.LayoutChange())
    changed = get("/papers/trending")
    soup = BeautifulSoup(changed.text, "html.parser")
    assert soup.select_one('meta[property="og:title"]')["content"] == "Trending Papers - Hugging Face"
    assert soup.select_one('[data-target="DailyPapers"]') is None
    assert cards(changed) == []


def test_stale_copy(hub: SampleHub, get: Get) -> None:
    hub.now -= timedelta(days=2)
    earlier = get("/papers/trending")
    hub.now += timedelta(days=2)
    hub.fail(None, faults.StaleCopy(seconds=2 * 86_400))
    stale = get("/papers/trending")
    assert stale.content == earlier.content != get("/papers/trending").content
    assert stale.headers["Age"] == str(2 * 86_400)
    assert parsedate_to_datetime(stale.headers["Date"]) == hub.now - timedelta(days=2)


def test_faulty_answers_count_against_the_limit(hub: SampleHub, get: Get) -> None:
    hub.fail(None, faults.Status(503))
    assert get("/papers/trending").headers["RateLimit"].startswith('"pages";r=99;')


def test_contents_of_a_tape_cannot_be_changed(tmp_path: Path) -> None:
    line = {
        "captured_at": "2026-05-14T05:00:00Z",
        "url": "https://huggingface.co/papers/trending",
        "status": 200,
        "content_type": "text/html",
        "body": "x",
    }
    tape = tmp_path / "tape.jsonl"
    tape.write_text(json.dumps(line) + "\n", encoding="utf-8")
    with SampleHub(tape=tape) as hub:
        for fault in (faults.Shell(), faults.HalfList(), faults.BrokenHydration(), faults.LayoutChange()):
            with pytest.raises(UsageError, match="tape"):
                hub.fail(None, fault)
        hub.fail(None, faults.StaleCopy())


def test_every_fault_can_be_ordered_by_its_tag() -> None:
    for kind in faults.Fault.__subclasses__():
        order = {"fault": {"fault": kind.__struct_config__.tag}}
        assert msgspec.convert(order, faults.Trouble).fault == kind()
