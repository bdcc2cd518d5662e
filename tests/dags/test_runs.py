"""Every DAG, run whole in this process against the sample hub; run twice, it changes nothing."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from broadsheet.mail.database import open_database
from broadsheet.sample.faults import Status
from broadsheet.settings import load_settings

DAY = timedelta(days=1)
SENT = {"open_run": "success", "send": "success", "close": "success", "record": "success"}
TABLES = ("snapshots", "observations", "revisions", "showings", "changes", "papers", "aliases")


@pytest.fixture
def tables(home):
    """What the published warehouse holds, but for the rows that tell of requests."""

    def read():
        with duckdb.connect(load_settings().published_path, read_only=True) as con:
            return {table: sorted(con.execute(f"FROM {table}").fetchall(), key=repr) for table in TABLES}

    return read


@pytest.fixture
def move(hub, set_setting):
    """Set the clock of the hub and of the tasks forward."""

    def move(by):
        hub.now = hub.now + by
        set_setting(clock=hub.now.isoformat())

    return move


@pytest.fixture
def run(run_dag, move):
    """``run("ingest_lists", logical_date=…)``: one whole run, and a minute for it; gives the finished run."""

    def run(dag_id, **more):
        finished = run_dag(dag_id, **more)
        move(timedelta(minutes=1))
        return finished

    return run


@pytest.fixture
def mails(home):
    return lambda: sorted((home / "inbox").glob("*.eml"))


def states(run):
    return {instance.task_id: str(instance.state) for instance in run.get_task_instances()}


def told(run):
    """The events that a run of ours gave to the changes asset."""
    return [
        event for event in events() if event.source_run_id == run.run_id and event.source_dag_id == run.dag_id
    ]


def events():
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        found = list(session.scalars(select(AssetEvent)))
        session.expunge_all()
    return found


def test_watch_trending_loads_and_tells(run, hub, tables):
    done = run("watch_trending")
    assert states(done) == {"load": "success", "announce": "success"}
    assert len(tables()["observations"]) == 50
    (event,) = told(done)
    assert event.extra["new"][0]["list"] == "trending"


def test_watch_trending_tells_what_moved(run, move, tables):
    run("watch_trending")
    move(DAY)
    done = run("watch_trending")
    (event,) = told(done)
    assert sum(event.extra["new"][0]["changes"].values()) == len(tables()["changes"]) > 0


def test_watch_trending_again_changes_nothing_and_tells_nobody(run, hub, tables):
    run("watch_trending")
    before = tables()
    again = run("watch_trending")
    assert states(again) == {"load": "success", "announce": "skipped"}
    assert told(again) == []
    assert tables() == before


@pytest.mark.parametrize("day", [datetime(2026, 10, 30, tzinfo=UTC)])
def test_ingest_lists_fetches_the_days_lists(run, hub, tables, day):
    done = run("ingest_lists", logical_date=day)
    assert states(done)["load"] == "success"
    lists = {(kind, key) for _, kind, key, *_ in tables()["snapshots"]}
    assert lists == {("daily", "2026-10-30"), ("weekly", "2026-W44"), ("monthly", "2026-10")}


def test_ingest_lists_again_changes_nothing(run, hub, tables):
    day = datetime(2026, 10, 29, tzinfo=UTC)
    run("ingest_lists", logical_date=day)
    before = tables()
    run("ingest_lists", logical_date=day)
    assert tables() == before


def test_old_days_are_loaded_but_are_no_news(run, hub, tables):
    done = run("ingest_lists", logical_date=datetime(2026, 10, 20, tzinfo=UTC))
    assert states(done) == {"load": "success", "announce": "skipped"}
    assert len(tables()["observations"]) > 0


def test_a_hub_that_does_not_answer_fails_the_run_and_loses_nothing(run, hub, set_setting, mails):
    set_setting(notices_to="operator@example.org")
    hub.fail(None, Status(503), times=None)
    done = run("ingest_lists", logical_date=datetime(2026, 10, 28, tzinfo=UTC))
    assert states(done) == {"load": "failed", "announce": "upstream_failed"}
    with duckdb.connect(load_settings().published_path, read_only=True) as con:
        assert con.execute("SELECT count(*) FROM captures WHERE verdict = 'error'").fetchone()[0] > 0
    (notice,) = mails()
    assert b"ingest_lists.load" in notice.read_bytes()


def test_send_digests_sends_once_a_day(run, move, set_setting, mails):
    set_setting(digest_to="reader@example.org")
    run("watch_trending")
    assert states(run("send_digests")) == SENT
    assert len(mails()) == 1
    run("send_digests")
    assert len(mails()) == 1
    move(DAY)
    run("watch_trending")
    run("send_digests")
    assert len(mails()) == 2


def test_a_send_that_is_cleared_or_retried_sends_nothing_twice(run, run_dag, set_setting, mails):
    set_setting(digest_to="reader@example.org")
    run("watch_trending")
    for _ in range(3):  # in the same slot: the same run, as a cleared task or an impatient operator has it
        assert states(run_dag("send_digests"))["close"] == "success"
    assert len(mails()) == 1


def test_a_mail_server_that_is_not_there_fails_the_send_until_it_is_back(run, move, hub, set_setting, mails):
    set_setting(digest_to="reader@example.org", smtp_url="smtp://127.0.0.1:9")
    run("watch_trending")
    failed = states(run("send_digests"))
    assert failed["send"] == "failed"
    assert failed["close"] == "success"
    set_setting(smtp_url="")
    move(timedelta(minutes=15))
    assert states(run("send_digests")) == SENT
    assert len(mails()) == 1


def test_a_slot_that_nobody_is_due_in_sends_nothing_and_is_content(run, hub, mails):
    run("watch_trending")
    done = states(run("send_digests"))
    assert done == SENT | {"send": "skipped"}
    assert mails() == []


def test_what_was_sent_is_recorded_without_an_address(run, hub, set_setting):
    set_setting(digest_to="reader@example.org")
    run("watch_trending")
    run("send_digests")
    with duckdb.connect(load_settings().published_path, read_only=True) as con:
        assert con.execute("SELECT accepted FROM digest_log").fetchall() == [(1,)]
        assert con.execute("SELECT state FROM delivery_log").fetchall() == [("accepted",)]
    assert b"reader@example.org" not in load_settings().published_path.read_bytes()


def test_a_paused_run_is_told_and_waits_for_a_person(run, hub, set_setting, mails):
    set_setting(digest_to="reader@example.org", smtp_url="smtp://127.0.0.1:9", notices_to="op@example.org")
    run("watch_trending")
    run("send_digests")
    with open_database(load_settings()) as database, database.write() as con:
        con.exec_driver_sql("UPDATE runs SET state = 'paused', reason = 'by hand'")
    set_setting(smtp_url="")
    assert states(run("send_digests"))["send"] == "skipped"
    assert states(run("housekeeping"))["check_mail"] == "failed"
    (notice,) = mails()
    assert b"resume" in notice.read_bytes()


def test_bounces_are_collected_where_there_is_a_mailbox(run, hub, set_setting, tmp_path):
    assert states(run("collect_bounces")) == {"collect": "skipped"}
    for folder in ("cur", "new", "tmp"):
        (tmp_path / "bounces" / folder).mkdir(parents=True)
    (tmp_path / "bounces" / "new" / "1").write_bytes(b"From: somebody@example.org\r\n\r\nhello\r\n")
    set_setting(bounce_mailbox=f"maildir:{tmp_path / 'bounces'}", bounce_address="bounces@example.org")
    assert states(run("collect_bounces")) == {"collect": "success"}
    assert list((tmp_path / "bounces" / "new").iterdir()) == []


def test_housekeeping_is_content_while_the_lists_speak(run, hub):
    run("watch_trending")
    assert set(states(run("housekeeping")).values()) == {"success"}


def test_housekeeping_tells_once_a_day_of_a_list_that_fell_silent(run, hub, move, set_setting, mails):
    set_setting(notices_to="operator@example.org")
    run("watch_trending")
    move(timedelta(hours=5))
    for _ in range(2):
        assert states(run("housekeeping"))["check_sources"] == "failed"
    (notice,) = mails()
    assert b"trending" in notice.read_bytes()


def test_housekeeping_drops_old_logs_only(run, hub):
    from airflow.sdk import conf

    run("watch_trending")
    logs = Path(conf.get("logging", "base_log_folder"))
    old, young = logs / "old.log", logs / "young.log"
    for file in (old, young):
        file.touch()
    os.utime(old, (0, 0))
    run("housekeeping")
    assert not old.exists()
    assert young.exists()
