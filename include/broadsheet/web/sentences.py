"""One change of a list in words: what is said after a paper's title."""

from datetime import datetime, timedelta

from broadsheet.digest.words import DETAILS, enumerate_words, mark
from broadsheet.model import ChangeKind
from broadsheet.warehouse.rows import Record
from broadsheet.web.wording import counted

LABELS = {
    ChangeKind.ENTERED: "New",
    ChangeKind.RETURNED: "Back",
    ChangeKind.ROSE: "Rose",
    ChangeKind.FELL: "Fell",
    ChangeKind.GAINED: "Votes",
    ChangeKind.REVISED: "Revised",
    ChangeKind.ENRICHED: "Added",
    ChangeKind.LEFT: "Left",
}
"""Each kind of change in a word, what matters most to a reader first."""


def sentence(change: Record) -> str:
    """``rose from 31 to 4, +12 votes``, ``back at 7 after 9 days away``; what is not known is not said.

    ``change`` has the columns of the stream, and ``left_at``: when a paper that came back had left, if it is known.
    """
    return ", ".join(phrase for phrase in _phrases(change) if phrase)


def _phrases(change: Record) -> tuple[str, ...]:
    rank, before = change["rank"], change["previous_rank"]
    match ChangeKind(change["change"]):
        case ChangeKind.ENTERED:
            said = (f"new{_at(rank)}", _votes(change))
        case ChangeKind.RETURNED:
            said = (f"back{_at(rank)}{_away(change['left_at'], change['captured_at'])}", _votes(change))
        case ChangeKind.LEFT:
            said = ("left the list", f"last{_at(before)}" if before else "")
        case ChangeKind.ROSE | ChangeKind.FELL as moved:
            said = (f"{moved} from {before} to {rank}", _gain(change))
        case ChangeKind.GAINED:
            said = (_gain(change), f"still{_at(rank)}" if rank else "")
        case ChangeKind.REVISED:
            said = (f"{_details(change)} revised", "")
        case ChangeKind.ENRICHED:
            said = (f"{_details(change)} added", "")
    return said


def sign(change: Record) -> str:
    """The same as short as can be: ``▲27``, ``+12``, ``New``."""
    kind = ChangeKind(change["change"])
    if kind in {ChangeKind.ROSE, ChangeKind.FELL}:
        return mark(change["previous_rank"] - change["rank"])
    return (
        f"+{change['upvotes'] - change['previous_upvotes']:,}" if kind is ChangeKind.GAINED else LABELS[kind]
    )


def duration(span: timedelta) -> str:
    """``9 days``, ``5 hours``, ``45 minutes``: the largest unit that it fills."""
    minutes = int(span.total_seconds()) // 60
    if minutes >= 24 * 60:
        return counted(minutes // (24 * 60), "day")
    return counted(minutes // 60, "hour") if minutes >= 60 else counted(minutes, "minute")


def _at(rank: int | None) -> str:
    return f" at {rank}" if rank else ""


def _away(left_at: datetime | None, back_at: datetime) -> str:
    return f" after {duration(back_at - left_at)} away" if left_at else ""


def _votes(change: Record) -> str:
    return "" if change["upvotes"] is None else counted(change["upvotes"], "vote")


def _gain(change: Record) -> str:
    now, before = change["upvotes"], change["previous_upvotes"]
    if now is None or before is None or now == before:
        return ""
    return f"{'+' if now > before else '−'}{counted(abs(now - before), 'vote')}"


def _details(change: Record) -> str:
    names = (change["fields"] or "").split(",")
    return enumerate_words([DETAILS.get(name, name.replace("_", " ")) for name in names if name]) or "details"
