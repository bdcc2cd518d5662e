"""What folding comes to: bytes an observation in segments, and what a publication copies with years behind it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from harness.measurement import Contender, Measurement, Unit, below, within
from searched import documents, store
from years import POLLS_A_YEAR, fill

from broadsheet.settings import Settings
from broadsheet.warehouse.fold import fold, unfold
from broadsheet.warehouse.indexing import index_anew
from broadsheet.warehouse.rows import transaction
from broadsheet.warehouse.segments import WORDS, Segment
from broadsheet.warehouse.store import open_writer

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MONTHS_LATER = datetime(2026, 12, 10, tzinfo=UTC)
"""When the month is closed that the papers to search were listed in."""
PAPERS, MORE_PAPERS = 2_000, 20_000
A_MONTH = 28 * 96
"""Polls since 30 October: little more than the open month."""

WITHOUT_TEXTS = ("observations", "snapshots", "captures", "changes", "showings")


def run(home: Path, *, full: bool = False) -> Iterator[Measurement]:
    """Fold a quarter of a year, or ten years."""
    polls = POLLS_A_YEAR * 10 if full else POLLS_A_YEAR // 4
    little, much = Settings(home=str(home / "little")), Settings(home=str(home / "much"))
    fill(little, NOW, A_MONTH)
    fold(little, NOW)
    fill(much, NOW, polls)
    segments = fold(much, NOW).folded
    boards = _bytes(segments, "observations", "snapshots")
    yield Measurement(
        number=6,
        title="Folded: observations of closed months, by their number",
        contenders=[
            Contender("observations with their snapshots", (boards,)),
            Contender("with captures, changes and showings", (_bytes(segments, *WITHOUT_TEXTS),)),
            Contender("with papers' texts", (_bytes(segments, *WITHOUT_TEXTS, "revisions"),)),
        ],
        goals=[below(1.5)],
        unit=Unit.BYTES,
    )
    yield Measurement(
        number=None,
        title="What one publication copies",
        contenders=[
            Contender(f"{polls:,} polls behind it", (float(much.published_path.stat().st_size),)),
            Contender(f"{A_MONTH:,} polls behind it", (float(little.published_path.stat().st_size),)),
        ],
        goals=[within(1.25, f"{A_MONTH:,} polls behind it")],
        unit=Unit.BYTES,
    )
    yield _searched(Settings(home=str(home / "searched")), MORE_PAPERS if full else PAPERS)


def _searched(settings: Settings, papers: int) -> Measurement:
    """What a publication copies for the search of papers that were listed in closed months."""
    with open_writer(settings) as con, transaction(con):
        store(con, documents(papers))
        index_anew(con)
    fold(settings, MONTHS_LATER)
    folded = settings.published_path.stat().st_size
    unfold(settings, WORDS)
    return Measurement(
        number=None,
        title=f"What one publication copies, {papers:,} papers that can be searched",
        contenders=[
            Contender("words folded", (float(folded),)),
            Contender("words in the file", (float(settings.published_path.stat().st_size),)),
        ],
        goals=[within(0.25, "words in the file")],
        unit=Unit.BYTES,
    )


def _bytes(segments: tuple[Segment, ...], *tables: str) -> float:
    """Bytes of the segments of some tables for each observation."""
    observations = sum(segment.rows for segment in segments if segment.table_name == "observations")
    return sum(segment.bytes for segment in segments if segment.table_name in tables) / observations
