"""The mail database opens fast, is made once, refuses what it does not know, and keeps transactions whole."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from broadsheet.mail.database import open_database
from broadsheet.mail.errors import MailError
from broadsheet.mail.migrations import HEAD
from broadsheet.mail.schema import metadata, told
from broadsheet.settings import Settings, SettingsError
from mail.firststore import delivery, store

OPEN = """
import sys
from broadsheet.mail.database import open_database
from broadsheet.settings import Settings
settings = Settings(home=sys.argv[1], database_url=sys.argv[2], secret_key="test")
print("ready", flush=True)
sys.stdin.readline()
with open_database(settings) as database, database.read() as con:
    print(*sorted(name for name in sys.modules if name in {"alembic", "email_validator"}))
"""


@pytest.fixture
def settings(tmp_path, database_url):
    return Settings(home=str(tmp_path / "home"), database_url=database_url, secret_key="test")


def openers(settings, count):
    """Processes that open the database at one moment; gives what they printed."""
    command = [sys.executable, "-c", OPEN, settings.home, settings.database_url]
    pipe = subprocess.PIPE
    started = [
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) for _ in range(count)
    ]
    assert [process.stdout.readline() for process in started] == ["ready\n"] * count
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate() for process in started]
    assert [process.returncode for process in started] == [0] * count, [err for _, err in ended]
    return [out.strip() for out, _ in ended]


def test_several_processes_that_come_first_make_one_schema(settings):
    openers(settings, 4)
    with open_database(settings) as database, database.read() as con:
        assert set(sa.inspect(con).get_table_names()) == {*metadata.tables, "alembic_version"}
        assert con.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]


def test_several_processes_move_an_older_database_once(settings):
    store(settings, [delivery("2026-11-17", "sent")], [], [])
    openers(settings, 3)
    with open_database(settings) as database, database.read() as con:
        assert con.execute(sa.text("SELECT count(*) FROM subscribers")).scalar() == 1


def test_nothing_is_loaded_for_migrating_once_the_database_is_there(settings):
    assert openers(settings, 1) == ["alembic"]
    assert openers(settings, 1) == [""]


def test_a_newer_database_is_refused(settings):
    with open_database(settings) as database, database.write() as con:
        con.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(MailError, match="newer version"), open_database(settings):
        pass


def test_a_newer_file_without_a_revision_is_refused(tmp_path):
    settings = Settings(home=str(tmp_path))
    with closing(sqlite3.connect(settings.mail_path)) as con:
        con.execute("PRAGMA user_version = 3")
    refusal = pytest.raises(MailError, match=r"mail\.sqlite was written by a newer version")
    with refusal, open_database(settings):
        pass
    with closing(sqlite3.connect(settings.mail_path)) as con:
        assert con.execute("SELECT name FROM sqlite_master").fetchall() == []


def test_a_transaction_is_all_or_nothing(settings, at):
    row = {"subscriber_id": 1, "source": "trending", "as_of": at("2026-11-20T06:00")}
    with open_database(settings) as database:
        with pytest.raises(sa.exc.IntegrityError), database.write() as con:
            con.execute(told.insert(), [row, row])
        with database.read() as con:
            assert con.execute(sa.select(told)).all() == []


def test_times_come_back_as_they_went_in(settings, at):
    moment = at("2026-11-20T06:00:00.123456")
    with open_database(settings) as database:
        with database.write() as con:
            con.execute(told.insert(), {"subscriber_id": 1, "source": "trending", "as_of": moment})
        with database.read() as con:
            assert con.execute(sa.select(told.c.as_of)).scalar() == moment


def test_the_file_is_its_owners_alone(tmp_path):
    settings = Settings(home=str(tmp_path / "home"))
    with open_database(settings):
        assert stat.S_IMODE(settings.mail_path.stat().st_mode) == 0o600


def test_a_file_that_is_no_database_is_named(tmp_path):
    settings = Settings(home=str(tmp_path))
    settings.mail_path.write_text("not a database, but long enough to be looked at")
    with pytest.raises(MailError, match=r"mail\.sqlite cannot be used"), open_database(settings):
        pass


@pytest.mark.parametrize("url", ["no address", "mysql://localhost/mail"])
def test_the_address_of_another_kind_of_database_is_a_wrong_setting(tmp_path, url):
    settings = Settings(home=str(tmp_path), database_url=url)
    with pytest.raises(SettingsError, match="database_url"), open_database(settings):
        pass


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path):
    settings = Settings(home=str(tmp_path), database_url="postgresql://me:hidden@127.0.0.1:9/mail")
    with pytest.raises(MailError, match=r"127\.0\.0\.1") as raised, open_database(settings):
        pass
    assert "hidden" not in str(raised.value)


def test_a_setting_that_cannot_be_used_leaves_an_older_database_alone(tmp_path):
    settings = Settings(home=str(tmp_path), digest_lists=("nonsense",))
    store(settings, [delivery("2026-11-17", "sent")], [], [])
    with pytest.raises(SettingsError, match="digest_lists"), open_database(settings):
        pass
    with open_database(replace(settings, digest_lists=("trending",))) as database, database.read() as con:
        assert con.execute(sa.text("SELECT count(*) FROM deliveries")).scalar() == 1


def test_a_server_looks_after_silent_clients_so_that_locks_of_a_dead_host_are_free_within_a_minute(
    postgresql_url,
):
    with (
        open_database(Settings(database_url=postgresql_url, secret_key="test")) as database,
        database.read() as con,
    ):
        con.rollback()
        idle, interval, count = (
            int(con.scalar(sa.text(f"SELECT setting FROM pg_settings WHERE name = 'tcp_keepalives_{name}'")))
            for name in ("idle", "interval", "count")
        )
    assert idle + interval * count <= 60
