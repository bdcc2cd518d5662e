"""Airflow itself: scheduler, triggerer, DAG processor and API server as processes of their own, nobody at hand."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from msgspec.structs import replace

from broadsheet.errors import BroadsheetError
from broadsheet.mail.consent import Act
from broadsheet.mail.database import open_database
from broadsheet.mail.identity import read_identity
from broadsheet.mail.preferences import starting
from broadsheet.mail.secret import secret_key
from broadsheet.mail.states import SubscriberState
from broadsheet.mail.subscribers import Newcomer, add
from broadsheet.runtime import airflow_environment, airflow_home
from broadsheet.sample.faults import Status
from broadsheet.sample.hub import SampleHub
from broadsheet.services import AirflowServices
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import poll
from collector import attributes, collecting

pytestmark = pytest.mark.timeout(280)

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
PATIENCE_SECONDS = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, what):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.2)


class Stage:
    """A hub that stands still on its Monday, Monday's page already loaded, Airflow watching, and a collector that it
    sends its traces and metrics to.
    """

    def __init__(self, settings, hub, port, services, collector):
        self.settings, self.hub, self.port, self.services = settings, hub, port, services
        self.collector = collector

    @property
    def mails(self):
        return sorted(self.settings.inbox_path.glob("*.eml"))

    def subscribe(self, address):
        """Somebody new, who is owed a digest since this morning."""
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        newcomer = Newcomer(
            identity=read_identity(address, ()),
            preferences=replace(starting(self.settings), hour=0),
            state=SubscriberState.ACTIVE,
            scheduled_from=today,
        )
        with open_database(self.settings) as database, database.write() as con:
            add(con, newcomer, Act(today, "cli"), secret_key(self.settings))

    def ask(self, question, *values):
        """The first column of what the published warehouse answers."""
        with duckdb.connect(self.settings.published_path, read_only=True) as con:
            return [row[0] for row in con.execute(question, values).fetchall()]

    def ask_airflow(self, question, *values):
        with closing(sqlite3.connect(airflow_home(self.settings) / "airflow.db", timeout=30)) as con:
            return con.execute(question, values).fetchall()

    def airflow(self, *arguments):
        """Run an ``airflow`` command, again while SQLite has no room for it: that is Airflow's own advice."""

        def done():
            ended = subprocess.run(
                [sys.executable, "-m", "airflow", *arguments],
                env=os.environ | airflow_environment(self.settings, self.port),
                capture_output=True,
                text=True,
                check=False,
            )
            assert ended.returncode == 0 or "database is locked" in ended.stderr, ended.stderr
            return ended.returncode == 0

        wait_for(done, " ".join(arguments))


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    with SampleHub(MONDAY) as hub, collecting() as collector, pytest.MonkeyPatch.context() as patch:
        for name, value in collector.environment.items():
            patch.setenv(name, value)
        settings = Settings(
            home=str(tmp_path_factory.mktemp("services") / "home"),
            hub_url=hub.url,
            poll_seconds=1,
            budget_requests=10_000,
            max_attempts=1,
        )
        then = replace(settings, clock=MONDAY.isoformat())
        poll(then, then.watched_lists, now=lambda: MONDAY, sleep=time.sleep)
        port = free_port()
        with AirflowServices(settings, port) as airflow:
            airflow.wait_until_healthy()
            yield Stage(settings, hub, port, airflow, collector)


def test_an_edition_arrives_after_the_page_moved(stage):
    wait_for(lambda: stage.ask("FROM captures SELECT verdict WHERE verdict = 'unchanged'"), "Monday's page")
    assert stage.mails == []
    stage.subscribe("reader@example.org")
    assert stage.services.said() == ["trending moved"]

    stage.hub.now = MONDAY + timedelta(days=1)

    wait_for(lambda: len(stage.mails) == 1, "Tuesday's edition")
    # A run of the quarter hour may have sent it first, even before Tuesday's page was loaded: the changes and the
    # word of them come all the same.
    wait_for(lambda: stage.ask("SELECT count(*) FROM changes") != [0], "the changes")
    assert stage.services.said() == ["trending moved"]
    announced = "SELECT count(*) FROM asset_event WHERE source_task_id = 'announce'"
    wait_for(lambda: stage.ask_airflow(announced) >= [(1,)], "word of the changes")


def test_what_tasks_and_the_watcher_do_reaches_the_collector(stage):
    def spans(name):
        return [span for span in stage.collector.spans if span.name == f"broadsheet.{name}"]

    def parent(child):
        """The span around another; it ends later, and comes later."""
        wait_for(lambda: child.parent_span_id in ids(), f"the span around {child.name}")
        return ids()[child.parent_span_id]

    def ids():
        return {span.span_id: span for span in stage.collector.spans}

    for name in ("poll", "load", "publish", "open_run", "send"):
        wait_for(lambda name=name: spans(name), f"a span of {name}")
    sent = next(span for span in spans("send") if "done.accepted" in attributes(span))
    assert attributes(sent)["done.accepted"] == 1
    # Airflow's own span of the task, and so its DAG's run, is what ours belong to.
    assert parent(sent).trace_id == sent.trace_id
    assert parent(spans("publish")[0]).name == "broadsheet.load"
    assert not any("@" in str(attributes(span)) for span in stage.collector.spans)


def test_what_is_counted_in_a_task_reaches_the_collector(stage):
    wait_for(lambda: stage.collector.points("broadsheet.mails"), "the counter of mails")
    assert ({"state": "accepted"}, 1) in stage.collector.points("broadsheet.mails")
    wait_for(lambda: stage.collector.points("broadsheet.polls"), "the counter of polls")
    assert any(verdict == {"verdict": "ok"} for verdict, _ in stage.collector.points("broadsheet.captures"))


def test_a_backfill_loads_past_days_and_mails_nobody(stage):
    days = ["2026-10-27", "2026-10-28", "2026-10-29"]
    before = stage.mails
    stage.airflow(
        "backfill", "create", "--dag-id", "ingest_lists", "--from-date", days[0], "--to-date", days[-1]
    )

    def states(task):
        return [
            state
            for (state,) in stage.ask_airflow(
                "SELECT t.state FROM task_instance t JOIN dag_run r USING (dag_id, run_id)"
                " WHERE r.run_type = 'backfill' AND t.task_id = ?",
                task,
            )
        ]

    wait_for(lambda: states("announce") == ["skipped"] * 3, "three backfilled days")
    assert states("load") == ["success"] * 3
    loaded = stage.ask("SELECT list_key FROM snapshots WHERE list_kind = 'daily'")
    assert set(days) <= set(loaded)
    assert stage.mails == before


def test_a_hub_that_is_gone_is_told_once_and_its_return_too(stage):
    said = []

    def hears(words):
        said.extend(line for line in stage.services.said() if line != "trending moved")
        return any(words in line for line in said)

    stage.hub.fail(None, Status(503), times=20)
    wait_for(lambda: hears("going on trying"), "word of the silence")
    wait_for(lambda: hears("again"), "word of its end")
    assert len(said) == 2


def test_a_dead_process_is_told_and_nothing_is_left_running(tmp_path):
    """Whatever the services started ends with them."""
    settings = Settings(home=str(tmp_path / "home"))
    with AirflowServices(settings, free_port()) as airflow:
        wait_for(lambda: len(processes_of(settings)) >= 4, "Airflow's processes")
        airflow.check_alive()
        for process, command in processes_of(settings).items():
            if b"scheduler" in command:
                os.kill(process, signal.SIGKILL)
        with pytest.raises(BroadsheetError, match=r"scheduler ended with code -9: see .*scheduler\.log"):
            wait_for(airflow.check_alive, "word of its end")
    assert processes_of(settings) == {}


def processes_of(settings):
    """The command lines of all that runs for these settings."""
    mark = f"AIRFLOW_HOME={airflow_home(settings)}".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found[int(process.name)] = (process / "cmdline").read_bytes()
    return found


def test_a_port_in_use_is_told_at_once(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(BroadsheetError, match=str(port)),
            AirflowServices(Settings(home=str(tmp_path)), port),
        ):
            pytest.fail("it started")
