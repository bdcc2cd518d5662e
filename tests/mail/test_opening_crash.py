"""Openers that are killed, that come at once, and to whom the world changes meanwhile."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from broadsheet.files import locked
from broadsheet.mail import opening, subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.errors import MailBusyError
from broadsheet.mail.opening import open_run
from broadsheet.mail.schema import deliveries, exclusions, run_contents, runs, selection_boards, selections
from mail.conftest import PAPERS, Newsroom
from mail.readership import Readership

PROGRAM = Path(__file__).with_name("killed_opening.py")
KEY = "2026-11-20T07:00Z"
NOW = "2026-11-20T07:05:00+00:00"
TABLES = (runs, run_contents, selections, selection_boards, deliveries, exclusions)

pytestmark = pytest.mark.crash


@pytest.fixture
def readers(settings, newsroom, first_day, second_day, at):
    newsroom.publish(first_day, second_day)
    readers = Readership(settings)
    for number in range(6):
        readers.join(f"reader{number}", at("2026-11-19T12:00"), max_items=str(number % 3 + 1))
    readers.join("away", at("2026-11-19T12:00"), topics="robotics")
    readers.join("missed", at("2026-11-18T12:00"))
    return readers


def start(settings, statement=0):
    arguments = (settings.home, settings.database_url, NOW, str(statement))
    return subprocess.Popen([sys.executable, PROGRAM, *arguments], stdout=subprocess.PIPE, text=True)


def all_rows(readers):
    return {table.name: readers.rows(table) for table in TABLES}


def test_killed_at_any_statement_it_leaves_nothing_or_all_of_it(settings, readers):
    outcomes, statement = [], 0
    while True:
        statement += 1
        process = start(settings, statement)
        text, _ = process.communicate(timeout=60)
        rows = all_rows(readers)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
        outcomes.append(sum(map(len, rows.values())))
    assert statement > 8
    assert set(outcomes) == {0}
    assert json.loads(text)["prepared"] == 7
    assert (len(rows["deliveries"]), len(rows["exclusions"]), rows["runs"][0]["state"]) == (7, 2, "frozen")


def test_what_is_frozen_stays_when_the_catalogue_changes(settings, readers, newsroom, first_day, at):
    open_run(settings, at("2026-11-20T07:05"))
    before = all_rows(readers)
    newsroom.publish(first_day, ("trending", "2026-11-20T06:30", PAPERS[5:]))
    assert not open_run(settings, at("2026-11-20T07:10")).new
    assert not open_run(settings, at("2026-11-20T07:20")).new
    assert all_rows(readers) == before


def test_the_catalogue_may_change_while_a_run_is_opened(
    settings, readers, tmp_path, first_day, at, monkeypatch
):
    next_room = Newsroom(tmp_path / "next")
    next_room.publish(first_day, ("trending", "2026-11-20T06:30", PAPERS[5:]))
    freeze = opening._freeze

    def publish_first(*arguments):
        next_room.settings.published_path.replace(settings.published_path)
        return freeze(*arguments)

    monkeypatch.setattr(opening, "_freeze", publish_first)
    open_run(settings, at("2026-11-20T07:05"))
    assert {row["to_snapshot"] for row in readers.rows(selection_boards)} == {2000}


def test_five_at_once_open_one_run(settings, readers):
    processes = [start(settings) for _ in range(5)]
    opened = [json.loads(process.communicate(timeout=120)[0]) for process in processes]
    assert [each["run_key"] for each in opened] == [KEY] * 5
    assert [each["prepared"] for each in opened] == [7] * 5
    assert sorted(each["new"] for each in opened) == [False] * 4 + [True]
    assert len(readers.rows(runs)) == 1
    assert len(readers.rows(deliveries)) == 7


def test_hosts_that_share_nothing_but_the_database_open_one_run(
    postgresql_url, newsroom, tmp_path, first_day, at
):
    settings = replace(newsroom.settings, digest_to="", database_url=postgresql_url)
    newsroom.publish(first_day)
    readers = Readership(settings)
    for number in range(20):
        readers.join(f"reader{number}", at("2026-11-19T12:00"))
    hosts = []
    for name in ("first", "second", "third"):
        home = tmp_path / name
        (home / "published").mkdir(parents=True)
        (home / "published" / "papers.duckdb").write_bytes(settings.published_path.read_bytes())
        hosts.append(replace(settings, home=str(home)))
    processes = [start(host) for host in hosts]
    opened = [json.loads(process.communicate(timeout=120)[0]) for process in processes]
    assert sorted(each["new"] for each in opened) == [False, False, True]
    assert len(readers.rows(deliveries)) == 20


def test_who_comes_while_a_run_is_opened_waits_no_longer_than_told(settings, readers, at):
    hurried = replace(settings, lock_timeout_seconds=0.1)
    with (
        locked(settings.home_path / "locks" / "opening.lock"),
        pytest.raises(MailBusyError, match="is opening a run"),
    ):
        open_run(hurried, at("2026-11-20T07:05"))


def test_who_is_erased_while_a_run_is_opened_leaves_no_address(settings, readers, at):
    """The eraser comes when the rows have been read: it waits, and then finds the delivery, too."""
    reached, gone = threading.Event(), threading.Thread(target=lambda: None)

    def erase():
        with open_database(settings) as database, database.write() as con:
            subscribers.erase(con, readers.number("reader0"), Act(at("2026-11-20T07:05"), "cli"))

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def begin_erasing(con, cursor, statement, *rest):
        nonlocal gone
        if statement.startswith("INSERT INTO deliveries") and not reached.is_set():
            reached.set()
            gone = threading.Thread(target=erase)
            gone.start()
            gone.join(0.5)

    try:
        open_run(settings, at("2026-11-20T07:05"))
        gone.join(60)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", begin_erasing)
    assert reached.is_set()
    mine = next(row for row in readers.rows(deliveries) if row["subscriber_id"] == readers.number("reader0"))
    assert (mine["address"], mine["address_key"], mine["state"]) == (None, None, "suppressed")
