"""How fast mails were handed over, as a run's journals tell: they note real times, before the dot and after."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from broadsheet.mail.journal import Record, journals, read_journal


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """What the journals of one run in one folder say.

    ``files`` and ``bytes`` are what is kept, ``offered`` counts dots, ``answered`` their answers. ``p50`` and
    ``p95`` are how long answers took, ``per_second`` how many came in the time in which some sender was at work;
    None where there are too few to tell.
    """

    files: int
    bytes: int
    offered: int
    answered: int
    p50: timedelta | None
    p95: timedelta | None
    per_second: float | None


def read_handover(folder: Path, run_key: str, shards: int) -> Handover:
    """What the journals in ``folder`` say of a run.

    Raises:
        JournalError: one of them cannot be read.
    """
    files = [file for shard in range(shards) for file in journals(folder, run_key, shard)]
    offered = 0
    waits: list[timedelta] = []
    spans: list[tuple[datetime, datetime]] = []
    for file in files:
        records = read_journal(file.path).records
        offered += sum(record.outcome is None for record in records)
        waits += _waits(records)
        if records:
            spans.append((records[0].at, records[-1].at))
    busy = _covered(spans)
    return Handover(
        files=len(files),
        bytes=sum(file.path.stat().st_size for file in files),
        offered=offered,
        answered=len(waits),
        p50=_percentile(waits, 50),
        p95=_percentile(waits, 95),
        per_second=len(waits) / busy.total_seconds() if len(waits) > 1 and busy else None,
    )


def _waits(records: Iterable[Record]) -> list[timedelta]:
    """From each dot to its answer."""
    dots: dict[tuple[str, int], datetime] = {}
    found = []
    for record in records:
        key = record.delivery_id, record.attempt
        if record.outcome is None:
            dots[key] = record.at
        elif key in dots:
            found.append(record.at - dots.pop(key))
    return found


def _covered(spans: Collection[tuple[datetime, datetime]]) -> timedelta:
    """How long at least one of the spans lasted: shards are sent side by side."""
    covered, end = timedelta(), None
    for first, last in sorted(spans):
        begin = first if end is None else max(first, end)
        if last > begin:
            covered += last - begin
        end = last if end is None else max(last, end)
    return covered


def _percentile(waits: Sequence[timedelta], percent: int) -> timedelta | None:
    """The smallest that so many percent do not exceed."""
    if not waits:
        return None
    return sorted(waits)[-(-len(waits) * percent // 100) - 1]
