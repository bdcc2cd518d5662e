"""Contenders side by side: equal results first, then interleaved rounds, each of them kept."""

import gc
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .measurement import Contender

ROUNDS = 9


def contest(contenders: Mapping[str, Callable[[], Any]], rounds: int = ROUNDS) -> list[Contender]:
    """Seconds of each contender in each round; the first one named is ours.

    Raises:
        AssertionError: two contenders do not give the same result.
    """
    results = {name: run() for name, run in contenders.items()}
    first, *others = results.items()
    for name, result in others:
        assert result == first[1], f"{name} does not say what {first[0]} says"
    return take_turns({name: _seconds_of(run) for name, run in contenders.items()}, rounds)


def take_turns(contenders: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> list[Contender]:
    """What each contender says of itself in each round.

    They take turns: a busy machine is busy for all. Every other round goes the other way, so that nobody always comes
    behind the one that leaves the processor's caches full of other things.
    """
    found: dict[str, list[float]] = {name: [] for name in contenders}
    gc.disable()
    try:
        for turn in range(rounds):
            for name in list(contenders)[:: -1 if turn % 2 else 1]:
                found[name].append(contenders[name]())
    finally:
        gc.enable()
    return [Contender(name, tuple(figures)) for name, figures in found.items()]


def _seconds_of(run: Callable[[], Any]) -> Callable[[], float]:
    def timed() -> float:
        began = time.perf_counter()
        run()
        return time.perf_counter() - began

    return timed


def peak_megabytes() -> float:
    """The most memory that this process has had; getrusage's figure is no less than that of who started it."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024
