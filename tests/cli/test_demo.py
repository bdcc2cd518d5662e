"""The demo: the real DAGs, day by day."""

import json
import re
import shlex
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from broadsheet.commands.days import made_up_steps, tape_steps
from broadsheet.errors import UsageError
from broadsheet.model import ListId, ListKind
from broadsheet.sample.tape import Tape


def tape(folder, *answers):
    """A tape of empty answers: pairs of a time and an address."""
    path = folder / "tape.jsonl"
    lines = [
        {
            "captured_at": at,
            "url": f"https://huggingface.co{url}",
            "status": 200,
            "content_type": "x",
            "body": "",
        }
        for at, url in answers
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return Tape(path)


def test_made_up_days_follow_one_another():
    steps = made_up_steps(14)
    assert [step.at.date() for step in steps] == [date(2026, 11, day) for day in range(2, 16)]
    assert all(step.trending for step in steps)
    assert steps[1].dated == (ListId(ListKind.DAILY, "2026-11-02"),)
    assert sum(step.fault is not None for step in steps) == 2


def test_a_tape_is_played_by_its_newest_days(tmp_path):
    played = tape(
        tmp_path,
        ("2026-05-01T08:00:00Z", "/papers/trending"),
        ("2026-05-02T08:00:00Z", "/papers/trending"),
        ("2026-05-03T08:00:00Z", "/papers/trending"),
        ("2026-05-03T20:00:00Z", "/api/daily_papers?date=2026-05-02"),
    )
    (second, third) = tape_steps(played, 2)
    assert second.at == datetime(2026, 5, 2, 8, tzinfo=UTC)
    assert (third.at, third.trending) == (datetime(2026, 5, 3, 20, tzinfo=UTC), True)
    assert third.logical_dates == (datetime(2026, 5, 2, tzinfo=UTC),)


def test_a_tape_of_few_days_is_played_answer_by_answer(tmp_path):
    played = tape(tmp_path, *((f"2026-05-01T{hour:02d}:00:00Z", "/papers/trending") for hour in range(6)))
    assert len(tape_steps(played, 14)) == 6


def test_a_tape_without_lists_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError, match="nothing to play"):
        tape_steps(tape(tmp_path, ("2026-05-01T08:00:00Z", "/papers/2605.00001")), 14)


def test_a_missing_tape_is_a_usage_error(broadsheet, tmp_path):
    result = broadsheet("demo", "--tape", tmp_path / "none.jsonl")
    assert result.code == 2
    assert "none.jsonl" in result.err


def test_a_folder_that_the_demo_did_not_make_is_left_alone(broadsheet, home):
    (home / "demo").mkdir(parents=True)
    (home / "demo" / "thesis.txt").write_text("mine")
    assert broadsheet("demo").code == 2
    assert (home / "demo" / "thesis.txt").read_text() == "mine"


@pytest.mark.airflow
@pytest.mark.xdist_group("airflow-demo")
def test_five_days_of_the_made_up_hub(broadsheet, home, monkeypatch):
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://127.0.0.1:9")  # the demo must not mail through it
    result = broadsheet("demo", "--days", "5", "--no-serve")
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    days = [line for line in lines if re.match(r"[A-Z][a-z]{2} 2026-11-0\d 09:00", line)]
    assert len(days) == 5
    assert "mailed: " in days[0]
    assert re.search(r"2 ok +50 +[1-9]\d* ", days[1])
    assert "1 partial" in days[4]
    assert "no mail: quiet" in days[4]
    assert len(list((home / "demo" / "inbox").glob("*.eml"))) == 4
    commands = [line.strip() for line in lines if line.startswith("  BROADSHEET_HOME=")]
    assert len(commands) >= 3
    monkeypatch.setenv("BROADSHEET_HOME", str(home / "demo"))
    monkeypatch.delenv("BROADSHEET_SMTP_URL")
    for command in commands:
        assert broadsheet(*shlex.split(command)[2:]).code == 0


@pytest.mark.captures
@pytest.mark.airflow
@pytest.mark.xdist_group("airflow-demo")
def test_real_answers_from_a_tape(broadsheet, captures_dir, tmp_path):
    tool = captures_dir.parent / "tools" / "hub_tape.py"
    if not tool.exists():
        pytest.skip(f"no tape maker at {tool}")
    path = tmp_path / "tape.jsonl"
    with path.open("wb") as file:
        command = [sys.executable, str(tool), str(captures_dir), "trending", "--from", "2026-06-20"]
        subprocess.run(command, stdout=file, check=True)
    result = broadsheet("demo", "--days", "3", "--tape", path, "--json")
    assert result.code == 0, result.err
    found = json.loads(result.out)
    assert set(found) == {"days", "seconds", "inbox", "published", "mails"}
    assert [set(day) for day in found["days"]] == [
        {"at", "fetched", "verdicts", "papers", "changes", "mail", "failed"}
    ] * 3
    assert found["days"][1]["changes"]["entered"] > 0
    assert found["mails"] == 3
