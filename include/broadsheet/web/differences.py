"""How a list differs between two moments, paper by paper, whatever happened in between."""

from collections.abc import Iterator

from broadsheet.digest.edition import Item, SectionName
from broadsheet.model import ChangeKind
from broadsheet.web.sentences import LABELS, sentence
from broadsheet.web.shown import ShownList

_ARRIVALS = {SectionName.NEW: ChangeKind.ENTERED, SectionName.BACK: ChangeKind.RETURNED}


def differences(shown: ShownList) -> dict[str, list[tuple[Item, str]]]:
    """What differs between a board and the one it is compared with, by the labels of the kinds of changes, in order:
    papers, and how each differs in words; a kind that did not happen is left out."""
    items = [*(paper.item for paper in shown.papers), *shown.left]
    told = [(kind, item) for item in items for kind in _kinds(item)]
    found = {
        label: [(item, _in_words(shown, kind, item)) for each, item in told if each is kind]
        for kind, label in LABELS.items()
    }
    return {label: differing for label, differing in found.items() if differing}


def _kinds(item: Item) -> Iterator[ChangeKind]:
    if item.section is SectionName.LEFT:
        yield ChangeKind.LEFT
        return
    if item.section in _ARRIVALS:
        yield _ARRIVALS[item.section]
        return
    if item.movement:
        yield ChangeKind.ROSE if item.movement > 0 else ChangeKind.FELL
    elif (item.gained or 0) > 0:
        yield ChangeKind.GAINED
    if item.revised:
        yield ChangeKind.REVISED
    if item.enriched:
        yield ChangeKind.ENRICHED


def _in_words(shown: ShownList, kind: ChangeKind, item: Item) -> str:
    before = None if item.upvotes is None or item.gained is None else item.upvotes - item.gained
    return sentence(
        {
            "change": kind,
            "captured_at": shown.edition.as_of,
            "rank": item.rank,
            "previous_rank": item.previous_rank,
            "upvotes": item.upvotes,
            "previous_upvotes": before,
            "fields": ",".join(item.revised if kind is ChangeKind.REVISED else item.enriched),
            "left_at": item.absent_since,
        }
    )
