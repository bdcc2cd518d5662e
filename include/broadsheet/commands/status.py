"""`broadsheet status`: how it stands."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from broadsheet import settings as configuration
from broadsheet.commands.arguments import AsJson
from broadsheet.commands.declaring import Option
from broadsheet.commands.output import Column, emit, emit_json, list_name, table
from broadsheet.commands.status_mail import mail_in_words, mail_row

if TYPE_CHECKING:
    from broadsheet.settings import Settings

COLUMNS = (
    Column("list", "List"),
    Column("last_capture_at", "Last asked"),
    Column("last_verdict", "Verdict"),
    Column("last_changed_at", "Last different"),
    Column("captures", "Captures", number=True),
    Column("doubted", "Doubted", number=True),
    Column("silent_since", "Silent since"),
    Column("last_reason", "Reason"),
)
NEWEST = 12
HEALTH = (
    "last_capture_at",
    "last_verdict",
    "last_reason",
    "last_believed_at",
    "last_changed_at",
    "captures",
    "doubted",
)


def status(
    everything: Annotated[bool, Option("--all", help="Every list, not only the last asked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print how every source stands, what the warehouse holds, who is subscribed, what was sent last and what is due,
    and what somebody should look at.

    A watched list that has given nothing to believe for too long is silent. Times are UTC.

    JSON: sources [{list, last_capture_at, last_verdict, last_reason, last_believed_at, last_changed_at, captures,
    doubted, silent, silent_since}], totals {captures, snapshots, papers, observations, changes},
    mail {subscribers by state, owed, next_due_at, last_run, open_runs, deferred, next_attempt_at, alarms}; a run is
    as `runs` prints it, last_run is null before the first.
    """
    from broadsheet.warehouse.reading import totals
    from broadsheet.warehouse.store import open_published

    settings = configuration.load_settings()
    with open_published(settings) as connection:
        sums = totals(connection)
    sources = _sources(settings, configuration.now(settings))
    mail = mail_row(settings, configuration.now(settings))
    if as_json:
        emit_json({"sources": sources, "totals": sums, "mail": mail})
        return
    shown = sources if everything else sources[:NEWEST]
    emit(table([source | {"silent_since": _silence(source)} for source in shown], COLUMNS))
    if len(shown) < len(sources):
        emit(f"and {len(sources) - len(shown)} more lists: `broadsheet status --all`\n")
    emit("\n" + ", ".join(f"{count:,} {name}" for name, count in sums.items()) + "\n")
    emit("\n" + "".join(mail_in_words(mail)))


def _sources(settings: "Settings", now: datetime) -> list[dict[str, Any]]:
    """Every list, watched ones first, also those of which nothing ever came."""
    from broadsheet.warehouse.reading import source_health
    from broadsheet.warehouse.silence import silent_lists
    from broadsheet.warehouse.store import open_published

    silences = {str(silence.list_id): silence.since for silence in silent_lists(settings, now)}
    with open_published(settings) as connection:
        rows = {name: row for row in source_health(connection) if (name := list_name(row)) is not None}
    watched = [str(list_id) for list_id in settings.watched_lists]
    names = dict.fromkeys([*watched, *rows])
    return [
        {
            "list": name,
            **{key: rows[name][key] if name in rows else None for key in HEALTH},
            "silent": name in silences,
            "silent_since": silences.get(name),
        }
        for name in names
    ]


def _silence(source: dict[str, Any]) -> object:
    return (source["silent_since"] or "ever") if source["silent"] else None
