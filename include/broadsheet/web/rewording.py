"""How the texts of a paper were reworded, word by word."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from broadsheet.digest.text import clean
from broadsheet.digest.words import DETAILS
from broadsheet.warehouse.rows import Record

TEXTS = ("title", "abstract", "ai_summary")
MOST_KEPT = 12
"""How many words that stayed are repeated on each side of a change."""

Kind = Literal["kept", "removed", "added"]


class Part(NamedTuple):
    """Words that stayed, went or came."""

    kind: Kind
    text: str


class Rewording(msgspec.Struct, frozen=True):
    """One text of a paper as it was first shown anew at a moment, beside what was shown before."""

    shown_at: datetime
    text: str
    parts: tuple[Part, ...]


def rewordings(revisions: Sequence[Record]) -> list[Rewording]:
    """The rewordings of title, abstract and AI summary, in order; ``revisions`` are a paper's texts, in order."""
    found = [
        Rewording(later["first_shown_at"], DETAILS[text], compare(earlier[text], later[text]))
        for text in TEXTS
        for earlier, later in _different([each for each in revisions if each[text]], text)
    ]
    return sorted(found, key=lambda rewording: rewording.shown_at)


def compare(before: str, after: str) -> tuple[Part, ...]:
    """The way from one text to another in words that stayed, went and came; long stretches that stayed are cut."""
    old, new = clean(before).split(), clean(after).split()
    steps = SequenceMatcher(None, old, new).get_opcodes()
    return tuple(
        part
        for number, (step, *span) in enumerate(steps)
        for part in (
            [Part("kept", _cut(old[span[0] : span[1]], start=number == 0, end=number == len(steps) - 1))]
            if step == "equal"
            else _changed(old[span[0] : span[1]], new[span[2] : span[3]])
        )
    )


def _different(revisions: Sequence[Record], text: str) -> Iterator[tuple[Record, Record]]:
    for earlier, later in pairwise(revisions):
        if clean(earlier[text]) != clean(later[text]):
            yield earlier, later


def _changed(removed: Sequence[str], added: Sequence[str]) -> Iterator[Part]:
    if removed:
        yield Part("removed", " ".join(removed))
    if added:
        yield Part("added", " ".join(added))


def _cut(words: Sequence[str], *, start: bool, end: bool) -> str:
    """Words that stayed, those in the midst left out, and those far before the first change or after the last."""
    head = [] if start else words[:MOST_KEPT]
    tail = [] if end else words[-MOST_KEPT:]
    if len(words) <= len(head) + len(tail) or (len(words) <= MOST_KEPT and (start or end)):
        return " ".join(words)
    return " ".join([*head, "…", *tail])
