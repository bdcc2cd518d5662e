"""The senders' journal."""

import errno
import os
import resource
import subprocess
import sys
import threading
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.mail.journal import (
    Attempt,
    Journal,
    JournalError,
    Kind,
    Record,
    journal_id,
    journals,
    read_journal,
    remove_old,
)
from broadsheet.mail.transport import Outcome, Phase, Result

RUN = "2026-11-20T07:00Z"
NOW = datetime(2026, 11, 20, 7, 0, 1, 234567, tzinfo=UTC)
ONE, TWO = "1" * 32, "2" * 32
SHA = "ab" * 32
TAKEN = Outcome(Result.ACCEPTED, Phase.DOT, 250, "2.0.0", "2.0.0 Ok: queued as 4F8", "4F8")
LATER = Outcome(Result.DEFERRED, Phase.RCPT, 450, "4.2.0", 'odd "quotes", ünïcode\nand a line break')


def opened(folder, epoch=1, shard=0):
    return Journal(folder, RUN, shard, epoch, now=lambda: NOW)


def written(folder):
    """A journal with one record of each kind."""
    with opened(folder) as journal:
        journal.dot(ONE, 1, SHA)
        journal.reply(ONE, 1, TAKEN)
        journal.no(TWO, 3, LATER)
    return journal.file.path


def test_what_was_noted_is_read_back(tmp_path):
    path = written(tmp_path)
    replay = read_journal(path)
    assert replay.records == (
        Record(Kind.DOT, ONE, 1, NOW, sha256=SHA),
        Record(Kind.REPLY, ONE, 1, NOW, outcome=TAKEN),
        Record(Kind.NO, TWO, 3, NOW, outcome=LATER),
    )
    assert (replay.size, replay.damaged) == (path.stat().st_size, 0)


def test_it_is_text_that_a_person_can_read(tmp_path):
    first, *_ = written(tmp_path).read_text().splitlines()
    body = f"D {ONE} 1 2026-11-20T07:00:01.234567+00:00 {SHA}"
    assert first == f"{body} {zlib.crc32(body.encode()):08x}"


def test_what_each_attempt_came_to(tmp_path):
    with opened(tmp_path) as journal:
        journal.no(ONE, 1, LATER)
        journal.dot(ONE, 2, SHA)
        journal.dot(TWO, 1, SHA)
        journal.reply(ONE, 2, TAKEN)
    assert read_journal(journal.file.path).attempts() == {
        (ONE, 1): Attempt(LATER),
        (ONE, 2): Attempt(TAKEN, NOW, SHA),
        (TWO, 1): Attempt(Outcome(Result.IN_DOUBT, Phase.DOT), NOW, SHA),
    }


def test_reading_goes_on_where_it_stopped(tmp_path):
    with opened(tmp_path) as journal:
        journal.dot(ONE, 1, SHA)
        first = read_journal(journal.file.path)
        journal.reply(ONE, 1, TAKEN)
        second = read_journal(journal.file.path, first.size)
    assert [record.kind for record in second.records] == [Kind.REPLY]
    assert second.size == journal.file.path.stat().st_size
    assert read_journal(journal.file.path, second.size).records == ()


_outcomes = st.builds(
    Outcome,
    st.sampled_from(Result),
    st.sampled_from(Phase),
    st.none() | st.integers(200, 599),
    st.none() | st.just("5.1.1"),
    st.text(max_size=40),
    st.none() | st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12),
)
_steps = st.lists(
    st.tuples(st.sampled_from("DRX"), st.integers(0, 3), st.integers(1, 9), _outcomes), max_size=8
)


def note(journal, steps):
    for kind, identity, attempt, outcome in steps:
        match kind:
            case "D":
                journal.dot(f"{identity:032x}", attempt, SHA)
            case "R":
                journal.reply(f"{identity:032x}", attempt, outcome)
            case "X":
                journal.no(f"{identity:032x}", attempt, outcome)


@settings(max_examples=40, deadline=None)
@given(_steps, st.data())
def test_any_part_from_the_beginning_reads_as_the_first_records(tmp_path_factory, steps, data):
    folder = tmp_path_factory.mktemp("journal")
    with opened(folder) as journal:
        note(journal, steps)
    whole = journal.file.path.read_bytes()
    records = read_journal(journal.file.path).records
    assert len(records) == len(steps)
    cut = data.draw(st.integers(0, len(whole)))
    journal.file.path.write_bytes(whole[:cut])
    replay = read_journal(journal.file.path)
    assert replay.records == records[: whole[:cut].count(b"\n")]
    assert replay.damaged == 0
    assert replay.size <= cut
    journal.file.path.write_bytes(whole[: replay.size])
    assert read_journal(journal.file.path).records == replay.records


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_is_noticed(tmp_path_factory, data):
    path = written(tmp_path_factory.mktemp("journal"))
    whole, records = path.read_bytes(), read_journal(path).records
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    path.write_bytes(whole[:place] + bytes([other]) + whole[place + 1 :])
    replay = read_journal(path)
    assert set(replay.records) < set(records)
    assert replay.damaged or replay.records == records[: len(replay.records)]
    # Who reads on later meets the same records.
    assert read_journal(path, replay.size).records == ()


def test_a_damaged_line_before_good_ones_is_told(tmp_path):
    path = written(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0].replace(b"D", b"E", 1) + lines[1] + lines[2])
    replay = read_journal(path)
    assert [record.kind for record in replay.records] == [Kind.REPLY, Kind.NO]
    assert replay.damaged == 1


def test_zeros_at_the_end_as_after_a_power_cut_are_left_out(tmp_path):
    path = written(tmp_path)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"\0" * 4096)
    replay = read_journal(path)
    assert (len(replay.records), replay.size, replay.damaged) == (3, size, 0)


def test_each_epoch_has_a_file_of_its_own(tmp_path):
    for epoch in (1, 2, 10):
        opened(tmp_path, epoch).close()
    opened(tmp_path, 3, shard=1).close()
    assert [file.epoch for file in journals(tmp_path, RUN, 0)] == [1, 2, 10]
    assert [file.name for file in journals(tmp_path, RUN, 1)] == ["2026-11-20T07-00Z/1/3.log"]
    assert journals(tmp_path, "2026-11-20T07:15Z", 0) == ()
    assert all(file.path.stat().st_mode & 0o777 == 0o600 for file in journals(tmp_path, RUN, 0))


def test_an_epoch_that_another_sender_had_is_refused(tmp_path):
    opened(tmp_path).close()
    with pytest.raises(JournalError, match=r"1\.log cannot be made"):
        opened(tmp_path)


def test_the_dot_is_on_the_disk_when_it_is_noted(tmp_path, monkeypatch):
    synced = []
    real = os.fdatasync
    with opened(tmp_path) as journal:
        path = journal.file.path
        monkeypatch.setattr(
            os, "fdatasync", lambda fd: synced.append(path.read_bytes().count(b"\n")) or real(fd)
        )
        journal.dot(ONE, 1, SHA)
        assert synced == [1]
        journal.reply(ONE, 1, TAKEN)
        assert synced == [1]
        journal.dot(TWO, 1, SHA)
        assert synced == [1, 3]


def test_threads_that_come_at_once_share_a_flush(tmp_path, monkeypatch):
    """While the first is being flushed, the others write; one more flush takes all of them along."""
    others, flushes = 7, []
    written_all = threading.Barrier(others + 1)
    real = os.fdatasync

    def slow(descriptor):
        flushes.append(descriptor)
        if len(flushes) == 1:
            written_all.wait(30)
            while journal.file.path.read_bytes().count(b"\n") < others + 1:
                pass
        real(descriptor)

    monkeypatch.setattr(os, "fdatasync", slow)

    def follow(number):
        written_all.wait(30)
        journal.dot(f"{number:032x}", 1, SHA)

    with opened(tmp_path) as journal:
        threads = [threading.Thread(target=follow, args=(number,)) for number in range(others)]
        for thread in threads:
            thread.start()
        journal.dot(ONE, 1, SHA)
        for thread in threads:
            thread.join()
    assert len(flushes) == 2
    assert len(read_journal(journal.file.path).records) == others + 1


def test_lines_of_many_threads_stay_whole(tmp_path):
    def work(number):
        for attempt in range(50):
            journal.dot(f"{number:032x}", attempt, SHA)
            journal.reply(f"{number:032x}", attempt, TAKEN)

    with opened(tmp_path) as journal:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    attempts = read_journal(journal.file.path).attempts()
    assert len(attempts) == 400
    assert {attempt.outcome for attempt in attempts.values()} == {TAKEN}


def test_after_a_failed_flush_nothing_is_noted_any_more(tmp_path, monkeypatch):
    """The kernel reports it once, and forgets what was lost."""

    def broken(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    with opened(tmp_path) as journal:
        monkeypatch.setattr(os, "fdatasync", broken)
        with pytest.raises(JournalError, match="Input/output error; nothing more is sent"):
            journal.dot(ONE, 1, SHA)
        monkeypatch.undo()
        with pytest.raises(JournalError):
            journal.dot(TWO, 1, SHA)
        with pytest.raises(JournalError):
            journal.reply(ONE, 1, TAKEN)


FULL = """
from pathlib import Path
import sys
from broadsheet.mail.journal import Journal, JournalError

with Journal(Path(sys.argv[1]), "2026-11-20T07:00Z", 0, 1) as journal:
    for number in range(1000):
        try:
            journal.dot(f"{number:032x}", 1, "ab" * 32)
        except JournalError as error:
            print(number, error)
            break
"""


def fill(folder, limit=None):
    """How many dots a fresh process could note in a folder, and what it was told then."""

    def limited():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-c", FULL, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=limited,
    )
    number, _, message = done.stdout.partition(" ")
    return int(number), message


def test_a_file_that_may_not_grow_ends_the_sending(tmp_path):
    noted, message = fill(tmp_path, 1000)
    assert "nothing more is sent" in message
    (file,) = journals(tmp_path, RUN, 0)
    assert len(read_journal(file.path).records) == noted == 1000 // 150


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small file system")
def test_a_full_disk_ends_the_sending(tmp_path):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", tmp_path], check=True)
    try:
        noted, message = fill(tmp_path)
        (file,) = journals(tmp_path, RUN, 0)
        assert len(read_journal(file.path).records) == noted > 100
        assert "nothing more is sent" in message
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_what_comes_after_the_end_is_refused(tmp_path):
    with opened(tmp_path) as journal:
        journal.dot(ONE, 1, SHA)
    with pytest.raises(JournalError, match="it is closed"):
        journal.reply(ONE, 1, TAKEN)
    with pytest.raises(JournalError, match="it is closed"):
        journal.dot(TWO, 1, SHA)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "journal").write_text("a file")
    with pytest.raises(JournalError, match="cannot be made"):
        opened(tmp_path / "journal")
    with pytest.raises(JournalError, match="cannot be used"):
        journal_id(tmp_path / "journal")
    with pytest.raises(JournalError, match="cannot be read"):
        read_journal(tmp_path / "none.log")


def test_a_folder_has_a_name_of_its_own(tmp_path):
    name = journal_id(tmp_path / "a")
    assert name == journal_id(tmp_path / "a")
    assert name != journal_id(tmp_path / "b")
    assert len(name) == 32


def test_old_files_of_finished_runs_are_removed(tmp_path):
    def age(run, days):
        with Journal(tmp_path, run, 0, 1) as journal:
            pass
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(journal.file.path, (at, at))
        return journal.file.path

    old, young, still_open = (
        age("2026-10-01T07:00Z", 31),
        age("2026-11-01T07:00Z", 29),
        age("letter:17:1", 60),
    )
    assert remove_old(tmp_path, ["letter:17:1"], NOW) == 1
    assert (old.exists(), young.exists(), still_open.exists()) == (False, True, True)
    assert not old.parent.parent.exists()
    assert remove_old(tmp_path / "none", [], NOW) == 0
