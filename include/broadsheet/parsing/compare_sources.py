"""Two sources for one list: what they disagree on."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

import msgspec

from broadsheet.model import Details, Entry, Listing

_COUNTS = ("upvotes", "num_comments", "github_stars")
_SHOWN_IDS = 5
_MIDNIGHT = time()


def disagreements(one: Listing, other: Listing) -> tuple[str, ...]:
    """What two listings of one list say differently, in words, each with its numbers.

    A value that one of them does not give is no disagreement. Votes move between two requests: whoever reads
    this weighs the time between the captures.
    """
    return tuple(_disagreements(one, other))


def _disagreements(one: Listing, other: Listing) -> Iterator[str]:
    names = (one.parser or "one", other.parser or "the other")
    if one.list_id != other.list_id:
        yield f"{names[0]} shows {one.list_id}, {names[1]} shows {other.list_id}"
    if one.fault is not None or other.fault is not None:
        for name, listing in zip(names, (one, other), strict=True):
            if listing.fault is not None:
                yield f"{name} gives no list: {listing.fault.reason}"
        return
    left, right = _by_key(one), _by_key(other)
    for name, missing in ((names[1], left.keys() - right.keys()), (names[0], right.keys() - left.keys())):
        if missing:
            yield f"{name} lacks {_list(missing)}"
    common = left.keys() & right.keys()
    if [key for key in left if key in common] != [key for key in right if key in common]:
        yield f"{names[0]} and {names[1]} order the {len(common)} papers they share differently"
    for field in (*_COUNTS, *Details.__struct_fields__):
        differing = {key for key in common if _differ(left[key], right[key], field)}
        if differing:
            yield f"{field} differs for {_list(differing)}"


def _by_key(listing: Listing) -> Mapping[str, Entry]:
    return {entry.key: entry for entry in listing.entries}


def _differ(one: Entry, other: Entry, field: str) -> bool:
    if field in _COUNTS:
        return _contradict(getattr(one, field), getattr(other, field))
    return _contradict(getattr(one.details, field), getattr(other.details, field))


def _contradict(one: Any, other: Any) -> bool:
    """Whether both say something, and not the same. A day without a time agrees with every time of that day."""
    if one is None or other is None:
        return False
    if isinstance(one, msgspec.Struct):
        return any(_contradict(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__)
    if isinstance(one, datetime) and _MIDNIGHT in (one.time(), other.time()):
        return bool(one.date() != other.date())
    return bool(one != other)


def _list(keys: set[str]) -> str:
    shown = ", ".join(sorted(keys)[:_SHOWN_IDS])
    more = f" and {len(keys) - _SHOWN_IDS} more" if len(keys) > _SHOWN_IDS else ""
    return f"{len(keys)} of them ({shown}{more})" if len(keys) > 1 else shown
