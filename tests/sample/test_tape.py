"""A tape answers each address with the newest capture of the hub's moment."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import requests

from broadsheet.errors import UsageError
from broadsheet.model import ListId, ListKind
from broadsheet.sample.answers import Ask
from broadsheet.sample.hub import SampleHub
from broadsheet.sample.tape import Tape

HUB = "https://huggingface.co"
NINE = datetime(2026, 5, 14, 9, tzinfo=UTC)


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., Path]:
    """Write a tape from (time, path, body) and more fields."""

    def write(*takes: tuple[str, str, str]) -> Path:
        lines = [
            {
                "captured_at": at,
                "url": HUB + path,
                "status": 200,
                "content_type": "text/html; charset=utf-8",
                "body": body,
            }
            for at, path, body in takes
        ]
        path = tmp_path / "tape.jsonl"
        path.write_text(
            "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8"
        )
        return path

    return write


def test_the_newest_not_later_than_now(record: Callable[..., Path]) -> None:
    tape = record(
        ("2026-05-14T12:00:00+02:00", "/papers/trending", "tën"),  # 10:00 UTC
        ("2026-05-14T09:00:00+00:00", "/papers/trending", "nine"),
        ("2026-05-14T11:00:00.5Z", "/papers/trending", "eleven"),
    )
    with SampleHub(NINE - timedelta(seconds=1), tape=tape) as hub:

        def shown(moment: datetime) -> tuple[int, str]:
            hub.now = moment
            answer = requests.get(hub.url + "/papers/trending", timeout=20)
            return answer.status_code, answer.text

        assert shown(NINE - timedelta(seconds=1))[0] == 404
        assert shown(NINE) == (200, "nine")
        assert shown(NINE + timedelta(minutes=59)) == (200, "nine")
        assert shown(NINE + timedelta(hours=1)) == (200, "tën")
        assert shown(NINE + timedelta(days=9)) == (200, "eleven")


def test_parameters_that_matter_and_those_that_do_not(record: Callable[..., Path]) -> None:
    tape = Tape(
        record(
            ("2026-05-14T09:00:00Z", "/api/daily_papers?date=2026-05-13", "thirteen"),
            ("2026-05-14T09:00:00Z", "/api/daily_papers?date=2026-05-14", "fourteen"),
            ("2026-05-14T09:00:00Z", "/api/daily_papers?date=2026-05-14&p=1", "second page"),
        )
    )

    def shown(target: str) -> str:
        answer = tape.answer(Ask.read(target, ""), NINE)
        return answer.body.decode() if answer.status == 200 else str(answer.status)

    assert shown("/api/daily_papers?limit=100&date=2026-05-13") == "thirteen"
    assert shown("/api/daily_papers?date=2026-05-14") == "fourteen"
    assert shown("/api/daily_papers?p=1&limit=50&date=2026-05-14") == "second page"
    assert shown("/api/daily_papers?date=2026-05-12") == "404"
    assert shown("/api/daily_papers") == "404"
    assert shown("/papers/date/2026-05-14") == "404"


def test_what_a_tape_holds(record: Callable[..., Path]) -> None:
    tape = Tape(
        record(
            ("2026-05-15T01:00:00+02:00", "/papers/trending", "a"),
            ("2026-05-17T09:00:00Z", "/papers/trending", "b"),
            ("2026-05-16T09:00:00Z", "/api/daily_papers?date=2026-05-15", "c"),
        )
    )
    assert (tape.first, tape.last) == (
        datetime(2026, 5, 14, 23, tzinfo=UTC),
        datetime(2026, 5, 17, 9, tzinfo=UTC),
    )
    assert tape.days == (date(2026, 5, 14), date(2026, 5, 16), date(2026, 5, 17))
    assert tape.lists == (ListId(ListKind.TRENDING), ListId(ListKind.DAILY, "2026-05-15"))


def test_home_leads_to_the_newest_day_by_then(record: Callable[..., Path]) -> None:
    tape = record(
        ("2026-05-14T09:00:00Z", "/papers/date/2026-05-14", "x"),
        ("2026-05-15T09:00:00Z", "/papers/date/2026-05-15", "y"),
    )
    with SampleHub(NINE, tape=tape) as hub:
        assert requests.get(hub.url + "/papers", timeout=20).text == "x"
        hub.now += timedelta(days=1)
        assert requests.get(hub.url + "/papers", timeout=20).text == "y"


def test_validators_and_status(record: Callable[..., Path]) -> None:
    tape = record(
        ("2026-05-14T09:00:00Z", "/papers/trending", "x"), ("2026-05-14T10:00:00Z", "/papers/trending", "x")
    )
    with SampleHub(NINE, tape=tape) as hub:
        first = requests.get(hub.url + "/papers/trending", timeout=20)
        assert first.headers["Last-Modified"] == "Thu, 14 May 2026 09:00:00 GMT"
        hub.now += timedelta(hours=2)
        headers = {"If-None-Match": first.headers["ETag"]}
        assert requests.get(hub.url + "/papers/trending", headers=headers, timeout=20).status_code == 304


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "holds no answers"), ("{}\n", "line 1"), ("not JSON\n", "line 1"), (None, "cannot be read")],
)
def test_what_is_no_tape(tmp_path: Path, text: str | None, message: str) -> None:
    path = tmp_path / "tape.jsonl"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        Tape(path)


@pytest.mark.captures
def test_a_tape_of_real_answers_plays_whole(captures_dir: Path, tmp_path: Path) -> None:
    tool = captures_dir.parent / "tools" / "hub_tape.py"
    path = tmp_path / "daily.jsonl"
    with path.open("wb") as file:
        command = [sys.executable, tool, captures_dir, "daily", "--from", "2026-05-01"]
        subprocess.run(command, stdout=file, check=True)
    recorded = [json.loads(line) for line in path.open(encoding="utf-8")]
    assert recorded
    with SampleHub(NINE, tape=path) as hub:
        for line in recorded:
            hub.now = datetime.fromisoformat(line["captured_at"])
            answer = requests.get(line["url"].replace(HUB, hub.url) + "&limit=100", timeout=20)
            assert answer.status_code == 200
            assert answer.json() == json.loads(line["body"])
