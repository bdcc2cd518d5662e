"""A warehouse grown old: what a poll, a comparison, a search and each page take with decades and very many papers."""

import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.request import urlopen

import comparing
import msgspec
from harness.measurement import Contender, Measurement, Unit
from pages import running_site
from past import BOARD, Past, write_past
from polling import pages

from broadsheet.hub.archive import Archive
from broadsheet.sample.hub import START
from broadsheet.settings import Settings
from broadsheet.warehouse.indexing import index_anew
from broadsheet.warehouse.ingest import load_archive
from broadsheet.warehouse.publish import publish
from broadsheet.warehouse.store import open_to_write, open_writer

OBSERVATIONS, MORE_OBSERVATIONS = 5_000_000, 100_000_000
"""A paper for each hundred of them."""
POLLS = 5
ROUNDS = 3
A_MORNING = "2026-10-20T09:00"


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """All of it, on one warehouse."""
    observations = MORE_OBSERVATIONS if full else OBSERVATIONS
    settings = Settings(home=str(home), web_requests_per_minute=0, secret_key="load")
    began = time.perf_counter()
    with open_writer(settings) as con:
        past = write_past(con, observations, START)
        written = time.perf_counter()
        con.execute("BEGIN")
        index_anew(con)
        con.execute("COMMIT")
        indexed = time.perf_counter()
        con.execute("UPDATE warehouse_info SET next_seq = (SELECT max(seq) + 1 FROM changes)")
        papers = past.papers
    behind = f"{observations:,} observations and {papers:,} papers behind it"
    yield _alone(f"The words of {papers:,} papers, indexed from nothing", [indexed - written])
    yield _alone(f"A past of {observations:,} observations, made up by SQL", [written - began])
    yield _alone(f"A poll with {behind}", _polls(settings))
    with open_to_write(settings.warehouse_path) as con:
        yield comparing.measure(con, Past(con, observations // BOARD, START))
    yield _alone("Publishing it", [_seconds(lambda: publish(settings))])
    size = float(settings.warehouse_path.stat().st_size)
    yield Measurement(
        number=None, title="Its file", contenders=[Contender("warehouse.duckdb", (size,))], unit=Unit.BYTES
    )
    yield _pages(settings, papers, behind)
    shutil.rmtree(settings.published_path.parent)


def _polls(settings: Settings) -> list[float]:
    """Open, parse, load, compare, close, for each of some pages that move."""
    archive = Archive(settings.archive_location)
    found = []
    for captures in pages(POLLS + 1):
        archive.append(captures)
        began = time.perf_counter()
        with open_writer(settings) as con:
            load_archive(con, settings)
        found.append(time.perf_counter() - began)
    return found[1:]


def _pages(settings: Settings, papers: int, behind: str) -> Measurement:
    """What a visitor waits for each page, nothing being cached: no address is asked for twice."""
    with running_site(settings) as site:
        front = msgspec.json.decode(_get(f"{site}/api/v1/lists/trending"))
        paper = front["entries"][0]["paper_id"]
        addresses: dict[str, Callable[[int], str]] = {
            "the front page": lambda turn: f"/?again={turn}",
            "a paper": lambda turn: f"/papers/{paper}?again={turn}",
            "its BibTeX": lambda turn: f"/papers/{paper}.bib?again={turn}",
            "the list as of a morning": lambda turn: f"/lists/trending?at={A_MORNING[:-1]}{turn}",
            "what rises": lambda turn: f"/trends?again={turn}",
            "what changed": lambda turn: f"/changes?again={turn}",
            "what was new on a day": lambda turn: f"/editions/trending/{A_MORNING[:-6]}?again={turn}",
            "the archive of editions": lambda turn: f"/editions?again={turn}",
            "how everything stands": lambda turn: f"/status?again={turn}",
            "the feed": lambda turn: f"/feeds/trending.atom?again={turn}",
            "a search for two words": lambda turn: f"/search?q=denloka+kausto{turn}",
            "the API's papers": lambda turn: f"/api/v1/papers?since=2026-10-0{1 + turn}",
            "the API's list": lambda turn: f"/api/v1/lists/trending?at={A_MORNING[:-1]}{turn}:00Z",
        }
        contenders = []
        for name, address in addresses.items():
            asked = map(address, range(ROUNDS))
            contenders.append(Contender(name, tuple(_seconds(partial(_get, site + each)) for each in asked)))
    return Measurement(number=None, title=f"A page, {behind}", contenders=contenders)


def _get(address: str) -> bytes:
    with urlopen(address) as answer:
        return bytes(answer.read())


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _alone(title: str, seconds: list[float]) -> Measurement:
    return Measurement(number=None, title=title, contenders=[Contender("Broadsheet", tuple(seconds))])
