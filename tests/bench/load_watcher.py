"""A day of polls every minute through the watcher's own code, at once: its memory after an hour's and after all.

Once `hub.watch.Poller` with a clock that is handed in, once the trigger itself in an event loop with Airflow's own
database behind it, each in a process of its own; and once Airflow's triggerer among all of Airflow's processes. The
hub is in this one.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil
from harness.measurement import Contender, Measurement, Unit, within

from broadsheet.hub.watch import Poller
from broadsheet.model import parse_list_id
from broadsheet.runtime import airflow_environment
from broadsheet.sample.hub import START, SampleHub
from broadsheet.services import AirflowServices
from broadsheet.settings import Settings, load_settings
from cluster.places import free_ports

HOUR, DAY = 60, 24 * 60
"""Polls."""
MOST_GROWTH = 1.1
"""What a day may need, against an hour: what the allocator leaves between things is no leak."""
REST_SECONDS = 0.1
"""Between looks at how far the triggerer has come."""
PLUGINS = Path(__file__).resolve().parents[2] / "plugins"


class Memory:
    """Notes the memory of this process, in bytes, after so many polls."""

    def __init__(self) -> None:
        self.polls = 0
        self.after: dict[int, float] = {}

    def count(self) -> None:
        """One more poll is done."""
        self.polls += 1
        if self.polls in {HOUR, DAY // 2, DAY}:
            self.after[self.polls] = resident()


def resident() -> float:
    """Bytes of memory that this process has now."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) * 1024


def poller(memory: Memory) -> None:
    """A day of polls whose clock goes on by a minute each time."""
    settings = load_settings()
    clock = [START]
    trending, validators = parse_list_id("trending"), None
    with Poller(settings, now=lambda: clock[0], sleep=lambda _: None) as watcher:
        for _ in range(DAY):
            validators = watcher.poll(trending, validators).validators
            clock[0] += timedelta(minutes=1)
            memory.count()


def trigger(memory: Memory) -> None:
    """As many polls of the trigger, with as little rest between them as the loop needs."""
    sys.path.insert(0, str(PLUGINS))
    from broadsheet_airflow.prepare import prepare
    from broadsheet_airflow.trigger import PageTrigger

    prepare()

    class State(dict[str, Any]):
        """The state of the watched asset, as Airflow keeps it."""

        async def aget(self, key: str, default: Any = None) -> Any:
            return self.get(key, default)

        async def aset(self, key: str, value: Any) -> None:
            self[key] = value
            memory.count()

    async def watch() -> None:
        watcher = PageTrigger("trending")
        watcher.asset_state_store = State()
        events = watcher.run()
        async for _ in events:
            if memory.polls >= DAY:
                break
        await events.aclose()
        await watcher.cleanup()

    asyncio.run(watch())


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """The memory of each; nothing of it depends on the form."""
    for name in ("poller", "trigger", "triggerer"):
        with SampleHub(START) as hub:
            # A minute a request, robots.txt now and then among them.
            hub.now = lambda hub=hub: START + timedelta(minutes=len(hub.log))
            settings = Settings(home=str(home / name), hub_url=hub.url)
            settings.home_path.mkdir(parents=True)
            after = triggerer(hub, settings) if name == "triggerer" else alone(name, settings)
        hour, *_, day = (Contender(f"after {polls:,} polls", (size,)) for polls, size in after.items())
        yield Measurement(
            number=None,
            title=f"Memory of the watcher ({name})",
            contenders=[day, hour],
            goals=[within(MOST_GROWTH, hour.name)],
            unit=Unit.BYTES,
        )


def alone(name: str, settings: Settings) -> dict[int, float]:
    """One of them in a process of its own."""
    environment = os.environ | airflow_environment(settings) | as_quick_as_it_gets(settings)
    done = subprocess.run(
        [sys.executable, __file__, name], env=environment, check=True, capture_output=True, text=True
    )
    said: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {int(polls): size for polls, size in said.items()}


def triggerer(hub: SampleHub, settings: Settings) -> dict[int, float]:
    """The memory of Airflow's triggerer and its children while they poll the hub."""
    after = {}
    with (
        patch.dict(os.environ, as_quick_as_it_gets(settings)),
        AirflowServices(settings, *free_ports(1)),
    ):
        (parent,) = (p for p in psutil.Process().children() if "triggerer" in p.cmdline())
        for polls in (HOUR, DAY // 2, DAY):
            while len(hub.log) < polls:
                time.sleep(REST_SECONDS)
            processes = [parent, *parent.children(recursive=True)]
            after[polls] = float(sum(process.memory_info().rss for process in processes))
    return after


def as_quick_as_it_gets(settings: Settings) -> dict[str, str]:
    """The environment of a watcher that hardly rests."""
    return {
        "BROADSHEET_HOME": settings.home,
        "BROADSHEET_HUB_URL": settings.hub_url,
        "BROADSHEET_BUDGET_REQUESTS": "1000000",
        "BROADSHEET_POLL_SECONDS": "0.001",
    }


def main(name: str) -> None:
    """One day, as `measure` asks for it."""
    memory = Memory()
    {"poller": poller, "trigger": trigger}[name](memory)
    print(json.dumps(memory.after))


if __name__ == "__main__":
    main(sys.argv[1])
