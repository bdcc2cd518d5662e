"""What an earlier sender left behind is taken up from its journals."""

import shutil
from datetime import timedelta

import pytest
from msgspec.structs import replace

from broadsheet.mail.database import open_database
from broadsheet.mail.journal import Journal
from broadsheet.mail.ledger import Shard, claim
from broadsheet.mail.recovery import ABSENT_AFTER, recover
from broadsheet.mail.schema import deliveries, folded_journals
from broadsheet.mail.states import RunState
from broadsheet.mail.transport import Evidence, Outcome, Phase, Result
from mail.mailroom import Scripted, accepted, deferred


class Dead:
    """A sender that took everybody in hand, wrote what it is told into its journal, and died."""

    def __init__(self, room):
        self.room = room
        self.shard = Shard(room.run_key, 0)
        with open_database(room.settings) as database:
            self.tenure = self._recover(database)
            with database.write() as con:
                con.exec_driver_sql(f"UPDATE runs SET state = '{RunState.SENDING}'")
                self.claimed = claim(con, self.tenure, "mail", room.now, 100)
        self.attempts = {one.address: (one.delivery_id, one.attempt) for one in self.claimed}
        self.journal = Journal(room.settings.journal_path, room.run_key, 0, self.tenure.epoch)

    def of(self, number):
        return self.attempts[f"{number}@example.org"]

    def dot(self, number, answer=None):
        self.journal.dot(*self.of(number), "a" * 64)
        if answer is not None:
            self.journal.reply(*self.of(number), answer)

    def succeed(self):
        """The next sender begins."""
        with open_database(self.room.settings) as database:
            return self._recover(database)

    def _recover(self, database):
        return recover(database, self.room.settings.journal_path, self.shard, self.room.now)


def test_what_the_journal_knows_is_written_down(mailroom):
    room = mailroom(4)
    dead = Dead(room)
    dead.dot(1, accepted())
    dead.dot(2)
    dead.journal.no(*dead.of(3), deferred())
    assert dead.succeed().epoch == dead.tenure.epoch + 1
    assert [room.row(number)["state"] for number in (1, 2, 3, 4)] == [
        "accepted",
        "in_doubt",
        "deferred",
        "pending",
    ]
    assert room.told() == {1}
    assert room.row(2)["doubts"] == 1
    assert room.row(2)["sha256"] == "a" * 64


def test_taking_it_up_again_changes_nothing(mailroom):
    room = mailroom(3)
    dead = Dead(room)
    dead.dot(1, accepted())
    dead.dot(2)
    dead.succeed()
    before = room.rows()
    dead.succeed()
    after = room.rows()
    for row in (*before, *after):
        del row["claim_epoch"]
    assert before == after


def test_a_doubt_that_was_settled_is_none_again_when_the_journal_is_read_anew(mailroom):
    room = mailroom(1)
    dead = Dead(room)
    dead.dot(1)
    dead.succeed()
    room.change(deliveries.update().values(state="pending"))
    room.change(folded_journals.delete())
    dead.succeed()
    assert room.states == {"pending": 1}


def test_a_sender_whose_journal_is_elsewhere_leaves_everybody_in_doubt(mailroom):
    room = mailroom(2)
    dead = Dead(room)
    shutil.rmtree(room.settings.journal_path)
    dead.succeed()
    assert room.states == {"in_doubt": 2}


def test_another_host_knows_it_all_where_journals_are_shared(mailroom, tmp_path):
    room = mailroom(3)
    if not room.settings.database_url:
        pytest.skip("hosts share a mail database on PostgreSQL only")
    dead = Dead(room)
    dead.dot(1, accepted())
    dead.dot(2)
    room.settings = replace(
        room.settings, home=str(tmp_path / "another"), journal_folder=str(room.settings.journal_path)
    )
    dead.succeed()
    assert [room.row(number)["state"] for number in (1, 2, 3)] == ["accepted", "in_doubt", "pending"]


def test_a_journal_that_is_gone_leaves_everybody_in_doubt(mailroom):
    room = mailroom(2)
    dead = Dead(room)
    dead.journal.file.path.unlink()
    dead.succeed()
    assert room.states == {"in_doubt": 2}


def test_of_whom_no_journal_tells_is_looked_for_since_the_claim_and_missed_a_minute_later(mailroom):
    room = mailroom(1)
    dead = Dead(room)
    claimed_at = room.now
    dead.journal.file.path.unlink()
    relay = Scripted(evidence=Evidence.ABSENT)
    room.now += timedelta(hours=1)
    room.send(relay)
    assert (relay.since, relay.mails, room.states) == ([claimed_at], [], {"in_doubt": 1})
    room.now += ABSENT_AFTER
    room.send(relay)
    assert (len(relay.mails), room.states) == (1, {"accepted": 1})


def test_of_whom_no_journal_tells_counts_as_sent_once_found(mailroom):
    room = mailroom(1)
    Dead(room).journal.file.path.unlink()
    relay = Scripted(evidence=Evidence.ACCEPTED)
    room.send(relay)
    assert (relay.mails, room.states) == ([], {"accepted": 1})


def test_damage_in_a_journal_leaves_whom_it_does_not_name_in_doubt(mailroom):
    room = mailroom(3)
    dead = Dead(room)
    dead.dot(1)
    dead.dot(2, accepted())
    path = dead.journal.file.path
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([b"damaged", *lines[1:]]))
    dead.succeed()
    assert [room.row(number)["state"] for number in (1, 2, 3)] == ["in_doubt", "accepted", "in_doubt"]


def test_an_answer_that_came_after_the_doubt_settles_it(mailroom):
    room = mailroom(1)
    dead = Dead(room)
    dead.dot(1)
    dead.succeed()
    dead.journal.reply(*dead.of(1), accepted())
    dead.succeed()
    assert room.row(1)["state"] == "accepted"


def test_an_older_ledger_sends_nothing_again_that_the_journals_know(mailroom):
    room = mailroom(3)
    if room.settings.database_url:
        pytest.skip("a PostgreSQL database is restored by its own tools")
    kept = room.settings.mail_path.read_bytes()
    answers = {"1": accepted(), "2": Outcome(Result.DEFERRED, Phase.DOT, 451), "3": accepted()}
    room.send(Scripted(lambda to: answers[to[0]]))
    for path in room.settings.mail_path.parent.glob("mail.sqlite*"):
        path.unlink()
    room.settings.mail_path.write_bytes(kept)
    assert room.states == {"pending": 3}
    relay = Scripted()
    room.send(relay)
    assert relay.mails == []
    assert room.states == {"accepted": 2, "deferred": 1}
    assert room.told() == {1, 3}
