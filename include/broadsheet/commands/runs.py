"""`broadsheet runs`, `pause`, `resume`, `abort` and `resolve`: what was sent, and mending it by hand."""

from typing import TYPE_CHECKING, Annotated, Any

from broadsheet import settings as configuration
from broadsheet.commands.arguments import AsJson
from broadsheet.commands.declaring import Argument, Option
from broadsheet.commands.explain_run import account_row
from broadsheet.commands.mail_words import counts_in_words
from broadsheet.commands.output import Column, emit, emit_json, table
from broadsheet.errors import UsageError
from broadsheet.mail.states import DELIVERED, OPEN_RUNS, RunState, State

if TYPE_CHECKING:
    from broadsheet.mail.accounts import Account, Run
    from broadsheet.mail.office import Verdict
    from broadsheet.settings import Settings

RunKey = Annotated[str, Argument(help="A run, as `broadsheet runs` lists it.", metavar="RUN")]
As = Annotated[
    str,
    Option(
        "--as",
        help="What you found out: they were sent, or they are to be sent again.",
        metavar="sent|resend",
    ),
]
COLUMNS = (
    Column("run", "Run"),
    Column("state", "State"),
    Column("candidates", "Owed", number=True),
    Column("accepted", "Accepted", number=True),
    Column("deferred", "Deferred", number=True),
    Column("waiting", "Waiting", number=True),
    Column("failed", "Failed", number=True),
    Column("other", "Otherwise"),
    Column("left_out", "Left out"),
    Column("reason", "Reason"),
)
NEWEST = 20
_IN_COLUMNS = {*DELIVERED, State.DEFERRED, State.PENDING, State.CLAIMED, State.FAILED}


def runs(
    everything: Annotated[bool, Option("--all", help="Every run, letters too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print the last runs, the newest first: how many were owed a digest, and what became of them.

    JSON: an array of {run, kind, state, policy, reason, slot, opened_at, frozen_at, closed_at, content_hash,
    candidates, prepared, excluded, states, reasons, resolutions}; states counts deliveries, reasons those left out.
    """
    from broadsheet.mail.accounts import accounts, list_runs, open_runs
    from broadsheet.mail.database import open_database
    from broadsheet.mail.states import RunKind

    settings = configuration.load_settings()
    with open_database(settings) as database, database.read() as con:
        if everything:
            found = list_runs(con)
        else:
            newest = list_runs(con, kind=RunKind.DIGEST, most=NEWEST)
            older = [run for run in open_runs(con) if run not in newest]
            found = (*newest, *sorted(older, key=lambda run: run.opened_at, reverse=True))
        counts = accounts(con, found)
    if as_json:
        emit_json([account_row(one) for one in counts])
    elif counts:
        emit(table([_shown(one) for one in counts], COLUMNS))
    else:
        emit("no run was opened yet: `broadsheet send` opens one when somebody is due\n")


def pause(run_key: RunKey, as_json: AsJson = False) -> None:
    """Let nothing more of a run be begun, until it is resumed. What is under way is finished.

    JSON: {run, state, changed, left}; changed is false for a run that was paused before.
    """
    from broadsheet.mail import office

    settings = configuration.load_settings()
    before = _run(settings, run_key)
    new = before.state is not RunState.PAUSED
    if new:
        office.pause(settings, run_key)
    _print(settings, run_key, "is paused" if new else "was paused before", changed=new, as_json=as_json)


def resume(run_key: RunKey, as_json: AsJson = False) -> None:
    """Let a paused run go on: its mails are sent with the next `broadsheet send`, or by the schedule.

    JSON: {run, state, changed, left}; changed is false for a run that was not paused.
    """
    from broadsheet.mail import office

    settings = configuration.load_settings()
    before = _run(settings, run_key)
    if before.state not in OPEN_RUNS:
        raise UsageError(f"run {run_key} is {before.state}: there is nothing to resume")
    new = before.state is RunState.PAUSED
    if new:
        office.resume(settings, run_key)
    _print(settings, run_key, "goes on" if new else "was not paused", changed=new, as_json=as_json)


def abort(run_key: RunKey, as_json: AsJson = False) -> None:
    """Give up what is left of a run. Its news comes with their next digests.

    JSON: {run, state, changed, left, given_up}; changed is false for a run that was aborted before.
    """
    from broadsheet.mail import office

    settings = configuration.load_settings()
    before = _run(settings, run_key)
    new = before.state is not RunState.ABORTED
    given_up = office.abort(settings, run_key, configuration.now(settings)) if new else 0
    words = f"is aborted: {given_up:,} of its mails were given up" if new else "was aborted before"
    _print(settings, run_key, words, changed=new, as_json=as_json, given_up=given_up)


def resolve(
    run_key: RunKey,
    verdict: As,
    delivery: Annotated[
        str | None, Option(help="Only that one, by its id in `broadsheet explain`.", metavar="ID")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Settle by hand the mails of a run whose answer was lost, or that senders crashed over.

    With --as sent they count as sent; with --as resend they go out again with the next `broadsheet send`, and whoever
    had it already gets it twice.

    JSON: {run, state, changed, left, settled}; settled is 0 when there was nothing to settle.
    """
    from broadsheet.mail import office

    settings = configuration.load_settings()
    settled = office.resolve(settings, run_key, _verdict(verdict), configuration.now(settings), delivery)
    done = "count as sent" if verdict == "sent" else "are sent again"
    words = f"{settled:,} of its mails {done}" if settled else "nothing of it was left to settle"
    _print(settings, run_key, words, changed=bool(settled), as_json=as_json, settled=settled)


def _verdict(text: str) -> "Verdict":
    from broadsheet.mail.office import Verdict

    try:
        return Verdict(text)
    except ValueError:
        raise UsageError(f"--as {text!r} is neither sent nor resend") from None


def _run(settings: "Settings", run_key: str) -> "Run":
    from broadsheet.mail.accounts import get_run
    from broadsheet.mail.database import open_database

    with open_database(settings) as database, database.read() as con:
        return get_run(con, run_key)


def _print(
    settings: "Settings", run_key: str, words: str, *, changed: bool, as_json: bool, **counts: int
) -> None:
    """What was done and how the run stands now."""
    from broadsheet.mail.accounts import account, get_run
    from broadsheet.mail.database import open_database

    with open_database(settings) as database, database.read() as con:
        stands = account(con, get_run(con, run_key))
    if as_json:
        emit_json(
            {"run": run_key, "state": stands.run.state, "changed": changed, "left": stands.left, **counts}
        )
        return
    emit(
        f"run {run_key}: {words}; it is {stands.run.state}, {counts_in_words(stands.left) or 'nothing'} left\n"
    )


def _shown(counts: "Account") -> dict[str, Any]:
    states, run = counts.states, counts.run
    others = {state: count for state, count in states.items() if state not in _IN_COLUMNS}
    return {
        "run": run.run_key,
        "state": run.state,
        "candidates": run.candidates,
        "accepted": sum(states.get(state, 0) for state in DELIVERED),
        "deferred": states.get(State.DEFERRED, 0),
        "waiting": states.get(State.PENDING, 0) + states.get(State.CLAIMED, 0),
        "failed": states.get(State.FAILED, 0),
        "other": counts_in_words(others),
        "left_out": counts_in_words(counts.reasons),
        "reason": run.reason,
    }
