"""Who is in a run, with what, and who is not, and why."""

from hashlib import sha256

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from broadsheet.digest.forme import Forme
from broadsheet.mail import subscribers
from broadsheet.mail.consent import Act
from broadsheet.mail.contents import load_fragments, load_selection
from broadsheet.mail.database import open_database
from broadsheet.mail.errors import MailError
from broadsheet.mail.freezing import shard_of
from broadsheet.mail.opening import open_run, plan_run
from broadsheet.mail.schema import deliveries, exclusions, run_contents, runs, selection_boards, selections
from broadsheet.mail.states import Reason, State
from broadsheet.settings import SettingsError
from mail.conftest import PAPERS
from mail.readership import Readership

KEY = "2026-11-20T07:00Z"


@pytest.fixture
def readers(settings):
    return Readership(settings)


@pytest.fixture
def published(newsroom, first_day, second_day):
    newsroom.publish(first_day, second_day)


def mail_of(settings, run_key, subscriber_id):
    """A mail's subject and text, from what the run keeps."""
    with open_database(settings) as database, database.read() as con:
        query = sa.select(deliveries.c.selection_id).where(
            deliveries.c.run_key == run_key, deliveries.c.subscriber_id == subscriber_id
        )
        selection = load_selection(con, run_key, con.scalar(query))
        return selection.subject, Forme(load_fragments(con, run_key)).text(selection)


def test_everybody_who_is_due_gets_a_delivery(settings, readers, published, at):
    ada = readers.join("ada", at("2026-11-19T12:00"))
    readers.join("kolkata", at("2026-11-19T12:00"), timezone="Asia/Kolkata", hour="12")
    readers.join("later", at("2026-11-19T12:00"), hour="8")
    readers.join("mondays", at("2026-11-19T12:00"), cadence="weekly", weekday="monday")
    readers.join("paused", at("2026-11-19T12:00"), cadence="paused")
    readers.join("today", at("2026-11-20T07:01"))
    opened = open_run(settings, at("2026-11-20T07:05"))
    assert (opened.run_key, opened.new, opened.prepared, opened.excluded) == (KEY, True, 2, {})
    assert readers.mails(KEY) == {"ada", "kolkata"}
    row = next(row for row in readers.rows(deliveries) if row["subscriber_id"] == ada)
    assert row["occasion"] == "2026-11-20"
    assert row["deadline_at"] == at("2026-11-21T03:00")
    assert (row["state"], row["address"]) == (State.PENDING, "ada@example.org")
    run = readers.run(KEY)
    assert (run["state"], run["candidates"], run["prepared"], run["excluded"]) == ("frozen", 2, 2, 0)
    assert run["opened_at"] == run["frozen_at"] == at("2026-11-20T07:05")


def test_a_later_call_in_the_slot_finds_the_run(settings, readers, newsroom, published, at, first_day):
    readers.join("ada", at("2026-11-19T12:00"))
    first = open_run(settings, at("2026-11-20T07:00"))
    before = [readers.rows(table) for table in (runs, deliveries, selections, run_contents)]
    newsroom.publish(first_day)
    readers.join("bob", at("2026-11-19T12:00"))
    again = open_run(settings, at("2026-11-20T07:14"))
    assert again == replace(first, new=False, reason=again.reason)
    assert [readers.rows(table) for table in (runs, deliveries, selections, run_contents)] == before
    assert open_run(settings, at("2026-11-20T07:15")).prepared == 1
    assert readers.mails("2026-11-20T07:15Z") == {"bob"}


def test_nobody_due_leaves_no_row(settings, readers, published, at):
    readers.join("ada", at("2026-11-20T07:01"))
    opened = open_run(settings, at("2026-11-20T07:05"))
    assert (opened.run_key, opened.new, opened.reason) == (None, False, "nobody is due")
    assert readers.rows(runs) == []


def test_the_first_subscriber_of_the_settings_is_served(settings, readers, published, at):
    settings = replace(settings, digest_to="Reader <reader@example.org>")
    assert open_run(settings, at("2026-11-20T07:05")).prepared == 1


def test_the_same_content_is_kept_once(settings, readers, published, at):
    for name in ("ada", "bob", "cy"):
        readers.join(name, at("2026-11-19T12:00"))
    readers.join("dan", at("2026-11-19T12:00"), max_items="2")
    open_run(settings, at("2026-11-20T07:00"))
    numbers = {row["subscriber_id"]: row["selection_id"] for row in readers.rows(deliveries)}
    assert [numbers[readers.number(name)] for name in ("ada", "bob", "cy", "dan")] == [1, 1, 1, 2]
    assert len(readers.rows(selections)) == 2
    assert [(row["name"], row["run_key"]) for row in readers.rows(run_contents)] == [("fragments", KEY)]


def test_boards_say_what_was_told(settings, readers, newsroom, first_day, second_day, at):
    readers.join("ada", at("2026-11-18T12:00"))
    newsroom.publish(first_day)
    open_run(settings, at("2026-11-19T07:00"))
    readers.end("2026-11-19T07:00Z")
    newsroom.publish(first_day, second_day)
    open_run(settings, at("2026-11-20T07:00"))
    told = [
        (row["run_key"], row["source"], row["from_snapshot"], row["to_snapshot"], row["as_of"])
        for row in readers.rows(selection_boards)
    ]
    assert told == [
        ("2026-11-19T07:00Z", "trending", None, 1000, at("2026-11-19T06:00")),
        (KEY, "trending", 1000, 2000, at("2026-11-20T06:00")),
    ]
    subject, text = mail_of(settings, KEY, readers.number("ada"))
    assert "1 new" in subject
    assert f"Paper {PAPERS[7]}" in text


def test_each_window_begins_where_the_reader_was_told_last(
    settings, readers, newsroom, first_day, second_day, at
):
    for name in ("ada", "bob"):
        readers.join(name, at("2026-11-18T12:00"))
    newsroom.publish(first_day)
    open_run(settings, at("2026-11-19T07:00"))
    readers.end("2026-11-19T07:00Z", "ada")
    readers.end("2026-11-19T07:00Z", "bob", state=State.FAILED)
    newsroom.publish(first_day, second_day)
    open_run(settings, at("2026-11-20T07:00"))
    assert "1 new" in mail_of(settings, KEY, readers.number("ada"))[0]
    assert "first look at all 5" in mail_of(settings, KEY, readers.number("bob"))[0]


def test_who_has_nothing_new_is_left_out(settings, readers, newsroom, first_day, at):
    readers.join("ada", at("2026-11-18T12:00"))
    readers.join("quiet", at("2026-11-18T12:00"), quiet_days="yes")
    newsroom.publish(first_day)
    open_run(settings, at("2026-11-19T07:00"))
    readers.end("2026-11-19T07:00Z")
    newsroom.publish(first_day, ("trending", "2026-11-20T06:00", first_day[2]))
    opened = open_run(settings, at("2026-11-20T07:00"))
    assert opened.excluded == {Reason.NOTHING_NEW: 1}
    assert readers.left_out(KEY) == {"ada": "nothing_new"}
    assert readers.mails(KEY) == {"quiet"}


def test_who_wishes_something_else_is_left_out(settings, readers, published, at):
    readers.join("ada", at("2026-11-19T12:00"), topics="robotics")
    readers.join("bob", at("2026-11-19T12:00"), min_upvotes="11")
    readers.join("cy", at("2026-11-19T12:00"), min_upvotes="10", topics='"paper"')
    opened = open_run(settings, at("2026-11-20T07:00"))
    assert opened.excluded == {Reason.NO_MATCH: 2}
    assert readers.left_out(KEY) == {"ada": "no_match", "bob": "no_match"}
    assert readers.mails(KEY) == {"cy"}


def test_who_may_not_be_written_to_is_left_out(settings, readers, published, at):
    settings = replace(
        settings, recipients_allow=("*@Example.org", "channel:*"), channels={"team": "json://localhost"}
    )
    yesterday = at("2026-11-19T12:00")
    for name in ("ada", "bounced", "channel:team", "channel:gone"):
        readers.join(name, yesterday)
    with open_database(settings) as database, database.write() as con:
        subscribers.suppress(con, readers.number("bounced"), Act(yesterday, "cli"))
    opened = open_run(settings, at("2026-11-20T07:00"))
    assert readers.left_out(KEY) == {"bounced": "suppressed", "channel:gone": "no_channel"}
    assert readers.mails(KEY) == {"ada", "channel:team"}
    assert opened.excluded == {Reason.NO_CHANNEL: 1, Reason.SUPPRESSED: 1}


def test_only_allowed_addresses_are_written_to(settings, readers, published, at):
    for name in ("ada", "eve.outside"):
        readers.join(name, at("2026-11-19T12:00"))
    readers.join("channel:team", at("2026-11-19T12:00"))
    careful = replace(settings, recipients_allow=("ADA@*",), channels={"team": "json://localhost"})
    open_run(careful, at("2026-11-20T07:00"))
    assert readers.mails(KEY) == {"ada"}
    assert readers.left_out(KEY) == {"eve.outside": "not_allowed", "channel:team": "not_allowed"}


def test_a_digest_that_may_still_arrive_comes_first(settings, readers, newsroom, first_day, second_day, at):
    readers.join("ada", at("2026-11-18T12:00"), cadence="weekly", weekday="thursday")
    newsroom.publish(first_day)
    open_run(settings, at("2026-11-19T07:00"))
    readers.wish("ada", at("2026-11-19T12:00"), cadence="daily")
    newsroom.publish(first_day, second_day)
    assert open_run(settings, at("2026-11-20T07:00")).run_key is None
    readers.end("2026-11-19T07:00Z")
    assert open_run(settings, at("2026-11-20T07:15")).prepared == 1
    assert "1 new" in mail_of(settings, "2026-11-20T07:15Z", readers.number("ada"))[0]


def test_one_digest_for_one_day_whatever_changes(settings, readers, newsroom, published, first_day, at):
    readers.join("ada", at("2026-11-19T12:00"))
    open_run(settings, at("2026-11-20T07:00"))
    readers.end(KEY)
    newsroom.publish(first_day, ("trending", "2026-11-20T08:00", PAPERS))
    readers.wish("ada", at("2026-11-20T08:30"), hour="9")
    assert open_run(settings, at("2026-11-20T09:00")).run_key is None
    readers.wish("ada", at("2026-11-20T09:30"), cadence="weekdays", hour="11", timezone="Europe/Rome")
    assert open_run(settings, at("2026-11-20T10:00")).run_key is None


def test_who_nothing_is_known_for_stays_due(settings, readers, newsroom, first_day, at):
    readers.join("ada", at("2026-11-18T12:00"))
    readers.join("bob", at("2026-11-18T12:00"), lists="daily")
    opened = open_run(settings, at("2026-11-19T07:00"))
    assert (opened.run_key, opened.waiting) == (None, 2)
    assert opened.reason == "2 stay due, since nothing is known yet of their lists"
    newsroom.publish(first_day)
    opened = open_run(settings, at("2026-11-19T07:00"))
    assert (opened.prepared, opened.waiting) == (1, 1)
    assert readers.run("2026-11-19T07:00Z")["candidates"] == 1
    newsroom.publish(first_day, ("daily:2026-11-19", "2026-11-19T07:10", PAPERS[:3]))
    assert open_run(settings, at("2026-11-19T07:15")).prepared == 1
    assert readers.mails("2026-11-19T07:15Z") == {"bob"}


def test_a_day_that_went_by_is_noted_as_missed(settings, readers, published, at):
    for name in ("ada", "bob"):
        readers.join(name, at("2026-11-17T12:00"))
    readers.join("weekly", at("2026-11-17T12:00"), cadence="weekly", weekday="wednesday")
    opened = open_run(settings, at("2026-11-20T08:00"))
    assert opened.prepared == 3  # three days after it was due a weekly digest is still worth sending
    assert opened.excluded == {Reason.MISSED: 4}
    missed = {(row["subscriber_id"], row["occasion"]) for row in readers.rows(exclusions)}
    assert missed == {
        (readers.number(name), day) for name in ("ada", "bob") for day in ("2026-11-18", "2026-11-19")
    }
    assert readers.run("2026-11-20T08:00Z")["candidates"] == 7
    assert open_run(settings, at("2026-11-20T08:15")).run_key is None


def test_missed_days_are_noted_even_when_nothing_else_is_due(settings, readers, published, at):
    readers.join("ada", at("2026-11-17T12:00"), cadence="weekly", weekday="wednesday")
    opened = open_run(settings, at("2026-11-21T07:00"))
    assert (opened.prepared, opened.excluded) == (0, {Reason.MISSED: 1})


def test_missed_days_are_looked_for_between_two_runs(settings, readers, newsroom, first_day, second_day, at):
    readers.join("ada", at("2026-11-18T12:00"))
    readers.join("bob", at("2026-11-18T12:00"), lists="weekly")
    newsroom.publish(first_day)
    assert open_run(settings, at("2026-11-19T07:00")).waiting == 1
    readers.end("2026-11-19T07:00Z")
    newsroom.publish(first_day, second_day)
    opened = open_run(settings, at("2026-11-20T07:00"))
    assert (opened.prepared, opened.excluded, opened.waiting) == (1, {Reason.MISSED: 1}, 1)
    assert [row["subscriber_id"] for row in readers.rows(exclusions)] == [readers.number("bob")]


def test_a_plan_writes_nothing(settings, readers, published, at):
    readers.join("ada", at("2026-11-17T12:00"))
    readers.join("bob", at("2026-11-19T12:00"), max_items="2")
    readers.join("cy", at("2026-11-19T12:00"), max_items="2")
    readers.join("eve", at("2026-11-19T12:00"), max_items="2")
    readers.join("dan", at("2026-11-19T12:00"), topics="robotics")
    settings = replace(settings, digest_to="Reader <reader@example.org>")
    tables = (
        runs,
        deliveries,
        exclusions,
        selections,
        run_contents,
        selection_boards,
        subscribers.subscribers,
    )
    before = [readers.rows(table) for table in tables]
    planned = plan_run(settings, at("2026-11-20T07:00"))
    assert [readers.rows(table) for table in tables] == before
    assert planned.by_cadence == {"daily": 5}
    assert [(items, mails) for _, items, mails in planned.subjects] == [(2, 3), (5, 2)]
    assert planned.opened.excluded == {Reason.NO_MATCH: 1, Reason.MISSED: 2}
    assert open_run(settings, at("2026-11-20T07:00")) == planned.opened


def test_counts_that_do_not_add_up_are_not_written(settings, readers, published, at):
    ada = readers.join("ada", at("2026-11-19T12:00"))
    readers.join("bob", at("2026-11-19T12:00"))
    with open_database(settings) as database, database.write() as con:
        lose_a_row(con, ada)
    with pytest.raises(MailError, match="2 are owed a digest, 1 are prepared"):
        open_run(settings, at("2026-11-20T07:00"))
    assert readers.rows(runs) == readers.rows(deliveries) == []


def lose_a_row(con, subscriber_id):
    """Make the database forget one delivery as it is written."""
    if con.dialect.name == "sqlite":
        con.exec_driver_sql(
            "CREATE TRIGGER lose AFTER INSERT ON deliveries BEGIN "
            f"DELETE FROM deliveries WHERE subscriber_id = {subscriber_id}; END"
        )
        return
    con.exec_driver_sql(
        "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF NEW.subscriber_id = {subscriber_id} THEN RETURN NULL; END IF; RETURN NEW; END $$"
    )
    con.exec_driver_sql(
        "CREATE TRIGGER lose BEFORE INSERT ON deliveries FOR EACH ROW EXECUTE FUNCTION lose()"
    )


def test_the_content_hash_is_that_of_what_is_kept(settings, readers, published, at):
    readers.join("ada", at("2026-11-19T12:00"))
    readers.join("bob", at("2026-11-19T12:00"), max_items="2")
    open_run(settings, at("2026-11-20T07:00"))
    expected = sha256()
    for row in sorted(readers.rows(selections), key=lambda row: row["selection_id"]):
        expected.update(sha256(row["subject"].encode() + b"\n" + row["data"]).digest())
    expected.update(readers.rows(run_contents)[0]["data"])
    assert readers.run(KEY)["content_hash"] == expected.hexdigest()


def test_shards_are_even_and_always_the_same():
    counts = [[shard_of(number, 4) for number in range(1, 4001)].count(shard) for shard in range(4)]
    assert min(counts) > 900
    assert [shard_of(number, 4) for number in (1, 2, 3, 17)] == [3, 1, 3, 2]


def test_several_shards_need_postgresql(settings, readers, published, at):
    readers.join("ada", at("2026-11-19T12:00"))
    split = replace(settings, shards=3)
    if settings.database_url:
        open_run(split, at("2026-11-20T07:00"))
        assert readers.run(KEY)["shards"] == 3
        assert readers.rows(deliveries)[0]["shard"] == shard_of(readers.number("ada"), 3)
    else:
        with pytest.raises(SettingsError, match="database_url"):
            open_run(split, at("2026-11-20T07:00"))


def test_a_time_zone_that_is_not_known_is_named(settings, readers, published, at):
    ada = readers.join("ada", at("2026-11-19T12:00"))
    with open_database(settings) as database, database.write() as con:
        con.execute(sa.text(f"UPDATE subscribers SET timezone = 'Mars/Base' WHERE subscriber_id = {ada}"))
    with pytest.raises(MailError, match="Mars/Base"):
        open_run(settings, at("2026-11-20T07:00"))
