"""Contenders side by side: equal results first, then the best of interleaved rounds."""

import gc
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROUNDS = 9


def contest(contenders: Mapping[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds of each contender's best round. They take turns, so that a busy machine is busy for all.

    Raises:
        AssertionError: two contenders do not give the same result.
    """
    results = {name: run() for name, run in contenders.items()}
    first, *others = results.items()
    for name, result in others:
        assert result == first[1], f"{name} does not say what {first[0]} says"
    best = dict.fromkeys(contenders, float("inf"))
    gc.disable()
    try:
        for _ in range(rounds):
            for name, run in contenders.items():
                began = time.perf_counter()
                run()
                best[name] = min(best[name], time.perf_counter() - began)
    finally:
        gc.enable()
    return best


def show(title: str, best: Mapping[str, float]) -> None:
    """Print milliseconds and how many times the first contender's each one takes."""
    print(f"\n{title}")
    (_, ours), *_ = best.items()
    for name, seconds in best.items():
        print(f"  {name:<44} {seconds * 1000:>10.3f} ms {seconds / ours:>8.1f} ×")


def peak_megabytes() -> float:
    """The most memory that this process has had; getrusage's figure is no less than that of who started it."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024
