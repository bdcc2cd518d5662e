"""What threads put down, and who fetches it."""

import threading
import time

import pytest

from broadsheet.mail.tray import Tray


def test_all_of_it_is_taken_once():
    tray = Tray()
    for number in range(5):
        tray.put(number)
    assert tray.take(0, 3) == [0, 1, 2, 3, 4]
    assert tray.take(0, 1) == []


def test_whoever_takes_waits_until_there_is_enough():
    tray = Tray()
    threads = [threading.Thread(target=tray.put, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    assert sorted(tray.take(60, 20)) == list(range(20))


def test_whoever_takes_waits_no_longer_than_it_wants_to():
    tray = Tray()
    tray.put(1)
    began = time.monotonic()
    assert tray.take(0.05, 2) == [1]
    assert 0.05 <= time.monotonic() - began < 30


def test_what_a_thread_failed_with_is_raised_at_once_and_again():
    tray = Tray()
    thread = threading.Thread(target=tray.fail, args=(OSError("gone"),))
    thread.start()
    for _ in range(2):
        with pytest.raises(OSError, match="gone"):
            tray.take(60, 1)
