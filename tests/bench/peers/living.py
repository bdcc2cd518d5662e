"""Sixty days of one program: run it daily, kill it where the script says so, judge what it told."""

from collections.abc import Callable
from pathlib import Path

from bench.peers.postbox import Postbox
from bench.peers.press import Press
from bench.peers.script import Day, Event, history
from bench.peers.verdicts import Cell, Told, judge
from bench.peers.watching import Place, Watcher


def live_through(
    folder: Path, made: Callable[[Place], Watcher], day_done: Callable[[], object] = lambda: None
) -> tuple[Watcher, list[Cell]]:
    """Set the program up in that empty folder, and give it with a cell for each event.

    Raises:
        RuntimeError: it was to be killed, and never was.
    """
    home = folder / "home"
    home.mkdir()
    told: list[Told] = []
    with Press() as press, Postbox(folder / "inbox") as postbox:
        watcher = made(Place(home, press, postbox))
        watcher.prepare()
        kills = 0
        try:
            for day in history():
                press.day = day
                for number in range(day.step.runs):
                    postbox.set_trap(day.step.killed_at if number == 0 else None)
                    told.append(Told(day, watcher.run(day)))
                    kills += postbox.killed
                day_done()
        finally:
            watcher.close()
    if not kills:
        raise RuntimeError(f"{watcher.name} was to be killed and never was")
    return watcher, [judge(event, _of(event, told), watcher.readers) for event in Event]


def _of(event: Event, told: list[Told]) -> list[Told]:
    """What was told on the days of ``event``; whatever is told at first sight is no news."""
    return [each for each in told if each.day.step.event is event and each.day != _first()]


def _first() -> Day:
    return history()[0]
