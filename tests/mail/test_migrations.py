"""What older versions stored is there in the newest form; a migration is whole or was not."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from msgspec.structs import replace

from broadsheet.mail import migrations, schema
from broadsheet.mail.configured import ensure_configured
from broadsheet.mail.database import open_database
from broadsheet.mail.migrations import moving
from broadsheet.settings import Settings
from mail.firststore import READER, board, delivery, quiet, rows, store


@pytest.fixture
def settings(tmp_path, database_url):
    return Settings(
        home=str(tmp_path / "home"),
        database_url=database_url,
        secret_key="test",
        digest_to=f"Reader <{READER}>",
        digest_hour=6,
        digest_timezone="Europe/Rome",
        digest_lists=("trending", "daily"),
    )


def moved(rows, *names):
    """Of each row these columns."""
    return [tuple(row[name] for name in names) for row in rows]


def defaults_differ(_context, _inspected_column, _column, inspected, _default, rendered):
    """Alembic's own comparison takes an empty text for no default."""

    def plain(default):
        return default and default.partition("::")[0].strip("'()")

    return plain(inspected) != plain(rendered)


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(settings):
    with open_database(settings) as database, database.read() as con:
        context = MigrationContext.configure(con, opts={"compare_server_default": defaults_differ})
        assert compare_metadata(context, schema.metadata) == []


def test_the_newest_revision_is_the_one_the_code_names():
    script = ScriptDirectory(migrations.__path__[0])
    assert script.get_heads() == [migrations.HEAD]
    assert script.get_bases() == [migrations.FIRST]


def test_the_recipient_becomes_a_subscriber_with_the_wishes_of_the_settings(settings):
    store(settings, [delivery("2026-11-17", "sent")], [], [quiet("2026-11-18")])
    (reader,) = rows(settings, "subscribers", "subscriber_id")
    wishes = (reader["cadence"], reader["hour"], reader["timezone"], reader["lists"])
    assert wishes == ("daily", 6, "Europe/Rome", "trending,daily")
    assert (reader["address"], reader["state"], reader["origin"]) == (READER, "active", "setting")
    assert str(reader["scheduled_from"]).startswith("2026-11-18 07:00:00")
    (consent,) = rows(settings, "consent_events", "event_id")
    assert (consent["event"], consent["source"]) == ("added", "setting")
    assert str(consent["at"]).startswith("2026-11-17 07:00:00")


def test_a_recipient_that_the_settings_no_longer_name_keeps_plain_wishes(settings):
    store(settings, [delivery("2026-11-17", "sent", recipient="former@example.org")], [], [])
    (former,) = rows(settings, "subscribers", "subscriber_id")
    assert (former["hour"], former["timezone"], former["lists"]) == (7, "UTC", "trending")


def test_the_setting_goes_on_with_the_same_subscriber(settings, at):
    store(settings, [delivery("2026-11-17", "sent")], [], [])
    with open_database(settings) as database, database.write() as con:
        configured = ensure_configured(con, settings, at("2026-11-18T07:00"))
        assert (configured.subscriber_id, configured.scheduled_from) == (1, at("2026-11-17T07:00"))
        assert con.execute(sa.select(sa.func.count()).select_from(schema.consent_events)).scalar() == 1


def test_what_was_delivered_is_told_and_nothing_else(settings):
    sent = [
        delivery("2026-11-17", "sent"),
        delivery("2026-11-18", "presumed_sent"),
        delivery("2026-11-19", "failed"),
        delivery("2026-11-20", "expired"),
    ]
    boards = [*(board(row) for row in sent), board(sent[0], "daily"), board(sent[3], "daily")]
    store(settings, sent, boards, [])
    told = rows(settings, "told", "source")
    assert moved(told, "source") == [("daily",), ("trending",)]
    assert [str(row["as_of"])[:10] for row in told] == ["2026-11-17", "2026-11-18"]


@pytest.mark.parametrize(
    ("state", "becomes", "told_until"),
    [("sending", "presumed_accepted", "2026-11-18"), ("prepared", "aborted", "2026-11-17")],
)
def test_what_was_open_is_closed_and_its_news_told_only_if_it_may_have_arrived(
    settings, state, becomes, told_until
):
    sent = [delivery("2026-11-17", "sent"), delivery("2026-11-18", state)]
    store(settings, sent, list(map(board, sent)), [])
    last = rows(settings, "deliveries", "occasion")[-1]
    assert last["state"] == becomes
    assert last["resolution"]
    (told,) = rows(settings, "told", "source")
    assert str(told["as_of"])[:10] == told_until


def test_every_day_is_a_run_whose_counts_add_up(settings):
    former = delivery("2026-11-17", "sent", recipient="former@example.org")
    sent = [former, delivery("2026-11-17", "sent"), delivery("2026-11-18", "failed")]
    store(settings, sent, [], [quiet("2026-11-18", former["recipient"]), quiet("2026-11-19")])
    runs = rows(settings, "runs", "run_key")
    assert moved(runs, "run_key", "candidates", "prepared", "excluded", "state") == [
        ("2026-11-17", 2, 2, 0, "done"),
        ("2026-11-18", 2, 1, 1, "done"),
        ("2026-11-19", 1, 0, 1, "done"),
    ]
    assert [str(run["slot"])[:16] for run in runs] == [f"2026-11-{day} 07:00" for day in (17, 18, 19)]
    excluded = rows(settings, "exclusions", "run_key")
    assert moved(excluded, "run_key", "occasion", "reason") == [
        ("2026-11-18", "2026-11-18", "nothing_new"),
        ("2026-11-19", "2026-11-19", "nothing_new"),
    ]


def test_a_day_that_began_quiet_and_had_news_later_counts_once(settings):
    store(settings, [delivery("2026-11-17", "sent")], [], [quiet("2026-11-17")])
    assert moved(rows(settings, "runs", "run_key"), "candidates", "prepared", "excluded") == [(1, 1, 0)]
    assert rows(settings, "exclusions", "run_key") == []


def test_a_delivery_keeps_its_name_its_boards_and_how_much_it_told(settings):
    sent = delivery("2026-11-17", "sent", reply=f"dot: 250 <{READER}> queued", papers=3)
    store(settings, [sent], [board(sent), board(sent, "daily")], [])
    (kept,) = rows(settings, "deliveries", "delivery_id")
    assert moved([kept], "delivery_id", "occasion", "state", "sha256") == [
        (sent["delivery_id"], "2026-11-17", "accepted", "c0ffee")
    ]
    assert kept["reply"] == "dot: 250 <…> queued"
    (selection,) = rows(settings, "selections", "selection_id")
    assert moved([selection], "subject", "items") == [(sent["subject"], 3)]
    boards = rows(settings, "selection_boards", "source")
    assert moved(boards, "list", "to_snapshot") == [("daily:2026-11-17", 7), ("trending", 7)]


def test_no_address_is_outside_subscribers_and_deliveries(settings):
    sent = delivery("2026-11-17", "failed", reply=f"rcpt: 550 {READER} unknown")
    store(settings, [sent], [board(sent)], [quiet("2026-11-18")])
    for table in schema.metadata.tables:
        for row in rows(settings, table, "1"):
            columns = {name for name, value in row.items() if "@" in str(value)}
            assert columns <= {"address", "address_key"}, table


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    settings = Settings(home=str(tmp_path), secret_key="test")
    store(settings, [delivery("2026-11-17", "sent")], [], [quiet("2026-11-18")])

    def dump():
        with closing(sqlite3.connect(settings.mail_path)) as con:
            return [*con.iterdump(), con.execute("PRAGMA user_version").fetchone()]

    before = dump()
    with monkeypatch.context() as patch:
        patch.setattr(moving, "_write_told", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError), open_database(settings):
            pass
    assert dump() == before
    assert len(rows(settings, "subscribers", "1")) == 1


def test_a_migration_that_fails_leaves_postgresql_as_it_was(tmp_path, postgresql_url, monkeypatch):
    settings = Settings(home=str(tmp_path), database_url=postgresql_url, secret_key="test")
    store(settings, [delivery("2026-11-17", "sent")], [], [])
    with monkeypatch.context() as patch:
        patch.setattr(moving, "_write_told", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError), open_database(settings):
            pass
    url = sa.make_url(postgresql_url).set(drivername="postgresql+pg8000")
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as con:
        assert con.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "0001"
        assert con.execute(sa.text("SELECT recipient FROM deliveries")).scalars().all() == [READER]
    assert len(rows(settings, "subscribers", "1")) == 1


def test_the_first_version_refuses_the_file_from_then_on(tmp_path):
    settings = Settings(home=str(tmp_path), secret_key="test")
    store(settings, [], [], [])
    with open_database(settings):
        pass
    with closing(sqlite3.connect(settings.mail_path)) as con:
        assert con.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_recipient_in_an_address_that_was_made_up_later_changes_nothing_on_a_second_opening(settings):
    store(settings, [delivery("2026-11-17", "sent")], [], [])
    first = rows(settings, "subscribers", "1")
    assert rows(replace(settings, digest_to="other@example.org"), "subscribers", "1") == first


def test_a_database_of_the_second_revision_keeps_all_it_has(settings):
    store(settings, [delivery("2026-11-17", "sent")], [], [])
    before = rows(settings, "deliveries", "1")
    with open_database(settings) as database, database.write() as con:
        con.execute(sa.text("DROP TABLE letter_requests"))
        con.execute(sa.text("UPDATE alembic_version SET version_num = '0002'"))
    assert rows(settings, "letter_requests", "1") == []
    assert rows(settings, "deliveries", "1") == before
