"""`broadsheet explain RUN`: for whom it was opened, what it told, and what became of every mail."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from broadsheet.commands.mail_words import (
    REASONS,
    STATES,
    answer_in_words,
    compared_in_words,
    counts_in_words,
    mails,
)
from broadsheet.commands.output import fact, shown
from broadsheet.mail.states import DELIVERED, RunKind, RunState, State

if TYPE_CHECKING:
    import sqlalchemy as sa

    from broadsheet.mail.accounts import Account, Run
    from broadsheet.mail.chronicle import Answer, Story
    from broadsheet.mail.handover import Handover
    from broadsheet.settings import Settings


def account_row(counts: "Account") -> dict[str, Any]:
    """A run and its counts as JSON shows them."""
    run = counts.run
    names = (
        "kind", "state", "policy", "reason", "slot", "opened_at", "frozen_at", "closed_at", "content_hash",
        "candidates", "prepared", "excluded",
    )  # fmt: skip
    return {
        "run": run.run_key,
        **{name: getattr(run, name) for name in names},
        "states": counts.states,
        "reasons": counts.reasons,
        "resolutions": counts.resolutions,
    }


def run_row(con: "sa.Connection", settings: "Settings", run_key: str) -> dict[str, Any]:
    """All that is known of a run as JSON shows it. Raises UsageError if there is none."""
    story, handover = _read(con, settings, run_key)
    complaints = story.complaints
    return account_row(story.account) | {
        "mails": story.mails,
        "compared": story.compared,
        "shards": story.shards,
        "answers": story.answers,
        "bounces": story.bounces,
        "complaints": {
            "complaints": complaints.complaints,
            "accepted": complaints.accepted,
            "rate": complaints.rate,
        },
        "handover": handover,
    }


def run_in_words(con: "sa.Connection", settings: "Settings", run_key: str) -> Iterator[str]:
    """The story of a run, line by line. Raises UsageError if there is none."""
    story, handover = _read(con, settings, run_key)
    counts, run = story.account, story.account.run
    what = "letter" if run.kind is RunKind.LETTER else "run"
    yield f"{what} {run.run_key.removeprefix('letter:')}: {_verdict(counts)}\n"
    yield fact("opened", f"{shown(run.opened_at)}, for the slot of {run.slot:%H:%M}")
    yield fact("owed to", _owed(run))
    for reason, count in counts.reasons.items():
        yield fact("left out", f"{count:,}: {REASONS[reason]}")
    for compared in story.compared:
        yield fact("compared", f"{compared_in_words(compared)}, for {compared.readers:,}")
    yield fact("content", _content(story))
    for part in story.shards:
        begun = f"{part.epoch} senders have begun" if part.epoch != 1 else "one sender has begun"
        yield fact("shard", f"{part.shard}: {begun}; {counts_in_words(part.states) or 'no mails'}")
    for answer in story.answers:
        yield fact(_name(answer.state), _answer(answer))
    yield from _journals(handover)
    yield fact("came back", counts_in_words(story.bounces) or "nothing")
    complaints = story.complaints
    yield fact("complaints", f"{complaints.complaints:,} of {complaints.accepted:,} ({complaints.rate:.2%})")
    yield fact("closed", _closed(counts))


def _read(con: "sa.Connection", settings: "Settings", run_key: str) -> "tuple[Story, Handover]":
    from broadsheet.mail.accounts import get_run
    from broadsheet.mail.chronicle import story_of
    from broadsheet.mail.handover import read_handover

    run = get_run(con, run_key)
    return story_of(con, run), read_handover(settings.journal_path, run_key, run.shards)


def _verdict(counts: "Account") -> str:
    run = counts.run
    words = [str(run.state), counts_in_words(counts.states) or "no mails"]
    if excluded := sum(counts.reasons.values()):
        words.append(f"{excluded:,} left out")
    if run.reason:
        words[0] += f" ({run.reason})"
    return ", ".join(words)


def _owed(run: "Run") -> str:
    if run.candidates is None:
        return "nobody yet: it is being put together"
    return f"{run.candidates:,}: {mails(run.prepared or 0)}, {run.excluded:,} left out"


def _content(story: "Story") -> str:
    run = story.account.run
    frozen = f"frozen {shown(run.frozen_at)}" if run.frozen_at else "not frozen yet"
    kept = f", sha256 {run.content_hash[:16]}…" if run.content_hash else ""
    return f"{frozen}: {mails(story.mails, 'different ')}{kept}"


def _name(state: State) -> str:
    return "accepted" if state in DELIVERED else str(state).replace("_", " ")


def _answer(answer: "Answer") -> str:
    said = answer_in_words(answer.phase, answer.code, answer.enhanced, answer.reply)
    words = [f"{answer.count:,}{', each' if answer.count > 1 else ''} {STATES[answer.state]}"]
    if answer.next_attempt_at:
        words.append(f"the next attempt at {shown(answer.next_attempt_at)}")
    # Of those that were accepted each was told something else, such as the number under which it waits.
    words += [
        text for text in (answer.resolution, said if answer.state is not State.ACCEPTED else "") if text
    ]
    return "; ".join(words)


def _journals(handover: "Handover") -> Iterator[str]:
    if not handover.files:
        yield fact("journals", "none on this machine")
        return
    yield fact(
        "journals",
        f"{handover.files} kept, {handover.bytes:,} bytes: {handover.offered:,} dots, {handover.answered:,} answers",
    )
    if handover.p50 is not None and handover.p95 is not None:
        pace = f", {handover.per_second:,.0f} mails a second" if handover.per_second else ""
        yield fact(
            "hand-over", f"half within {_short(handover.p50)}, 95 % within {_short(handover.p95)}{pace}"
        )


def _short(duration: timedelta) -> str:
    seconds = duration.total_seconds()
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _closed(counts: "Account") -> str:
    run = counts.run
    if run.closed_at:
        whole = "everybody" if counts.is_complete else "NOT everybody"
        return f"{shown(run.closed_at)}; {whole} who was owed one is accounted for"
    again = f"; `broadsheet resume {run.run_key}` goes on with it" if run.state is RunState.PAUSED else ""
    return f"not yet, left: {counts_in_words(counts.left) or 'nothing'}{again}"
