"""`make peers`: the scripted sixty days through Broadsheet and through other programs that watch a list.

Each program really runs, in an environment of its own; what it made of each event is worked out from what it told.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import distributions
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bench.peers.changedetection import ChangeDetection
from bench.peers.git_history import GitHistory
from bench.peers.living import live_through
from bench.peers.ours import Broadsheet
from bench.peers.page import write_page
from bench.peers.rss2email import Rss2Email
from bench.peers.script import DAYS
from bench.peers.table import Results, Row, show
from bench.peers.urlwatch import UrlWatch
from bench.peers.watching import Place, Watcher
from broadsheet import __version__

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
INSTALLED = ROOT / ".venv-peers"
AT_ONCE = 2
MEMORY = Path("/dev/shm")
"""A folder that syncs at once, where there is one: behaviour is looked at here, not time."""


class Contestant(NamedTuple):
    """A program: its package, None for this one; how it is set up in a place; what else it needs on the machine."""

    package: str | None
    made: Callable[..., Watcher]
    needs: tuple[str, ...] = ()

    def watcher(self, place: Place) -> Watcher:
        """The program in ``place``, with the folder of its own programs where it has one."""
        programs = () if self.package is None else (INSTALLED / self.package / "bin",)
        return self.made(place, *programs)

    def version(self) -> str:
        """The installed one. Raises LookupError where it, or what it needs, is missing."""
        if missing := [program for program in self.needs if shutil.which(program) is None]:
            raise LookupError(f"{self.package} is run with {' and '.join(missing)}: apt-get install them")
        if self.package is None:
            return __version__
        for folder in (INSTALLED / self.package / "lib").glob("python*/site-packages"):
            for found in distributions(name=self.package, path=[str(folder)]):
                return found.version
        raise LookupError(f"{self.package} is not installed in {INSTALLED}: run `make peers`")


CONTESTANTS = {
    "broadsheet": Contestant(None, Broadsheet),
    "rss2email": Contestant("rss2email", Rss2Email),
    "changedetection": Contestant("changedetection.io", partial(ChangeDetection, is_sorted=False)),
    "changedetection-sorted": Contestant("changedetection.io", partial(ChangeDetection, is_sorted=True)),
    "urlwatch": Contestant("urlwatch", partial(UrlWatch, is_sorted=False)),
    "urlwatch-sorted": Contestant("urlwatch", partial(UrlWatch, is_sorted=True)),
    "git-history": Contestant("git-history", GitHistory, needs=("git", "curl", "jq")),
}


def main() -> None:
    """Run all, print the table, and write docs/peers.md and the raw results beside it."""
    options = argparse.ArgumentParser(prog="make peers", description=__doc__)
    options.add_argument(
        "--only", metavar="NAME[,NAME]", help=f"some of {', '.join(CONTESTANTS)}; nothing is written"
    )
    options.add_argument("--docs", type=Path, default=DOCS, metavar="DIR", help="where peers.md is written")
    chosen = options.parse_args()
    names = chosen.only.split(",") if chosen.only else list(CONTESTANTS)
    if unknown := sorted(set(names) - CONTESTANTS.keys()):
        options.error(f"no program {', '.join(unknown)}; there are {', '.join(CONTESTANTS)}")
    try:
        versions = {name: CONTESTANTS[name].version() for name in names}
    except LookupError as error:
        options.error(str(error))
    console = Console(highlight=False)
    began = time.monotonic()
    rows = list(run(console, versions))
    show(console, rows)
    console.print(f"{(time.monotonic() - began) / 60:.1f} minutes")
    if not chosen.only:
        write_page(chosen.docs, Results(ran_on=datetime.now(UTC).date(), rows=rows))
        console.print(f"Written: {chosen.docs / 'peers.md'}")
    sys.exit(0 if all(row.is_faultless for row in rows if row.name == Broadsheet.name) else 1)


def run(console: Console, versions: Mapping[str, str]) -> Iterator[Row]:
    """The rows of these programs, by name and version, some of them at a time."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(AT_ONCE) as pool:
        tasks = {name: progress.add_task(name, total=DAYS, start=False) for name in versions}
        days_done = {name: partial(_day_done, progress, task) for name, task in tasks.items()}
        yield from pool.map(lambda name: _row(CONTESTANTS[name], versions[name], days_done[name]), versions)


def _row(contestant: Contestant, version: str, day_done: Callable[[], None]) -> Row:
    with tempfile.TemporaryDirectory(prefix="peers-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
        watcher, cells = live_through(Path(folder), contestant.watcher, day_done)
    return Row(name=watcher.name, version=version, setup=watcher.setup, cells=cells)


def _day_done(progress: Progress, task: TaskID) -> None:
    progress.start_task(task)
    progress.advance(task)


if __name__ == "__main__":
    main()
