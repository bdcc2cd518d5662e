"""`broadsheet demo`: the whole pipeline on this machine, over a hub that is made up or played from a tape."""

import shlex
import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from broadsheet.commands.arguments import AsJson
from broadsheet.commands.days import Step, made_up_steps, tape_steps
from broadsheet.commands.digests import days as digest_days
from broadsheet.commands.outcomes import WORDS
from broadsheet.commands.output import emit, emit_json, say
from broadsheet.errors import BroadsheetError, UsageError
from broadsheet.model import ChangeKind
from broadsheet.settings import Settings, load_settings
from broadsheet.times import as_utc

if TYPE_CHECKING:
    from broadsheet.dagruns import DagRuns
    from broadsheet.sample.hub import SampleHub

MARK = ".broadsheet-demo"
"""The file that marks a folder as one that the demo may empty."""
MOVEMENT = (ChangeKind.ENTERED, ChangeKind.RETURNED, ChangeKind.ROSE, ChangeKind.FELL, ChangeKind.LEFT)
RECIPIENT = "you@example.org"


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What one step of the demo brought. ``papers`` and ``changes`` are those of the lists that the digest tells."""

    at: datetime
    fetched: int
    verdicts: dict[str, int]
    papers: int
    changes: dict[str, int]
    mail: str
    failed: tuple[str, ...]


def demo(
    days: Annotated[int, typer.Option(min=1, help="How many days to run.")] = 14,
    tape: Annotated[
        Path | None, typer.Option(help="Play real answers from this file of JSON lines, its newest days.")
    ] = None,
    no_serve: Annotated[  # noqa: ARG001 - nothing is served yet: the option is there so that scripts stay right
        bool, typer.Option("--no-serve", help="End when the days are over.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the whole pipeline, through the real DAGs, over a made-up hub into a local inbox: a line a day.

    Everything happens in the folder demo/ of the home folder, made anew each time, and on loopback: no account, no
    network. With --tape the hub plays back what the real one answered, day by day.

    JSON: {days [{at, fetched, verdicts, papers, changes, mail, failed}], seconds, inbox, published, mails}.
    """
    from broadsheet.dagruns import DagRuns
    from broadsheet.sample.hub import SampleHub

    began = time.monotonic()
    home = _fresh_home(load_settings().home_path / "demo")
    with SampleHub(tape=tape) as hub:
        steps = tape_steps(hub.tape, days) if hub.tape is not None else made_up_steps(days)
        settings = _settings(home, hub, steps)
        say("Starting Airflow…")
        with DagRuns(settings) as dags:
            if not as_json:
                emit(_heading())
            done = []
            for step in steps:
                done.append(_run(step, settings, hub, dags))
                if not as_json:
                    emit(_line(done[-1]))
    report = {
        "days": done,
        "seconds": round(time.monotonic() - began, 1),
        "inbox": settings.inbox_path,
        "published": settings.published_path,
        "mails": len(list(settings.inbox_path.glob("*.eml"))),
    }
    if as_json:
        emit_json(report)
    else:
        emit(_closing(report, settings))


def _fresh_home(home: Path) -> Path:
    """An empty home for the demo. Raises UsageError where something stands that the demo did not make."""
    if home.exists() and not (home / MARK).exists():
        raise UsageError(f"{home} is not a folder that the demo made: move it away, or set BROADSHEET_HOME")
    try:
        if home.exists():
            shutil.rmtree(home)
        home.mkdir(parents=True)
        (home / MARK).touch()
    except OSError as error:
        raise BroadsheetError(f"{error.filename or home} cannot be made anew: {error.strerror}") from None
    return home


def _settings(home: Path, hub: "SampleHub", steps: Sequence[Step]) -> Settings:
    dated = tuple(dict.fromkeys(str(item.kind) for step in steps for item in step.dated))
    trending = any(step.trending for step in steps)
    return Settings(
        home=str(home),
        hub_url=hub.url,
        dated_kinds=dated,
        digest_lists=("trending",) if trending else dated,
        digest_to=RECIPIENT,
        digest_hour=0,
        budget_requests=1000,
        backoff_seconds=0.01,
    )


def _run(step: Step, settings: Settings, hub: "SampleHub", dags: "DagRuns") -> Day:
    """Let the hub's clock and ours stand at the step's time, and run what Airflow would run on that day."""
    hub.now = step.at
    if step.fault is not None:
        hub.fail("/papers/trending", step.fault, times=None)
    runs = [dags.run("watch_trending", at=step.at, logical_date=step.at)] if step.trending else []
    runs += [dags.run("ingest_lists", at=step.at, logical_date=day) for day in step.logical_dates]
    hub.heal()
    # What was just fetched is seconds old when the digest is made.
    runs.append(dags.run("send_digest", at=step.digest_at))
    failed = tuple(
        f"{run.dag}.{task}" for run in runs for task, state in run.tasks.items() if state == "failed"
    )
    captures = _captures(settings, step.at)
    if not captures:
        raise BroadsheetError(f"nothing was loaded at {step.at:%Y-%m-%d %H:%M}: see {dags.log}")
    told = {name.partition(":")[0] for name in settings.digest_lists}
    believed = [capture for capture in captures if capture["list_kind"] in told and capture["snapshot_id"]]
    changes = Counter[str]()
    for capture in believed:
        changes.update(capture["changes"])
    return Day(
        at=step.at,
        fetched=len(captures),
        verdicts=dict(Counter(capture["verdict"] for capture in captures)),
        papers=sum(capture["entries"] for capture in believed),
        changes=dict(changes),
        mail=_mail(settings, step.at),
        failed=failed,
    )


def _captures(settings: Settings, since: datetime) -> list[dict[str, Any]]:
    from broadsheet.warehouse.reading import records
    from broadsheet.warehouse.rows import fetch, to_db
    from broadsheet.warehouse.store import open_published

    if not settings.published_path.exists():
        return []
    with open_published(settings) as connection:
        return [
            capture
            | {"changes": dict(fetch(connection, "read/capture_changes", capture=capture["capture_id"]))}
            for capture in records(connection, "read/captures_since", since=to_db(since))
        ]


def _mail(settings: Settings, moment: datetime) -> str:
    """What became of the day's digest, in a few words."""
    run = as_utc(moment).date().isoformat()
    day = next((day for day in digest_days(settings) if day.run == run), None)
    if day is None:
        return "no mail: nothing known yet"
    return f"mailed: {day.subject}" if day.state == "sent" else f"no mail: {day.state}"


def _heading() -> str:
    words = "".join(f"{WORDS[kind]:>6}" for kind in MOVEMENT)
    return f"{'day':<20} {'fetched':>7}  {'verdict':<20}{'papers':>7}{words}  mail\n"


def _line(day: Day) -> str:
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in day.verdicts.items())
    moves = "".join(f"{day.changes.get(kind, 0):>6}" for kind in MOVEMENT)
    failed = f"  (failed: {', '.join(day.failed)})" if day.failed else ""
    return f"{day.at:%a %Y-%m-%d %H:%M} {day.fetched:>7}  {verdicts:<20}{day.papers:>7}{moves}  {day.mail}{failed}\n"


def _closing(report: dict[str, Any], settings: Settings) -> str:
    program = shlex.quote(_program())
    home = shlex.quote(f"BROADSHEET_HOME={settings.home_path}")
    asks = (
        "list trending" if "trending" in settings.digest_lists else f"list {settings.digest_lists[0]}",
        'sql "FROM comebacks LIMIT 5"',
        f"paper {_first_paper(settings)}",
        "status --all",
    )
    commands = "".join(f"  {home} {program} {ask}\n" for ask in asks)
    return (
        f"\n{len(report['days'])} days in {report['seconds']} s\n"
        f"mails      {settings.inbox_path} ({report['mails']} files)\n"
        f"warehouse  {settings.published_path}\n\n"
        f"Next:\n{commands}"
    )


def _first_paper(settings: Settings) -> str:
    """The paper that stands first on the list told last."""
    from broadsheet.warehouse.reading import records
    from broadsheet.warehouse.store import open_published

    with open_published(settings) as connection:
        return str(records(connection, "read/first_paper", kind=settings.digest_lists[0])[0]["paper_id"])


def _program() -> str:
    """This program as it can be called from here."""
    called = Path(sys.argv[0]).resolve()
    on_path = shutil.which("broadsheet")
    if on_path is not None and Path(on_path).resolve() == called:
        return "broadsheet"
    here = Path.cwd()
    return str(called.relative_to(here)) if called.is_relative_to(here) else str(called)
