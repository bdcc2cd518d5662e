"""One writer at a time, and a clear word to the others."""

import multiprocessing
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from broadsheet.errors import TRY_AGAIN
from broadsheet.warehouse.lock import LockedError, writer_lock


def hold(database: Path, held: Event, free: Event) -> None:
    with writer_lock(database, 1):
        held.set()
        free.wait(30)


def test_a_second_writer_is_told_who_writes_and_what_to_do(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    held, free = fork.Event(), fork.Event()
    other = fork.Process(target=hold, args=(tmp_path / "w.duckdb", held, free))
    other.start()
    assert held.wait(30)
    with (
        pytest.raises(LockedError, match=f"process {other.pid} .*lock_timeout_seconds") as caught,
        writer_lock(tmp_path / "w.duckdb", 0.1),
    ):
        pass
    assert caught.value.exit_code == TRY_AGAIN
    free.set()
    other.join(30)


def test_a_writer_waits_for_the_one_before_it(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    held, free = fork.Event(), fork.Event()
    other = fork.Process(target=hold, args=(tmp_path / "w.duckdb", held, free))
    other.start()
    assert held.wait(30)
    free.set()
    with writer_lock(tmp_path / "w.duckdb", 30):
        pass
    other.join(30)


def test_a_killed_writer_leaves_no_lock(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    held, free = fork.Event(), fork.Event()
    other = fork.Process(target=hold, args=(tmp_path / "w.duckdb", held, free))
    other.start()
    assert held.wait(30)
    other.kill()
    other.join(30)
    with writer_lock(tmp_path / "w.duckdb", 1):
        pass
