"""Importing: every capture accounted for, nothing twice, nothing lost by bad input."""

import gzip
import json
from pathlib import Path

import pytest

from broadsheet.hub.archive import Archive
from broadsheet.sample.hub import SampleHub

REPORT = {"read", "known", "pages", "verdicts", "added", "seconds"}


def line(hub: SampleHub, day: int, path: str = "/api/daily_papers?date=2026-11-03") -> str:
    """A line of captures: the sample hub's answer on that day of November."""
    import urllib.request
    from datetime import UTC, datetime

    hub.now = datetime(2026, 11, day, 9, tzinfo=UTC)
    with urllib.request.urlopen(hub.url + path) as answer:
        body = answer.read().decode()
    capture = {
        "captured_at": hub.now.isoformat(),
        "url": "https://huggingface.co" + path,
        "status": 200,
        "content_type": "application/json; charset=utf-8",
        "body": body,
    }
    return json.dumps(capture)


@pytest.fixture
def tape(home: Path, tmp_path: Path) -> Path:
    """Four captures of one day's list, one of them twice."""
    path = tmp_path / "tape.jsonl"
    with SampleHub() as hub:
        lines = [line(hub, day) for day in (3, 4, 5, 6)]
    path.write_text("\n".join([*lines, lines[0]]) + "\n")
    return path


def imported(broadsheet, *arguments):
    result = broadsheet("import", *arguments, "--json")
    assert result.code == 0, result.err
    return json.loads(result.out)


def test_every_capture_is_accounted_for(broadsheet, tape):
    found = imported(broadsheet, tape)
    assert set(found) == REPORT
    assert set(found["added"]) == {"snapshots", "papers", "observations", "changes"}
    assert (found["read"], found["known"], found["pages"]) == (5, 1, 0)
    assert sum(found["verdicts"].values()) == 4
    assert found["added"]["snapshots"] == found["verdicts"]["ok"]


def test_importing_again_adds_nothing(broadsheet, tape, home):
    imported(broadsheet, tape)
    size = sum(file.stat().st_size for file in (home / "archive").rglob("*.gz"))
    again = imported(broadsheet, tape)
    assert (again["read"], again["known"], again["verdicts"]) == (5, 5, {})
    assert set(again["added"].values()) == {0}
    assert sum(file.stat().st_size for file in (home / "archive").rglob("*.gz")) == size


def test_order_and_packing_do_not_matter(broadsheet, tape, tmp_path, monkeypatch):
    imported(broadsheet, tape)
    tables = broadsheet("sql", "FROM observations ORDER BY ALL", "--json").out
    packed = tmp_path / "tape-backwards.jsonl.gz"
    packed.write_bytes(gzip.compress("\n".join(reversed(tape.read_text().splitlines())).encode()))
    monkeypatch.setenv("BROADSHEET_HOME", str(tmp_path / "other"))
    imported(broadsheet, packed)
    assert broadsheet("sql", "FROM observations ORDER BY ALL", "--json").out == tables


def test_what_was_archived_but_not_loaded_is_loaded_and_not_archived_again(broadsheet, tape, home):
    from broadsheet.hub.foreign import read_captures

    Archive(str(home / "archive")).append(list(read_captures(tape))[:4])
    found = imported(broadsheet, tape)
    assert (found["read"], found["known"]) == (5, 5)
    assert len(list(Archive(str(home / "archive")).read())) == 4


def test_our_own_archive_imports_into_another_home(broadsheet, tape, home, tmp_path, monkeypatch):
    imported(broadsheet, tape)
    monkeypatch.setenv("BROADSHEET_HOME", str(tmp_path / "other"))
    found = imported(broadsheet, home / "archive")
    assert sum(found["verdicts"].values()) == 4


def test_what_another_one_loads_meanwhile_is_accounted_for_too(broadsheet, tape, someone_else_loads):
    found = imported(broadsheet, tape)
    assert (found["read"], found["known"], found["pages"]) == (5, 1, 0)
    assert sum(found["verdicts"].values()) == 4


def test_the_report_in_words_tells_why_something_was_not_believed(broadsheet, tmp_path):
    banner = "Get trending papers in your email inbox!\n\nSubscribe\n\n"
    paper = (
        "A Title of a Paper\n\nAn abstract that is long enough to be taken for one, with a second sentence.\n"
    )
    (tmp_path / "page.txt").write_text(banner + paper)
    result = broadsheet("import", tmp_path / "page.txt")
    assert result.code == 0
    assert "1  error: 1 paper, but neither the answer nor its address says which list" in result.out


def test_a_list_and_a_time_can_be_told(broadsheet, tape, tmp_path):
    body = json.loads(tape.read_text().splitlines()[0])["body"]
    (tmp_path / "answer.json").write_text(body)
    found = imported(
        broadsheet,
        tmp_path / "answer.json",
        "--list",
        "daily:2026-11-03",
        "--captured-at",
        "2026-11-03T12:00",
    )
    assert found["verdicts"] == {"ok": 1}
    (row,) = json.loads(broadsheet("sql", "FROM snapshots", "--json").out)
    assert (row["list_key"], row["captured_at"]) == ("2026-11-03", "2026-11-03T12:00:00Z")


def test_the_report_in_words_names_every_verdict(broadsheet, tape):
    result = broadsheet("import", tape)
    assert result.code == 0
    assert "captures read" in result.out
    assert "known already" in result.out
    assert "Added " in result.out


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.jsonl", b""),
        ("binary.html", b"\x00\x01\x02" * 100),
        ("broken.jsonl", b'{"captured_at": "2026-11-03T09:00:00Z", "url": "https://x/", "status"'),
        ("cut.jsonl.gz", gzip.compress(b"x" * 9000, mtime=0)[:-20]),
        ("broken.warc", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: x\r\n\r\n"),
    ],
)
def test_a_file_that_is_no_capture_is_a_clear_error(name, content, broadsheet, home, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    result = broadsheet("import", path)
    assert result.code in {1, 2}
    assert name in result.err
    assert result.err.count("\n") == 1


def test_a_bad_line_does_not_lose_the_good_ones_before_it(broadsheet, tape):
    good = tape.read_text().splitlines()
    tape.write_text("\n".join([*good[:3], "{broken"]))
    result = broadsheet("import", tape)
    assert result.code in {1, 2}
    assert "4" in result.err
    tape.write_text("\n".join(good))
    found = imported(broadsheet, tape)
    assert sum(found["verdicts"].values()) + found["known"] == 5
    assert json.loads(broadsheet("status", "--json").out)["totals"]["captures"] == 4


def test_a_missing_file_is_a_usage_error_before_anything_is_read(broadsheet, tape, home, tmp_path):
    result = broadsheet("import", tape, tmp_path / "none.jsonl")
    assert result.code == 2
    assert "none.jsonl does not exist" in result.err
    assert not home.exists()


@pytest.mark.parametrize("arguments", [["--list", "trendy"], ["--captured-at", "soon"]])
def test_a_wrong_list_or_time_is_a_usage_error(arguments, broadsheet, tape, home):
    assert broadsheet("import", tape, *arguments).code == 2
    assert not home.exists()


@pytest.mark.captures
def test_real_answers_of_a_month_import_whole(broadsheet, captures_dir, tmp_path):
    tape = tmp_path / "month.jsonl"
    with gzip.open(captures_dir / "api" / "daily_papers.jsonl.gz", "rt") as lines:
        month = [text for text in lines if json.loads(text)["captured_at"].startswith("2026-05")]
    tape.write_text("".join(month))
    found = imported(broadsheet, tape)
    assert found["read"] == len(month) > 5
    assert found["verdicts"] == {"ok": len(month)}
