"""The record of consent is only added to, whoever tries, and holds no address."""

import pytest
import sqlalchemy as sa

from broadsheet.errors import UsageError
from broadsheet.mail.consent import Act, ConsentEvent, events, latest, record
from broadsheet.mail.database import open_database
from broadsheet.mail.errors import MailError
from broadsheet.mail.schema import consent_events
from broadsheet.settings import Settings


@pytest.fixture
def database(tmp_path, database_url):
    with open_database(Settings(home=str(tmp_path), database_url=database_url)) as opened:
        yield opened


@pytest.fixture
def act(at):
    return Act(at("2026-11-20T08:00"), "web", {"text": "v1", "ip": "hash"})


def test_events_come_back_in_order_with_what_was_remembered(database, act):
    with database.write() as con:
        record(con, 1, ConsentEvent.REQUESTED, act)
        record(con, 2, ConsentEvent.ADDED, Act(act.at, "cli"))
        record(con, 1, ConsentEvent.CONFIRMED, act)
    with database.read() as con:
        mine = list(events(con, 1))
        assert [event.event for event in mine] == ["requested", "confirmed"]
        assert (mine[0].at, mine[0].source, mine[0].detail) == (act.at, "web", {"text": "v1", "ip": "hash"})
        assert [event.subscriber_id for event in events(con)] == [1, 2, 1]


def test_the_latest_event_of_a_kind_and_a_source(database, act):
    with database.write() as con:
        record(con, 1, ConsentEvent.ADDED, Act(act.at, "setting", {"hour": "7"}))
        record(con, 1, ConsentEvent.ADDED, Act(act.at, "cli"))
        assert latest(con, 1, [ConsentEvent.ADDED]).source == "cli"
        assert latest(con, 1, [ConsentEvent.ADDED], "setting").detail == {"hour": "7"}
        assert latest(con, 1, [ConsentEvent.ERASED]) is None


@pytest.mark.parametrize(
    "statement",
    [
        consent_events.update().values(event="confirmed"),
        consent_events.delete(),
        consent_events.delete().where(consent_events.c.subscriber_id == 1),
    ],
)
def test_the_database_itself_refuses_to_change_or_forget_an_event(database, act, statement):
    with database.write() as con:
        record(con, 1, ConsentEvent.REQUESTED, act)
    # SQLite's trigger counts as a broken constraint, PostgreSQL's does not.
    with pytest.raises((MailError, sa.exc.IntegrityError), match="only added to"), database.write() as con:
        con.execute(statement)
    with database.read() as con:
        assert [event.event for event in events(con)] == ["requested"]


def test_postgresql_refuses_to_empty_the_table(tmp_path, postgresql_url, act):
    settings = Settings(home=str(tmp_path), database_url=postgresql_url)
    refused = pytest.raises(MailError, match="only added to")
    with open_database(settings) as database, refused, database.write() as con:
        con.execute(sa.text("TRUNCATE consent_events"))


@pytest.mark.parametrize("detail", [{"consent": "said ada@example.org"}, {"ada@example.org": True}])
def test_an_address_is_not_recorded(database, act, detail):
    with pytest.raises(UsageError, match="without an address"), database.write() as con:
        record(con, 1, ConsentEvent.ADDED, Act(act.at, "cli", detail))
