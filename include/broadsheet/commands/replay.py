"""`broadsheet replay`: the archive through today's parsers."""

from typing import Annotated

import msgspec

from broadsheet.commands.arguments import AsJson
from broadsheet.commands.declaring import Option
from broadsheet.commands.outcomes import verdicts
from broadsheet.commands.output import Column, emit, emit_json, table
from broadsheet.commands.progress import progress_bar
from broadsheet.settings import Settings, load_settings

COLUMNS = (
    Column("captured_at", "Captured (UTC)"),
    Column("list", "List"),
    Column("capture_id", "Capture", number=True),
    Column("what", "Differs in"),
    Column("stored", "Stored"),
    Column("replayed", "Replayed"),
)


def replay(
    apply: Annotated[bool, Option("--apply", help="Build the warehouse anew from the archive.")] = False,
    as_json: AsJson = False,
) -> None:
    """Run the archive through today's parsers and report what would differ from what the warehouse holds.

    Without --apply nothing is changed. With it, a new warehouse is built beside the old one and takes its place;
    the stream of changes goes on behind the old numbers, and the old file stays as warehouse.duckdb.before-rebuild.

    JSON: {captures, differences [{capture_id, captured_at, list, what, stored, replayed}]}; with --apply
    {captures, verdicts, seconds}.
    """
    settings = load_settings()
    if apply:
        _apply(settings, as_json=as_json)
    else:
        _compare(settings, as_json=as_json)


def _compare(settings: Settings, *, as_json: bool) -> None:
    from broadsheet.warehouse.replay import replay as replay_aside

    with progress_bar("Replaying") as advance:
        report = replay_aside(settings, lambda done: advance(done, None))
    if as_json:
        emit_json(report)
        return
    if report.differences:
        emit(table([msgspec.structs.asdict(difference) for difference in report.differences], COLUMNS))
    captures = len({difference.capture_id for difference in report.differences})
    emit(f"{report.captures:,} captures replayed, {captures or 'none'} would differ\n")
    if captures:
        emit("`broadsheet replay --apply` builds the warehouse so\n")


def _apply(settings: Settings, *, as_json: bool) -> None:
    from broadsheet.warehouse.rebuild import rebuild

    with progress_bar("Rebuilding") as advance:
        report = rebuild(settings, lambda done: advance(done, None))
    counts = verdicts(report.outcomes)
    if as_json:
        emit_json({"captures": len(report.outcomes), "verdicts": counts, "seconds": report.seconds})
        return
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in counts.items())
    emit(f"{len(report.outcomes):,} captures loaded anew in {report.seconds:.1f} s: {told or 'none'}\n")
