"""What became of captures, as rows and in words: shared by every command that loads some."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from broadsheet.commands.output import Column
from broadsheet.errors import DONE, FAILED, TRY_AGAIN
from broadsheet.model import ChangeKind, Verdict

if TYPE_CHECKING:
    from broadsheet.warehouse.load import Outcome

COLUMNS = (
    Column("list", "List"),
    Column("captured_at", "Captured (UTC)"),
    Column("verdict", "Verdict"),
    Column("entries", "Papers", number=True),
    Column("news", "Changes"),
    Column("reason", "Reason"),
)
WORDS = {
    ChangeKind.ENTERED: "new",
    ChangeKind.RETURNED: "back",
    ChangeKind.ROSE: "rose",
    ChangeKind.FELL: "fell",
    ChangeKind.GAINED: "gained",
    ChangeKind.LEFT: "left",
    ChangeKind.REVISED: "revised",
    ChangeKind.ENRICHED: "enriched",
}
_CODES = {
    Verdict.ERROR: TRY_AGAIN,
    Verdict.BLOCKED: TRY_AGAIN,
    Verdict.FOREIGN: FAILED,
    Verdict.LAYOUT_CHANGED: FAILED,
}


def record(outcome: "Outcome") -> dict[str, Any]:
    """An outcome with exactly the keys that JSON shows, the list as text."""
    return {
        "list": str(outcome.list_id) if outcome.list_id is not None else None,
        "capture_id": outcome.capture_id,
        "captured_at": outcome.captured_at,
        "url": outcome.url,
        "verdict": str(outcome.verdict),
        "reason": outcome.reason,
        "parser": outcome.parser,
        "entries": outcome.entries,
        "snapshot_id": outcome.snapshot_id,
        "changes": outcome.changes,
    }


def in_words(changes: Mapping[str, int]) -> str:
    """Counts of changes by kind, as "2 new, 1 left"; "" for none."""
    return ", ".join(f"{changes[kind]} {word}" for kind, word in WORDS.items() if changes.get(kind))


def exit_code(outcomes: Iterable["Outcome"]) -> int:
    """0 when each was an answer of the hub's, 75 when waiting may help, 1 when it will not."""
    codes = {_CODES.get(outcome.verdict, DONE) for outcome in outcomes}
    return FAILED if FAILED in codes else max(codes, default=DONE)


def verdicts(outcomes: Iterable["Outcome"]) -> dict[str, int]:
    """How many of each verdict, in the order in which verdicts are declared."""
    counts = Counter(outcome.verdict for outcome in outcomes)
    return {str(verdict): counts[verdict] for verdict in Verdict if counts[verdict]}
