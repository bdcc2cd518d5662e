"""The demo: the real DAGs, day by day."""

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import httpx
import pytest

from broadsheet.commands.days import made_up_steps, spans, tape_steps
from broadsheet.commands.demo import Day
from broadsheet.commands.demo_kill import Killed, kill_a_sender
from broadsheet.commands.demo_readers import Rounds, three_readers
from broadsheet.commands.demo_site import reserve_site, ways_on
from broadsheet.errors import UsageError
from broadsheet.mail.evidence.acceptances import AcceptanceLog
from broadsheet.model import ListId, ListKind
from broadsheet.sample.tape import Tape
from broadsheet.settings import Settings
from digest.boards import Warehouse

TRENDING = (ListId(ListKind.TRENDING),)


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


def test_a_step_lasts_until_the_next_but_a_day_at_most(tmp_path):
    steps = tape_steps(
        tape(
            tmp_path,
            ("2026-05-01T08:00:00Z", "/papers/trending"),
            ("2026-05-01T20:00:00Z", "/papers/trending"),
            ("2026-05-04T08:00:00Z", "/papers/trending"),
        ),
        14,
    )
    assert [end for _, end in spans(steps)] == [
        datetime(2026, 5, 1, 20, tzinfo=UTC),
        datetime(2026, 5, 2, 20, tzinfo=UTC),
        datetime(2026, 5, 5, 8, tzinfo=UTC),
    ]


def test_rounds_are_made_when_somebody_is_due():
    rounds = Rounds(three_readers(TRENDING), datetime(2026, 11, 2, 9, tzinfo=UTC))
    days = [datetime(2026, 11, day, 9, 5, tzinfo=UTC) for day in range(2, 8)]
    found = [rounds.between(day, day + timedelta(days=1, minutes=-5)) for day in days]
    assert found == [[day.replace(hour=10, minute=30)] for day in days]


def test_who_came_to_be_due_before_a_round_begins_is_not_forgotten():
    rounds = Rounds(three_readers(TRENDING), datetime(2026, 11, 2, 9, tzinfo=UTC))
    late = datetime(2026, 11, 2, 20, 5, tzinfo=UTC)
    assert rounds.between(late, late + timedelta(hours=12)) == [late]


@pytest.mark.airflow
def test_five_days_of_the_made_up_hub_and_the_site_over_them(spawn, broadsheet, home, monkeypatch):
    monkeypatch.setenv("BROADSHEET_SMTP_URL", "smtp://127.0.0.1:9")  # the demo must not mail through it
    monkeypatch.setenv("BROADSHEET_WEB_PORT", "0")
    demo = spawn("demo", "--days", "5", "--serve")
    try:
        lines = lines_until(demo, "status --all")
        check_days(lines)
        inbox = home / "demo" / "inbox"
        mails = [path.read_bytes() for path in inbox.glob("*.eml")]
        assert len(mails) == 9
        by_reader = Counter(re.search(rb"^X-Envelope-To: (\w+)@", mail)[1] for mail in mails)
        assert by_reader == {b"nadia": 4, b"ravi": 4, b"lou": 1}
        assert any("12 of 12 readers have 12 mails" in line for line in lines)
        check_links(lines, mails[-1])
        monkeypatch.delenv("BROADSHEET_SMTP_URL")
        begin = next(number for number, line in enumerate(lines) if line.startswith("  export "))
        for variable in shlex.split(lines[begin])[1:]:
            monkeypatch.setenv(*variable.split("=", 1))
        commands = [shlex.split(line)[1:] for line in lines[begin + 1 :]]
        assert len(commands) >= 8
        for command in commands:
            asked = broadsheet(*command)
            assert asked.code == 0, f"{command}: {asked.err}"
            assert "cannot be made again" not in asked.err
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=30) == 0
    finally:
        demo.kill()


def lines_until(demo, last):
    """What the demo says until a line that ends with ``last``."""
    lines = []
    while not lines or not lines[-1].endswith(last):
        line = demo.stdout.readline()
        assert line, demo.stderr.read()
        lines.append(line.rstrip("\n"))
    return lines


def check_days(lines):
    days = [line for line in lines if re.match(r"[A-Z][a-z]{2} 2026-11-0\d 09:00", line)]
    assert len(days) == 5
    assert "3 mails to 3 readers: " in days[0]
    assert re.search(r"2 ok +50 +[1-9]\d* ", days[1])
    assert all("2 mails to 2 readers: " in day for day in days[1:4])
    assert "1 partial" in days[4]
    assert "no mail: 2 nothing new" in days[4]


def check_links(lines, mail):
    """The pages that are listed, and those that a mail links to, are there."""
    pages = [line.split()[0] for line in lines if line.startswith("  http://")]
    site = pages[0].rstrip("/")
    text = message_from_bytes(mail, policy=policy.default).get_body(("plain",)).get_content()
    linked = re.findall(rf"{site}/(editions|preferences|unsubscribe)(\S+)", text)
    assert {page for page, _ in linked} == {"editions", "preferences", "unsubscribe"}
    for address in (*pages, *(f"{site}/{page}{rest}" for page, rest in linked)):
        assert httpx.get(address, timeout=30).status_code == 200, address


def test_without_a_terminal_it_ends_and_tells_how_to_serve(tmp_path):
    settings = Settings(home=str(tmp_path), web_port=8123, public_url="http://127.0.0.1:8123")
    told = ways_on(settings, ("status",), is_served=False)
    assert "serve --port 8123" in told
    assert f"export BROADSHEET_HOME={tmp_path} BROADSHEET_PUBLIC_URL=http://127.0.0.1:8123" in told
    assert "serve" not in ways_on(settings, ("status",), is_served=True)


def test_the_site_has_its_port_before_the_first_mail(home, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("BROADSHEET_WEB_PORT", str(port))
        with reserve_site() as other:
            assert other.getsockname()[1] not in {0, port}
    with reserve_site() as free:
        assert free.getsockname() == ("127.0.0.1", port)


def test_a_killed_sender_is_resumed_and_every_reader_has_one_mail(tmp_path):
    settings = Settings(home=str(tmp_path / "home"), hub_url="https://hub.example")
    settings.published_path.parent.mkdir(parents=True)
    warehouse = Warehouse(settings.published_path)
    warehouse.show("trending", "2026-11-20T06:00", ("2611.00001", "2611.00002"))
    warehouse.con.close()
    killed = kill_a_sender(settings, TRENDING, datetime(2026, 11, 20, 7, 44, tzinfo=UTC))
    assert killed == Killed(
        run="2026-11-20T07:30Z",
        readers=12,
        taken=5,
        in_doubt=3,
        found=2,
        sent_again=1,
        mails=12,
        reached=12,
    )
    taken = AcceptanceLog(settings.home_path / "relay" / "accepted.log").read()
    assert len({mail.recipient for mail in taken}) == len(taken) == 12


@pytest.mark.captures
@pytest.mark.airflow
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
    assert set(found) == {"days", "killed", "seconds", "inbox", "published", "mails", "site"}
    assert [set(day) for day in found["days"]] == [set(Day.__struct_fields__)] * 3
    assert found["days"][1]["changes"]["entered"] > 0
    assert found["mails"] == sum(day["mails"] for day in found["days"]) >= 3
    assert any(day["readers"] > 1 for day in found["days"])
    assert found["killed"]["mails"] == found["killed"]["reached"] == found["killed"]["readers"]
