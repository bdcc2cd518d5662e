"""The published log of runs and deliveries: all of it, without addresses, and the same however often it is copied."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from broadsheet.mail.database import Database, open_database
from broadsheet.mail.facts import FactsReport, record_facts
from broadsheet.mail.schema import bounce_events, deliveries, exclusions, runs, selections
from broadsheet.settings import Settings
from broadsheet.warehouse.store import open_published, open_writer

NOW = datetime(2026, 11, 20, 7, 5, tzinfo=UTC)
RUN = "2026-11-20T07:00Z"
ADDRESS = "ada@example.org"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    return Settings(home=str(tmp_path / "home"), database_url=database_url)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    with open_database(settings) as database:
        yield database


def add(database: Database, table: sa.Table, *rows: dict[str, Any]) -> None:
    with database.write() as con:
        for row in rows:
            con.execute(table.insert().values(row))


def change(database: Database, table: sa.Table, **values: Any) -> None:
    with database.write() as con:
        con.execute(table.update().values(**values))


def run(key: str = RUN, opened_at: datetime = NOW, **more: Any) -> dict[str, Any]:
    slot = opened_at - timedelta(minutes=5)
    return {"run_key": key, "kind": "digest", "slot": slot, "opened_at": opened_at, "policy": "verify"} | (
        {"state": "sending"} | more
    )


def delivery(subscriber: int, state: str, key: str = RUN, **more: Any) -> dict[str, Any]:
    return {
        "delivery_id": f"{key}{subscriber:04d}".replace(":", ""),
        "run_key": key,
        "subscriber_id": subscriber,
        "occasion": key[:10],
        "address": ADDRESS,
        "address_key": f"{subscriber}{ADDRESS}",
        "address_hash": "0" * 32,
        "selection_id": 1,
        "state": state,
        "deadline_at": NOW + timedelta(hours=20),
        "updated_at": NOW,
    } | more


def bounce(row: dict[str, Any], kind: str, at: datetime, key: str = "b") -> dict[str, Any]:
    return {
        "bounce_key": key,
        "delivery_id": row["delivery_id"],
        "kind": kind,
        "status": "5.1.1",
        "reason": "no such user",
        "at": at,
    }


def asked(settings: Settings, sql: str) -> list[Any]:
    with open_published(settings) as con:
        return con.execute(sql).fetchall()


@pytest.fixture
def sent(database: Database) -> None:
    """A run at work: somebody has the digest, somebody waits, somebody had nothing new."""
    add(database, runs, run(candidates=3, prepared=2, excluded=1))
    add(database, selections, {"run_key": RUN, "selection_id": 1, "subject": "Two", "items": 2, "data": b""})
    accepted = delivery(1, "accepted", attempt=1, phase="dot", code=250, enhanced="2.0.0")
    add(database, deliveries, accepted, delivery(2, "pending", attempt=0))
    told = {"run_key": RUN, "subscriber_id": 3, "occasion": RUN[:10], "reason": "nothing_new", "at": NOW}
    add(database, exclusions, told)


def test_everybody_who_was_due_has_a_row(settings: Settings, sent: None) -> None:
    assert record_facts(settings, NOW) == FactsReport(runs=1, deliveries=3, published=True)
    columns = "subscriber_id, state, reason, subject, items, attempts, code, enhanced, channel"
    assert asked(settings, f"SELECT {columns} FROM delivery_log ORDER BY subscriber_id") == [
        (1, "accepted", None, "Two", 2, 1, 250, "2.0.0", "mail"),
        (2, "pending", None, "Two", 2, 0, None, None, "mail"),
        (3, "excluded", "nothing_new", None, None, None, None, None, None),
    ]
    counts = "run_key, candidates, prepared, excluded, accepted, waiting, failed"
    assert asked(settings, f"SELECT {counts} FROM digest_log") == [(RUN, 3, 2, 1, 1, 1, 0)]


def test_no_address_is_published(settings: Settings, sent: None) -> None:
    record_facts(settings, NOW)
    assert ADDRESS.partition("@")[0].encode() not in settings.published_path.read_bytes()


def test_copying_again_changes_nothing(settings: Settings, sent: None) -> None:
    record_facts(settings, NOW)
    before = settings.published_path.read_bytes()
    again = record_facts(settings, NOW + timedelta(hours=1))
    assert again == FactsReport(runs=0, deliveries=0, published=False)
    assert settings.published_path.read_bytes() == before


def test_what_moves_is_copied_anew_and_nothing_twice(
    settings: Settings, database: Database, sent: None
) -> None:
    record_facts(settings, NOW)
    with database.write() as con:
        waiting = deliveries.c.subscriber_id == 2
        con.execute(deliveries.update().where(waiting).values(state="in_doubt", doubts=1))
    assert record_facts(settings, NOW).deliveries == 1
    with database.write() as con:
        settled = {"state": "presumed_accepted", "resolution": "no evidence"}
        con.execute(deliveries.update().where(waiting).values(settled))
    change(database, runs, state="done", closed_at=NOW)
    assert record_facts(settings, NOW) == FactsReport(runs=1, deliveries=1, published=True)
    assert asked(settings, "SELECT state, accepted, presumed_accepted, in_doubt FROM digest_log") == [
        ("done", 1, 1, 0)
    ]
    assert asked(settings, "SELECT count(*) FROM delivery_log") == [(3,)]


def test_a_run_left_open_is_followed_however_old_it_becomes(
    settings: Settings, database: Database, sent: None
) -> None:
    much_later = NOW + timedelta(days=30)
    later = run("2026-12-20T07:00Z", much_later, state="done", closed_at=much_later)
    add(database, runs, later)
    record_facts(settings, much_later)
    change(database, deliveries, state="expired")
    assert record_facts(settings, much_later).deliveries == 2


def test_a_bounce_of_a_closed_run_is_added(settings: Settings, database: Database, sent: None) -> None:
    change(database, runs, state="done", closed_at=NOW)
    record_facts(settings, NOW)
    late, newer = NOW + timedelta(days=2), NOW + timedelta(days=3)
    add(database, bounce_events, bounce(delivery(1, ""), "delayed", late))
    assert record_facts(settings, late).deliveries == 1
    ignored = bounce(delivery(2, ""), "ignored", newer, "i")
    add(database, bounce_events, bounce(delivery(1, ""), "hard", newer, "h"), ignored)
    assert record_facts(settings, newer).deliveries == 1
    assert asked(
        settings, "SELECT bounce, bounce_status, bounced_at FROM delivery_log WHERE bounce <> ''"
    ) == [("hard", "5.1.1", newer.replace(tzinfo=None))]
    assert asked(settings, "SELECT bounced, complaints FROM digest_log") == [(1, 0)]


def test_a_warehouse_built_anew_gets_everything_anew(
    settings: Settings, database: Database, sent: None
) -> None:
    change(database, runs, state="done", closed_at=NOW)
    record_facts(settings, NOW)
    settings.warehouse_path.unlink()
    assert record_facts(settings, NOW) == FactsReport(runs=1, deliveries=3, published=True)


def test_more_runs_than_one_query_names(settings: Settings, database: Database) -> None:
    keys = [f"letter:{number}:1" for number in range(1200)]
    add(database, runs, *(run(key, kind="letter", state="done", closed_at=NOW) for key in keys))
    letters = (
        delivery(number, "accepted", key, occasion=key, selection_id=0) for number, key in enumerate(keys)
    )
    add(database, deliveries, *letters)
    assert record_facts(settings, NOW) == FactsReport(runs=1200, deliveries=1200, published=True)
    assert asked(settings, "SELECT count(*), sum(accepted) FROM digest_log WHERE kind = 'letter'") == [
        (1200, 1200)
    ]


def test_what_fails_on_the_way_is_completed_by_the_next_copy(
    settings: Settings, database: Database, sent: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("broadsheet.mail.facts._exclusions", fail)
        with pytest.raises(KeyboardInterrupt):
            record_facts(settings, NOW)
    with open_writer(settings) as con:
        assert con.execute("SELECT count(*) FROM digest_runs").fetchall() == [(0,)]
        halfway = con.execute("SELECT count(*) FROM delivery_log").fetchone()[0]
    assert record_facts(settings, NOW).runs == 1
    with open_writer(settings) as con:
        assert con.execute("SELECT count(*) FROM delivery_log").fetchone()[0] > halfway > 0
