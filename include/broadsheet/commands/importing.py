"""`broadsheet import`: captures that others made, or that this made elsewhere."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec

from broadsheet import settings as configuration
from broadsheet.commands.arguments import AsJson, read_list, read_time
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.outcomes import verdicts
from broadsheet.commands.output import Column, emit, emit_json, table
from broadsheet.commands.progress import progress_bar
from broadsheet.errors import UsageError
from broadsheet.model import Capture, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from broadsheet.settings import Settings
    from broadsheet.warehouse.load import Outcome

BATCH = 100
BEYOND_DOUBT = frozenset({Verdict.OK, Verdict.UNCHANGED, Verdict.EMPTY})
REASONS_SHOWN = 5
GROWTH = ("snapshots", "papers", "observations", "changes")


class ImportReport(msgspec.Struct, kw_only=True):
    """What became of every capture that was read: ``read`` = ``known`` + ``pages`` + the sum of ``verdicts``.

    ``known`` were in the warehouse already or stood twice in what was given; ``pages`` are follow-up pages, which
    are judged with their first page; ``added`` is by how much the warehouse grew meanwhile, whoever loaded it.
    """

    read: int
    known: int
    pages: int
    verdicts: dict[str, int]
    added: dict[str, int]
    seconds: float


def import_captures(
    paths: Annotated[list[Path], Argument(help="Files and folders.", metavar="PATH…")],
    list_name: Annotated[
        str | None, Option("--list", help="The list they show, where they do not say so themselves.")
    ] = None,
    captured_at: Annotated[
        str | None, Option(help="When they were taken (UTC), where they do not say so.", metavar="T")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Load captures: HTML, API JSON, text, WARC, JSON lines; plain or gzipped. Importing again adds nothing.

    They are kept in the archive first, with their own time, then judged and put in their place in history.

    JSON: {read, known, pages, verdicts, added, seconds}; read = known + pages + the sum of verdicts.
    """
    settings = configuration.load_settings()
    now = configuration.now(settings)
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path} does not exist")
    from broadsheet.hub.foreign import read_captures

    asked = read_list(list_name) if list_name else None
    moment = read_time(captured_at, now) if captured_at else None
    captures = (capture for path in paths for capture in read_captures(path, asked, moment))
    report, outcomes = _import(settings, captures)
    if not report.read:
        raise UsageError(f"there is no capture in {', '.join(map(str, paths))}")
    if as_json:
        emit_json(report)
    else:
        emit(_in_words(report) + _doubts_in_words(outcomes))


class _Archived(NamedTuple):
    """What of the captures read went into the archive, by capture_id, and how many were known."""

    new: list[int]
    known: int


def _import(settings: "Settings", captures: Iterable[Capture]) -> "tuple[ImportReport, list[Outcome]]":
    from broadsheet.warehouse.ingest import ingest

    began = time.monotonic()
    # What an import before this one archived, but was killed before it could load, is known after this.
    ingest(settings)
    before = _totals(settings)
    archived = _archive(settings, captures)
    with progress_bar("Loading") as advance:
        ingest(settings, lambda done: advance(done, len(archived.new)))
    outcomes = _outcomes(settings, archived.new)
    after = _totals(settings)
    report = ImportReport(
        read=len(archived.new) + archived.known,
        known=archived.known,
        pages=len(archived.new) - len(outcomes),
        verdicts=verdicts(outcomes),
        added={name: after[name] - before[name] for name in GROWTH},
        seconds=round(time.monotonic() - began, 3),
    )
    return report, outcomes


def _archive(settings: "Settings", captures: Iterable[Capture]) -> _Archived:
    """Put what is new into the archive."""
    from broadsheet.hub.archive import Archive

    archive = Archive(settings.archive_location)
    seen: dict[int, None] = {}
    read = 0
    with progress_bar("Reading") as advance:
        for batch in _batches(captures):
            known = seen.keys() | _known(settings, [capture.capture_id for capture in batch])
            new = {c.capture_id: c for c in batch if c.capture_id not in known}
            archive.append(new.values())
            seen.update(dict.fromkeys(new))
            read += len(batch)
            advance(read, None)
    return _Archived(list(seen), read - len(seen))


def _batches(captures: Iterable[Capture]) -> Iterator[Sequence[Capture]]:
    waiting = iter(captures)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _known(settings: "Settings", numbers: Sequence[int]) -> set[int]:
    from broadsheet.warehouse.rows import fetch
    from broadsheet.warehouse.store import open_published

    with open_published(settings) as connection:
        return {row[0] for row in fetch(connection, "read/known_captures", ids=list(numbers))}


def _outcomes(settings: "Settings", numbers: Sequence[int]) -> "list[Outcome]":
    from broadsheet.warehouse.outcomes import read_outcomes
    from broadsheet.warehouse.store import open_published

    with open_published(settings) as connection:
        return read_outcomes(connection, numbers)


def _totals(settings: "Settings") -> "Mapping[str, int]":
    from broadsheet.warehouse.reading import totals
    from broadsheet.warehouse.store import open_published

    with open_published(settings) as connection:
        return totals(connection)


def _in_words(report: ImportReport) -> str:
    rows = [{"what": verdict, "count": count} for verdict, count in report.verdicts.items()]
    rows += [{"what": "known already", "count": report.known}] if report.known else []
    rows += [{"what": "follow-up pages", "count": report.pages}] if report.pages else []
    rows += [{"what": "captures read", "count": report.read}]
    grown = ", ".join(f"{report.added[name]:,} {name}" for name in GROWTH)
    counts = table(rows, (Column("what", "Captures"), Column("count", "", number=True)))
    return f"{counts}\nAdded {grown} in {report.seconds:.1f} s\n"


def _doubts_in_words(outcomes: "Sequence[Outcome]") -> str:
    """Why captures were not believed, the commonest reasons first."""
    doubts = Counter(f"{o.verdict}: {o.reason}" for o in outcomes if o.verdict not in BEYOND_DOUBT)
    if not doubts:
        return ""
    lines = [f"{count:>5}  {reason}\n" for reason, count in doubts.most_common(REASONS_SHOWN)]
    more = len(doubts) - len(lines)
    told = (
        f"and {more} more reasons: `broadsheet sql \"FROM captures WHERE verdict <> 'ok'\"`\n" if more else ""
    )
    return "\nNot believed:\n" + "".join(lines) + told
