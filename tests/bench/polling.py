"""One poll with little and with much history behind it: its time, what it writes, how it compares, what is kept."""

import shutil
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import comparing
import storing
import upserting
from harness.measurement import Contender, Measurement, Unit, below, within
from past import BOARD, Past, tables, write_past

from broadsheet.hub.archive import Archive
from broadsheet.hub.client import HubClient
from broadsheet.model import Capture, ListId, ListKind
from broadsheet.sample.hub import START, SampleHub
from broadsheet.settings import Settings
from broadsheet.warehouse.ingest import load_archive
from broadsheet.warehouse.store import open_to_write, open_writer

TRENDING = ListId(ListKind.TRENDING)
LITTLE, MUCH, MOST = 100_000, 5_000_000, 100_000_000
"""Observations; the most is 53 years of polls every 14 minutes."""
TEN_YEARS = 17_500_000
USUAL = 1_000_000
"""Observations behind the usual design: more would take minutes to index."""
BETWEEN = timedelta(minutes=45)
ROUNDS = 9


class Figures(NamedTuple):
    """Seconds, and bytes handed to the kernel."""

    seconds: float
    written: int


class Desk:
    """A warehouse with a past, and an archive that gets the same answers as all others."""

    def __init__(self, home: Path, observations: int) -> None:
        self.settings = Settings(home=str(home))
        self.observations = observations
        self.archive = Archive(self.settings.archive_location)
        with open_writer(self.settings) as con:
            write_past(con, observations, START)

    def poll(self) -> Figures:
        """Open, parse and load what came, compare, close."""
        with Gauge() as gauge, open_writer(self.settings) as con:
            load_archive(con, self.settings)
        return gauge.figures

    def touch(self) -> Figures:
        """The least that a writer can do: open, insert one row, close."""
        with Gauge() as gauge, open_to_write(self.settings.warehouse_path) as con:
            con.execute(f"INSERT INTO {self._notes} VALUES (0, 'touched')")
        return gauge.figures

    def ready(self) -> None:
        """Learn where rows are appended."""
        with open_to_write(self.settings.warehouse_path) as con:
            self._notes = tables(con)["quality"]


class Gauge:
    """Measures a block."""

    def __enter__(self) -> "Gauge":
        self._written, self._began = written(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        seconds = time.perf_counter() - self._began
        self.figures = Figures(seconds, written() - self._written)


def written() -> int:
    """Bytes that this process has handed to the kernel."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["wchar"])


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """Polls of a page that moves, with little and with much behind them, beside the usual design."""
    sizes = [LITTLE, MOST if full else MUCH]
    desks = [Desk(home / str(size), size) for size in sizes]
    usual = {size: home / f"usual_{size}.duckdb" for size in (LITTLE, USUAL)}
    for size, path in usual.items():
        source = Desk(home / f"past_{size}", size)
        upserting.copy_past(source.settings.warehouse_path, path)
        shutil.rmtree(source.settings.home_path)
    found = take_turns(desks, usual)
    yield times(found, sizes)
    yield bytes_written(found, sizes)
    much = desks[-1]
    if full:
        shutil.rmtree(much.settings.home_path)
        much = Desk(home / "ten_years", TEN_YEARS)
    with open_to_write(much.settings.warehouse_path) as con:
        yield comparing.measure(con, Past(con, much.observations // BOARD, START))
    yield storing.measure(much.settings.warehouse_path, home, much.observations)


def take_turns(desks: Sequence[Desk], usual: dict[int, Path]) -> dict[str, list[Figures]]:
    """The figures of each contender, round by round; in each round all of them get the same new page."""
    found: dict[str, list[Figures]] = defaultdict(list)
    for desk in desks:
        desk.ready()
    for turn, captures in enumerate(pages(ROUNDS + 1)):
        for desk in desks:
            desk.archive.append(captures)
            found[f"poll {desk.observations}"].append(desk.poll())
            found[f"touch {desk.observations}"].append(desk.touch())
        for size, path in usual.items():
            with Gauge() as gauge:
                upserting.poll(path, captures[-1].body, turn + 1, turn)
            found[f"usual {size}"].append(gauge.figures)
    # The first page is compared with nothing.
    return {name: figures[1:] for name, figures in found.items()}


def pages(count: int) -> Iterator[tuple[Capture, ...]]:
    """Answers of the sample hub, each with another page than the one before."""
    with SampleHub(START) as hub:
        settings = Settings(hub_url=hub.url, budget_requests=100_000)
        with HubClient(settings, now=lambda: hub.now, sleep=time.sleep) as client:
            last = b""
            while count:
                captures = tuple(client.fetch(TRENDING))
                hub.now += BETWEEN
                if captures[-1].body and captures[-1].body != last:
                    last = captures[-1].body
                    count -= 1
                    yield captures


def times(found: dict[str, list[Figures]], sizes: Sequence[int]) -> Measurement:
    """Number 3."""
    little, much = (f"with {size:,} observations behind it" for size in sizes)
    touched, usual = f"null cycle: open, insert one row, close, {sizes[1]:,}", "upserts row by row"

    def seconds(title: str, name: str) -> Contender:
        return Contender(title, tuple(each.seconds for each in found[name]))

    return Measurement(
        number=3,
        title="One poll: open, parse, load, compare, close",
        contenders=[
            seconds(much, f"poll {sizes[1]}"),
            seconds(little, f"poll {sizes[0]}"),
            seconds(touched, f"touch {sizes[1]}"),
            seconds(f"null cycle, {sizes[0]:,}", f"touch {sizes[0]}"),
            *(seconds(f"{usual}, {size:,}", f"usual {size}") for size in (LITTLE, USUAL)),
        ],
        goals=[within(1.5, little), within(1.6, touched)],
        note="The upserts: primary keys, ON CONFLICT, html.parser over the whole page, differences by SQL.",
    )


def bytes_written(found: dict[str, list[Figures]], sizes: Sequence[int]) -> Measurement:
    """Number 4."""

    def size_of(title: str, name: str) -> Contender:
        return Contender(title, tuple(float(each.written) for each in found[name]))

    most = Contender(
        f"the most of one poll, {sizes[1]:,} observations behind it",
        (float(max(each.written for each in found[f"poll {sizes[1]}"])),),
    )
    return Measurement(
        number=4,
        title="Bytes written by one poll, as the kernel counts them",
        contenders=[
            size_of(f"with {sizes[1]:,} observations behind it", f"poll {sizes[1]}"),
            most,
            size_of(f"with {sizes[0]:,} observations behind it", f"poll {sizes[0]}"),
            size_of("null cycle: open, insert one row, close", f"touch {sizes[1]}"),
            *(size_of(f"upserts row by row, {size:,}", f"usual {size}") for size in (LITTLE, USUAL)),
        ],
        goals=[below(1.2e6, of=most.name)],
        unit=Unit.BYTES,
        note="Without the publication, which copies the file of the open months.",
    )
