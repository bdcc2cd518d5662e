"""What else happens to senders: started twice, told to stop, no relay, a full disk, an old ledger, several hosts, a
database that goes away. Nobody goes without a mail and nobody gets two."""

import errno
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from broadsheet.errors import TRY_AGAIN, BroadsheetError
from broadsheet.mail.accounts import account, get_run
from broadsheet.mail.database import open_database
from broadsheet.mail.sending import send_shard
from broadsheet.mail.states import State
from broadsheet.sample.mishaps import Mishap, Stage
from crash.mailroom import Mailroom, Relay, Tally, mailroom
from postgresql import Server

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]

UNHURRIED = Mishap(at=Stage.DOT, delay=0.01)
ONE_EACH = Tally(readers=150, most_copies=1)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Mailroom]:
    with mailroom(tmp_path, policy="verify", mishaps=(UNHURRIED,)) as room:
        yield room


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.005)


def under_way(room: Mailroom, mails: int = 20) -> None:
    """Wait until some were accepted."""
    until(lambda: len(room.relay.accepted()) >= mails)


def exit_code(settings, run_key, shard, now):
    """Send, and end as the command line would."""
    try:
        return send_shard(settings, run_key, shard, now)
    except BroadsheetError as error:
        os._exit(error.exit_code)


def test_a_second_sender_says_try_again_later_and_the_first_sends_everything(room: Mailroom) -> None:
    first = room.sender()
    under_way(room)
    assert room.sender(send=exit_code).ended() == TRY_AGAIN
    assert not first.wait().left
    assert room.tally() == ONE_EACH


def test_told_to_stop_it_finishes_what_is_under_way_and_leaves_nothing_in_doubt(room: Mailroom) -> None:
    sender = room.sender()
    under_way(room)
    assert sender.terminate() == 0
    assert sender.report is not None
    assert set(sender.report.left) == {State.PENDING}
    assert sum(sender.report.done.values()) == len(room.relay.accepted())
    room.finish()
    assert room.tally() == ONE_EACH


def test_a_relay_that_dies_and_comes_back(room: Mailroom) -> None:
    sender = room.sender()
    under_way(room)
    room.relay.kill()
    report = sender.wait()
    assert report.stopped
    attempts = report.left.get(State.DEFERRED, 0)
    assert attempts < 100, "a dead relay was tried for everybody"
    room.relay.start()
    room.finish()
    tally = room.tally()
    assert (tally.lost, tally.copies) == (0, 0)


def full_disk(settings, run_key, shard, now):
    """A sender whose journal meets a full disk after a while."""
    write, journal = os.write, str(settings.journal_path)
    room_for = iter(range(60))

    def scarce(descriptor: int, data: bytes) -> int:
        if (
            str(Path(f"/proc/self/fd/{descriptor}").readlink()).startswith(journal)
            and next(room_for, None) is None
        ):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    os.write = scarce
    return send_shard(settings, run_key, shard, now)


def test_a_full_disk_stops_it_before_the_dot(room: Mailroom) -> None:
    report = room.sender(send=full_disk).wait()
    assert report.reason or report.stopped
    assert len(room.relay.accepted()) <= 60
    with open_database(room.settings) as database, database.write() as con:
        con.exec_driver_sql("UPDATE runs SET state = 'sending', reason = NULL")
    room.finish()
    tally = room.tally()
    assert (tally.lost, tally.copies) == (0, 0)


def test_an_old_ledger_put_back_sends_nothing_again_that_the_journals_know(tmp_path: Path) -> None:
    with mailroom(tmp_path, policy="presume", mishaps=(UNHURRIED,)) as room:
        home = room.settings.home_path
        backup = tmp_path / "backup"
        backup.mkdir()
        for file in home.glob("mail.sqlite*"):
            shutil.copy(file, backup)
        sender = room.sender()
        under_way(room, 60)
        sender.kill_after(0)
        room.finish()
        for file in home.glob("mail.sqlite*"):
            file.unlink()
        for file in backup.iterdir():
            shutil.copy(file, home)
        room.finish()
        assert room.tally().copies == 0


def test_two_shards_on_two_hosts_are_each_killed_and_finished(tmp_path: Path, postgresql_url: str) -> None:
    more = {"readers": 200, "database_url": postgresql_url, "shards": 2}
    with mailroom(tmp_path, policy="verify", mishaps=(UNHURRIED,), **more) as room:
        here, there = room.settings, replace(room.settings, home=str(tmp_path / "other"))
        kills = 0
        for shard, settings in enumerate((here, there)):
            room.settings = settings
            kills += room.hunt(random.Random(shard), 3, shard)
        for shard, settings in enumerate((here, there)):
            room.settings = settings
            room.finish(shard)
        tally = room.tally(kills)
        assert tally.kills > 0
        assert (tally.readers, tally.lost, tally.copies) == (200, 0, 0)


def test_a_shard_taken_over_by_a_host_without_the_journal_is_settled_by_evidence(
    tmp_path: Path, postgresql_url: str
) -> None:
    with mailroom(tmp_path, policy="verify", mishaps=(UNHURRIED,), database_url=postgresql_url) as room:
        sender = room.sender()
        under_way(room, 60)
        sender.kill_after(0)
        room.settings = replace(room.settings, home=str(tmp_path / "other"))
        room.finish()
        tally = room.tally()
        assert (tally.lost, tally.copies) == (0, 0)
        assert tally.doubts > 0


def test_a_database_that_goes_away_in_mid_run(
    tmp_path: Path, postgresql_server: Server, postgresql_url: str
) -> None:
    with mailroom(tmp_path, policy="verify", mishaps=(UNHURRIED,), database_url=postgresql_url) as room:
        sender = room.sender(send=exit_code)
        under_way(room)
        postgresql_server.restart()
        sender.ended()
        room.finish()
        tally = room.tally()
        assert (tally.lost, tally.copies) == (0, 0)


def test_counts_that_do_not_add_up_keep_a_run_open(room: Mailroom) -> None:
    room.finish()
    with open_database(room.settings) as database, database.write() as con:
        con.exec_driver_sql("DELETE FROM deliveries WHERE address = 'reader00007@example.org'")
    from broadsheet.mail.closing import close_run

    closed = close_run(room.settings, room.run_key, room.clock)
    assert not closed.closed
    assert "missing" in closed.reason
    with open_database(room.settings) as database, database.read() as con:
        assert not account(con, get_run(con, room.run_key)).is_complete


def test_relays_are_found_on_the_port_they_had(tmp_path: Path) -> None:
    relay = Relay(tmp_path / "log", (), 0)
    relay.start()
    port = relay.port
    relay.kill()
    relay.start()
    relay.kill()
    assert relay.port == port
