"""`broadsheet poll` and `broadsheet backfill`: ask the hub now, load what came."""

import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from broadsheet import settings as configuration
from broadsheet.commands.arguments import LIST_HELP, AsJson, read_day, read_list_today
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.outcomes import COLUMNS, exit_code, in_words, record, verdicts
from broadsheet.commands.output import emit_rows, say
from broadsheet.commands.progress import progress_bar
from broadsheet.errors import TryAgainError, UsageError
from broadsheet.model import DATED_KINDS, ListId, ListKind, Verdict, dated_list, first_day
from broadsheet.times import midnight

if TYPE_CHECKING:
    from broadsheet.settings import Settings
    from broadsheet.warehouse.load import Outcome

LISTS_A_LOAD = 20
"""How many lists a backfill fetches before it loads them: what an interruption leaves to be loaded next time."""
PERIODS = {
    ListKind.DAILY: timedelta(days=1),
    ListKind.WEEKLY: timedelta(days=7),
    ListKind.MONTHLY: timedelta(days=31),
}


def poll(
    lists: Annotated[
        list[str], Argument(help=f"{LIST_HELP}; daily, weekly or monthly alone is today's.", metavar="LIST…")
    ],
    as_json: AsJson = False,
) -> int:
    """Fetch lists now, keep what came in the archive, judge it, load it, publish it.

    Ends with 75 when a list could not be had now, with 1 when what came cannot be read.

    JSON: an array of {list, capture_id, captured_at, url, verdict, reason, parser, entries, snapshot_id, changes},
    one for each request made for a list; changes counts by kind.
    """
    settings = configuration.load_settings()
    now = configuration.now(settings)
    asked = list(dict.fromkeys(read_list_today(text, now) for text in lists))
    outcomes, last = _poll(settings, asked)
    _print(outcomes, as_json=as_json)
    return exit_code(last)


def backfill(
    kind: Annotated[str, Argument(help="daily, weekly or monthly.", metavar="LIST")],
    since: Annotated[str, Option("--from", help="The first day.", metavar="DAY")],
    until: Annotated[str, Option("--to", help="The last day.", metavar="DAY")],
    again: Annotated[bool, Option("--again", help="Ask for lists that are known already, too.")] = False,
    as_json: AsJson = False,
) -> int:
    """Fetch the lists of a range of dates, as politely as always. Interrupted, it goes on where it was.

    Lists that were read after their period had ended are passed over. Ends with 75 when the hub stops answering.

    JSON: as of `broadsheet poll`.
    """
    settings = configuration.load_settings()
    now = configuration.now(settings)
    wanted = _lists(kind, read_day(since), min(read_day(until), now.date()))
    missing = wanted if again else [item for item in wanted if item not in _complete(settings)]
    if len(missing) < len(wanted):
        say(f"{len(wanted) - len(missing)} of {len(wanted)} lists are known already")
    outcomes: list[Outcome] = []
    answers: list[Outcome] = []
    with progress_bar(f"Fetching {kind} lists") as advance:
        for start in range(0, len(missing), LISTS_A_LOAD):
            advance(start, len(missing))
            came, last = _poll(settings, missing[start : start + LISTS_A_LOAD])
            outcomes += came
            answers += last
            if last and all(outcome.verdict in {Verdict.ERROR, Verdict.BLOCKED} for outcome in last):
                _print(outcomes, as_json=as_json)
                raise TryAgainError(
                    f"the hub does not answer ({last[-1].reason}): run the same command again later, "
                    "it goes on from here"
                )
    _print(outcomes, as_json=as_json)
    return exit_code(answers)


def _poll(settings: "Settings", lists: Sequence[ListId]) -> "tuple[list[Outcome], list[Outcome]]":
    """Fetch and load; gives the outcomes of all requests, and of each list that of its last one."""
    from broadsheet.warehouse.polling import poll_lists

    answered = poll_lists(settings, lists, now=lambda: configuration.now(settings), sleep=time.sleep)
    found = [answer.outcomes for answer in answered]
    return [outcome for outcomes in found for outcome in outcomes], [
        outcomes[-1] for outcomes in found if outcomes
    ]


def _lists(kind: str, first: date, last: date) -> list[ListId]:
    if kind not in DATED_KINDS:
        raise UsageError(f"{kind!r} has no dates: write daily, weekly or monthly")
    if first > last:
        raise UsageError(f"the range is empty: it begins {first} and ends {last}")
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return list(dict.fromkeys(dated_list(ListKind(kind), day) for day in days))


def _complete(settings: "Settings") -> frozenset[ListId]:
    """The lists that were read when their period had ended: the hub will not add to them."""
    from broadsheet.warehouse.reading import source_health
    from broadsheet.warehouse.store import open_published

    if not settings.published_path.exists():
        return frozenset()
    with open_published(settings) as connection:
        return frozenset(_ended(source_health(connection)))


def _ended(sources: Sequence[dict[str, Any]]) -> Iterator[ListId]:
    for source in sources:
        if source["list_kind"] not in DATED_KINDS:
            continue
        list_id = ListId(ListKind(source["list_kind"]), source["list_key"])
        begun = midnight(first_day(list_id))
        # A list that is empty when its period is over, such as a Sunday's, stays so.
        empty = source["last_verdict"] == Verdict.EMPTY
        answered_at = source["last_capture_at"] if empty else source["last_believed_at"]
        if answered_at is not None and answered_at >= begun + PERIODS[list_id.kind]:
            yield list_id


def _print(outcomes: "Sequence[Outcome]", *, as_json: bool) -> None:
    outcomes = [outcome for outcome in outcomes if outcome.list_id is not None]
    rows = [record(outcome) for outcome in outcomes]
    if not as_json:
        rows = [row | {"news": in_words(row["changes"])} for row in rows]
    emit_rows(rows, COLUMNS, as_json=as_json, empty="nothing to load")
    if not as_json and len(rows) > 1:
        say(", ".join(f"{count} {verdict}" for verdict, count in verdicts(outcomes).items()))
