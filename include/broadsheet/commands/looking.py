"""`broadsheet list` and `broadsheet changes`: a list at a time, and what happened to it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from broadsheet import settings as configuration
from broadsheet.commands.arguments import LIST_HELP, TIME_HELP, AsJson, read_list, read_time
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.output import Column, emit_rows, say
from broadsheet.errors import UsageError
from broadsheet.model import DATED_KINDS, ListId, ListKind

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from broadsheet.warehouse.reading import Between

ListName = Annotated[
    str,
    Argument(help=f"{LIST_HELP}; daily, weekly or monthly alone is the newest known.", metavar="LIST"),
]
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
BOARD_COLUMNS = (
    Column("rank", "Rank", number=True),
    Column("upvotes", "Votes", number=True),
    Column("num_comments", "Comments", number=True),
    Column("github_stars", "Stars", number=True),
    Column("paper_id", "Paper"),
    Column("title", "Title"),
)
CHANGE_COLUMNS = (
    Column("seq", "Seq", number=True),
    Column("captured_at", "Seen (UTC)"),
    Column("change", "Change"),
    Column("rank", "Rank", number=True),
    Column("previous_rank", "Was", number=True),
    Column("upvotes", "Votes", number=True),
    Column("previous_upvotes", "Were", number=True),
    Column("paper_id", "Paper"),
    Column("title", "Title"),
    Column("fields", "Fields"),
)


def show_list(
    name: ListName,
    as_of: Annotated[
        str | None, Option(help=f"The moment to go back to: {TIME_HELP}; a day alone is its end.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print a list as it stands, or as it stood at a time.

    JSON: an array of {rank, paper_id, title, upvotes, num_comments, github_stars, captured_at, snapshot_id}, in order
    of rank.
    """
    from broadsheet.warehouse.reading import NotFoundError, list_as_of
    from broadsheet.warehouse.store import open_published

    settings = configuration.load_settings()
    asked = _asked(name)
    moment = read_time(as_of, configuration.now(settings), end_of_day=True) if as_of else END_OF_TIME
    with open_published(settings) as connection:
        list_id = _list(connection, asked, moment)
        rows = list_as_of(connection, list_id, moment)
    if not rows:
        raise NotFoundError(f"nothing is known of {list_id} {_by(moment)}")
    if not as_json:
        say(f"{list_id}, as seen {rows[0]['captured_at']:%Y-%m-%d %H:%M} UTC")
    emit_rows(rows, BOARD_COLUMNS, as_json=as_json, empty="")


def changes(
    name: ListName,
    since: Annotated[str | None, Option(help=f"Only what was seen after this: {TIME_HELP}.")] = None,
    until: Annotated[str | None, Option(help="Only what was seen up to this.")] = None,
    between: Annotated[
        tuple[str, str] | None,
        Option(help="Compare two moments instead, whatever happened in between.", metavar="A B"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print what changed on a list: its numbered stream, or the difference of two moments.

    JSON: an array of {seq, captured_at, snapshot_id, previous_snapshot_id, paper_id, title, change, rank,
    previous_rank, upvotes, previous_upvotes, fields}. Between two moments there is no seq.
    """
    from broadsheet.warehouse.store import open_published

    if between and (since or until):
        raise UsageError("--between names both moments: leave out --since and --until")
    settings = configuration.load_settings()
    now, asked = configuration.now(settings), _asked(name)
    with open_published(settings) as connection:
        list_id = _list(connection, asked, END_OF_TIME)
        if between:
            rows = _between(connection, list_id, *(read_time(text, now, end_of_day=True) for text in between))
        else:
            after = read_time(since, now) if since else None
            rows = _since(
                connection, list_id, after, read_time(until, now, end_of_day=True) if until else END_OF_TIME
            )
    shown = [column for column in CHANGE_COLUMNS if column.key != "seq" or not between]
    emit_rows(rows, shown, as_json=as_json, empty=f"nothing changed on {list_id}")


def _asked(name: str) -> ListId | ListKind:
    """The list, or the dated kind alone."""
    return ListKind(name) if name in DATED_KINDS else read_list(name)


def _list(connection: "DuckDBPyConnection", asked: ListId | ListKind, moment: datetime) -> ListId:
    """The list asked for; of a kind alone the newest one known at ``moment``."""
    from broadsheet.warehouse.reading import NotFoundError, newest_key

    if isinstance(asked, ListId):
        return asked
    key = newest_key(connection, asked, moment)
    if key is None:
        raise NotFoundError(f"no {asked} list is known {_by(moment)}: run `broadsheet poll {asked}`")
    return ListId(asked, key)


def _by(moment: datetime) -> str:
    return "yet" if moment == END_OF_TIME else f"by {moment:%Y-%m-%d %H:%M} UTC"


def _since(
    connection: "DuckDBPyConnection", list_id: ListId, since: datetime | None, until: datetime
) -> list[dict[str, Any]]:
    from broadsheet.warehouse.reading import NotFoundError, changes_since, list_as_of

    if since and since > until:
        raise UsageError("--since wants a moment before that of --until")
    hidden = {"list_kind", "list_key"}
    found = changes_since(connection, list_id, since, until)
    if not found and not list_as_of(connection, list_id, until):
        raise NotFoundError(f"nothing is known of {list_id} {_by(until)}")
    return [{key: value for key, value in row.items() if key not in hidden} for row in found]


def _between(
    connection: "DuckDBPyConnection", list_id: ListId, earlier: datetime, later: datetime
) -> Sequence[dict[str, Any]]:
    from broadsheet.warehouse.reading import changes_between

    if earlier > later:
        raise UsageError("--between wants the earlier moment first")
    found: Between = changes_between(connection, list_id, earlier, later)
    return [
        {
            "captured_at": found.later.captured_at,
            "snapshot_id": found.later.capture_id,
            "previous_snapshot_id": found.earlier.capture_id,
            "paper_id": change.paper_id,
            "title": found.titles.get(change.paper_id),
            "change": str(change.change),
            "rank": change.rank,
            "previous_rank": change.previous_rank,
            "upvotes": change.upvotes,
            "previous_upvotes": change.previous_upvotes,
            "fields": change.fields,
        }
        for change in found.changes
    ]
