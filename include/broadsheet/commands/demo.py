"""`broadsheet demo`: the whole pipeline on this machine, over a hub that is made up or played from a tape.

Three readers with different wishes get their mail day by day; in the end a sender is killed and its run finished.
"""

import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import msgspec

from broadsheet.commands.arguments import AsJson
from broadsheet.commands.days import Step, made_up_steps, spans, tape_steps
from broadsheet.commands.declaring import Option
from broadsheet.commands.demo_kill import Killed, kill_a_sender
from broadsheet.commands.demo_readers import NADIA, Reader, Rounds, post_between, subscribe, three_readers
from broadsheet.commands.demo_site import reserve_site, ways_on
from broadsheet.commands.outcomes import WORDS
from broadsheet.commands.output import emit, emit_json, say
from broadsheet.commands.serve import serve_until_stopped
from broadsheet.errors import BroadsheetError, UsageError
from broadsheet.mail.schedule import Cadence
from broadsheet.model import ChangeKind, ListId, ListKind
from broadsheet.settings import Settings, load_settings

if TYPE_CHECKING:
    from socket import socket

    from broadsheet.dagruns import DagRuns
    from broadsheet.sample.hub import SampleHub

MARK = ".broadsheet-demo"
"""The file that marks a folder as one that the demo may empty."""
MOVEMENT = (ChangeKind.ENTERED, ChangeKind.RETURNED, ChangeKind.ROSE, ChangeKind.FELL, ChangeKind.LEFT)
Lists = tuple[ListId | ListKind, ...]


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What one step of the demo brought.

    ``papers`` and ``changes`` are those of the lists that the readers read. ``subjects`` has one for each mail that
    went out, ``left_out`` counts by reason who was due and got none.
    """

    at: datetime
    fetched: int
    verdicts: dict[str, int]
    papers: int
    changes: dict[str, int]
    mails: int
    readers: int
    subjects: tuple[str, ...]
    left_out: dict[str, int]
    failed: tuple[str, ...]


class Stage(NamedTuple):
    """What a step of the demo is played on."""

    settings: Settings
    lists: Lists
    hub: "SampleHub"
    dags: "DagRuns"
    rounds: Rounds


def demo(
    days: Annotated[int, Option(min=1, help="How many days to run.")] = 14,
    tape: Annotated[
        Path | None, Option(help="Play real answers from this file of JSON lines, its newest days.")
    ] = None,
    serve: Annotated[
        bool | None,
        Option(
            "--serve/--no-serve",
            help="Serve the site when the days are over, or end; default: serve if this is a terminal.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the whole pipeline, through the real DAGs, over a made-up hub into a local inbox: a line a day.

    Three made-up readers have different topics, days and zones. In the end a sender is killed in the middle of a run
    and the next one finishes it. Everything happens in the folder demo/ of the home folder, made anew each time, and
    on loopback: no account, no network. With --tape the hub plays back what the real one answered, day by day.
    When the days are over the site over what they brought is served until Ctrl-C; the links in the mails lead there.

    JSON: {days [{at, fetched, verdicts, papers, changes, mails, readers, subjects, left_out, failed}], killed {run,
    readers, taken, in_doubt, found, sent_again, mails, reached}, seconds, inbox, published, mails, site}. Of the
    killed sender: `taken` mails the mail server had then, `in_doubt` were under way, of which its log showed `found`
    and `sent_again` it did not; in the end it has `mails` mails to `reached` readers. `site` is where the links in
    the mails lead.
    """
    from broadsheet.sample.hub import SampleHub

    began = time.monotonic()
    if serve is None:
        # Somebody has to be there to end it.
        serve = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    home = _fresh_home(load_settings().home_path / "demo")
    with reserve_site() as listener, SampleHub(tape=tape) as hub:
        steps = tape_steps(hub.tape, days) if hub.tape is not None else made_up_steps(days)
        settings, lists = _settings(home, hub, steps, listener), _lists(steps)
        done = _run_days(settings, lists, hub, steps, as_json=as_json)
        *_, (_, end) = spans(steps)
        killed = kill_a_sender(settings, lists, end - timedelta(minutes=1))
        report = {
            "days": done,
            "killed": killed,
            "seconds": round(time.monotonic() - began, 1),
            "inbox": settings.inbox_path,
            "published": settings.published_path,
            "mails": len(list(settings.inbox_path.glob("*.eml"))),
            "site": settings.public_url,
        }
        if as_json:
            emit_json(report)
        else:
            emit(_killing(killed))
            emit(_closing(report, settings, lists, is_served=serve))
        if serve:
            # The hub too goes on: pages and mails link to its papers.
            serve_until_stopped(msgspec.structs.replace(settings, clock=end.isoformat()), listener)


def _run_days(
    settings: Settings, lists: Lists, hub: "SampleHub", steps: Sequence[Step], *, as_json: bool
) -> list[Day]:
    """Subscribe the readers and run step after step; each is told as it ends, unless ``as_json``."""
    from broadsheet.dagruns import DagRuns

    readers = three_readers(lists)
    subscribe(settings, readers, steps[0].at)
    if not as_json:
        emit(_introduction(readers))
    say("Starting Airflow…")
    with DagRuns(settings) as dags:
        stage = Stage(settings, lists, hub, dags, Rounds(readers, steps[0].at))
        if not as_json:
            emit(_heading())
        done = []
        for step, end in spans(steps):
            done.append(_run(stage, step, end))
            if not as_json:
                emit(_line(done[-1]))
    return done


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


def _settings(home: Path, hub: "SampleHub", steps: Sequence[Step], listener: "socket") -> Settings:
    from broadsheet.web.serving import address_of

    return Settings(
        home=str(home),
        hub_url=hub.url,
        public_url=address_of(listener),
        web_port=listener.getsockname()[1],
        dated_kinds=tuple(dict.fromkeys(str(item.kind) for step in steps for item in step.dated)),
        budget_requests=1000,
        backoff_seconds=0.01,
    )


def _lists(steps: Sequence[Step]) -> Lists:
    """What the readers read: trending or, on a tape without it, the lists that are there."""
    if any(step.trending for step in steps):
        return (ListId(ListKind.TRENDING),)
    return tuple(dict.fromkeys(item.kind for step in steps for item in step.dated))


def _run(stage: Stage, step: Step, end: datetime) -> Day:
    """Let the hub's clock and ours stand at the step's time, and run what Airflow would run from then to ``end``."""
    settings, hub, dags = stage.settings, stage.hub, stage.dags
    hub.now = step.at
    if step.fault is not None:
        hub.fail("/papers/trending", step.fault, times=None)
    runs = [dags.run("watch_trending", at=step.at, logical_date=step.at)] if step.trending else []
    runs += [dags.run("ingest_lists", at=step.at, logical_date=day) for day in step.logical_dates]
    hub.heal()
    # What was just fetched is seconds old when the first digests are made.
    runs += [dags.run("send_digests", at=moment) for moment in stage.rounds.between(step.digest_at, end)]
    failed = tuple(
        f"{run.dag}.{task}" for run in runs for task, state in run.tasks.items() if state == "failed"
    )
    captures = _captures(settings, step.at)
    if not captures:
        raise BroadsheetError(f"nothing was loaded at {step.at:%Y-%m-%d %H:%M}: see {dags.log}")
    told = {str(source) for source in stage.lists}
    believed = [capture for capture in captures if capture["list_kind"] in told and capture["snapshot_id"]]
    changes = Counter[str]()
    for capture in believed:
        changes.update(capture["changes"])
    post = post_between(settings, step.digest_at, end)
    return Day(
        at=step.at,
        fetched=len(captures),
        verdicts=dict(Counter(capture["verdict"] for capture in captures)),
        papers=sum(capture["entries"] for capture in believed),
        changes=dict(changes),
        mails=len(post.subjects),
        readers=post.readers,
        subjects=post.subjects,
        left_out=post.left_out,
        failed=failed,
    )


def _captures(settings: Settings, since: datetime) -> list[dict[str, Any]]:
    from broadsheet.warehouse.reading import records
    from broadsheet.warehouse.rows import fetch
    from broadsheet.warehouse.store import open_published

    if not settings.published_path.exists():
        return []
    with open_published(settings) as connection:
        return [
            capture
            | {"changes": dict(fetch(connection, "read/capture_changes", capture=capture["capture_id"]))}
            for capture in records(connection, "read/captures_since", since=since)
        ]


def _introduction(readers: Sequence[Reader]) -> str:
    return "".join(f"{reader.name:<6} {_wishes(reader)}\n" for reader in readers) + "\n"


def _wishes(reader: Reader) -> str:
    wishes = reader.wishes
    texts = wishes.texts()
    days = f"on {texts['weekday'].capitalize()}s" if wishes.cadence is Cadence.WEEKLY else texts["cadence"]
    parts = [f"{days} at {wishes.hour}:00 {wishes.timezone}", wishes.topics or "all topics"]
    parts += [f"from {wishes.min_upvotes} votes on"] if wishes.min_upvotes else []
    parts += [f"at most {wishes.max_items} papers"] if wishes.max_items else []
    return ", ".join(parts)


def _heading() -> str:
    words = "".join(f"{WORDS[kind]:>6}" for kind in MOVEMENT)
    return f"{'day':<20} {'fetched':>7}  {'verdict':<20}{'papers':>7}{words}  mail\n"


def _line(day: Day) -> str:
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in day.verdicts.items())
    moves = "".join(f"{day.changes.get(kind, 0):>6}" for kind in MOVEMENT)
    told = f"{_mail(day)}  (failed: {', '.join(day.failed)})" if day.failed else _mail(day)
    return f"{day.at:%a %Y-%m-%d %H:%M} {day.fetched:>7}  {verdicts:<20}{day.papers:>7}{moves}  {told}\n"


def _mail(day: Day) -> str:
    """What became of the day's digests, in a few words."""
    if day.mails:
        return f"{_counted(day.mails, 'mail')} to {_counted(day.readers, 'reader')}: {day.subjects[0]}"
    reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in day.left_out.items())
    return f"no mail: {reasons or 'nobody was due'}"


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _killing(killed: Killed) -> str:
    readers, doubts = killed.readers, killed.in_doubt
    return (
        f"\n{readers} more readers, and the sender is killed in the midst (SIGKILL):\n"
        f"  when it died  the mail server had {killed.taken} mails; {doubts} were under way, their answers lost\n"
        f"  the next one  found {killed.found} of the {doubts} in the server's log, sent {killed.sent_again} again, "
        "then the rest\n"
        f"  in the end    {killed.reached} of {readers} readers have {killed.mails} mails, by the server's log\n"
    )


def _closing(report: dict[str, Any], settings: Settings, lists: Lists, *, is_served: bool) -> str:
    told = next((day.at for day in reversed(report["days"]) if day.mails), report["days"][-1].at)
    asks = (
        f"list {lists[0]}",
        "subscribers list",
        "runs",
        f"explain {NADIA} --at {told:%Y-%m-%d}",
        f"explain {report['killed'].run}",
        f"preview {NADIA} --as-of {told:%Y-%m-%d}",
        'sql "FROM comebacks LIMIT 5"',
        'sql "SELECT occasion, state, reason, subject FROM delivery_log WHERE subscriber_id = 2 ORDER BY occasion"',
        f"paper {_first_paper(settings, lists)}",
        "status --all",
    )
    return (
        f"\n{len(report['days'])} days in {report['seconds']} s\n"
        f"mails      {settings.inbox_path} ({report['mails']} files)\n"
        f"warehouse  {settings.published_path}\n"
        f"{ways_on(settings, asks, is_served=is_served)}"
    )


def _first_paper(settings: Settings, lists: Lists) -> str:
    """The paper that stands first on the newest of these lists."""
    from broadsheet.warehouse.reading import records
    from broadsheet.warehouse.store import open_published

    with open_published(settings) as connection:
        return str(records(connection, "read/first_paper", kind=str(lists[0]))[0]["paper_id"])
