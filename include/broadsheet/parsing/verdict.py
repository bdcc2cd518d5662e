"""May a listing be believed? One pure function weighs it against what is known of its list.

Nothing here reads a clock, a file or a database. The loader hands in how the list stood (`Standing`) and gets
a verdict with its reason in words.
"""

from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from broadsheet.model import Capture, Judgement, Listing, ListKind, Verdict
from broadsheet.times import http_date

TRENDING_LENGTH = 50
"""How many papers the trending list holds on every capture of it so far."""

CLOCK_SLACK = timedelta(minutes=10)
"""How far two clocks, or a cache's rounding, may be apart before an answer counts as old."""

LEAST_FALLEN = 3
"""Fewer papers than this with falling votes prove nothing: single votes are taken back every day."""


class Place(NamedTuple):
    """Where a paper stood: its rank (from 1) and its upvotes, each None where the capture did not say."""

    rank: int | None
    upvotes: int | None


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How a list stood, or was said to stand, at one capture.

    ``ranked`` maps a paper's key to its place; keys of the listing that is judged and of its standings must
    be of one kind (ids resolved, or none). ``content`` is any value that is equal for two listings if and
    only if nothing a reader could see differs; None means unknown, which equals nothing.
    """

    captured_at: datetime
    ranked: Mapping[str, Place]
    content: Hashable | None = None


def standing(listing: Listing, captured_at: datetime, content: Hashable | None = None) -> Standing:
    """The standing that ``listing`` describes."""
    ranked = {entry.key: Place(entry.rank, entry.upvotes) for entry in listing.entries}
    return Standing(captured_at=captured_at, ranked=ranked, content=content)


class _Doubt(NamedTuple):
    """Why a readable listing is not believed, and whether a second capture that agrees may settle it."""

    verdict: Verdict
    reason: str
    can_be_confirmed: bool = True


def judge(
    listing: Listing,
    capture: Capture,
    baseline: Standing | None,
    witness: Standing | None,
    *,
    content: Hashable | None = None,
) -> Judgement:
    """Weigh ``listing``, which is what ``capture`` holds.

    Args:
        listing: the whole list: the pages of one list joined (`broadsheet.parsing.pages.join`).
        capture: the (first) capture it was read from.
        baseline: the list's newest snapshot before this capture, None if there is none.
        witness: the last readable listing between baseline and this capture if it was held (partial or
            stale), else None. An `ok` or `unchanged` in between takes the witness away; captures without a
            listing (errors, 304) do not. Taken at the same time as this one it proves nothing: one answer
            that was kept in two forms is still one.
        content: this listing's fingerprint, made the same way as ``baseline.content``.
    """
    if listing.fault is not None:
        return listing.fault
    if listing.list_id is None:
        return Judgement(
            Verdict.ERROR,
            f"{_papers(len(listing.entries))}, but neither the answer nor its address says which list this is:"
            " import it with --list",
        )
    if not listing.entries:
        return Judgement(Verdict.EMPTY, f"{listing.list_id} holds no papers")
    if baseline is not None and content is not None and content == baseline.content:
        judgement = Judgement(
            Verdict.UNCHANGED, f"the same in every field as on {_when(baseline.captured_at)}"
        )
    else:
        judgement = _weigh(listing, capture, baseline, witness)
    return Judgement(judgement.verdict, judgement.reason + _aside(listing, capture))


def _weigh(
    listing: Listing, capture: Capture, baseline: Standing | None, witness: Standing | None
) -> Judgement:
    """The verdict on a listing with news in it."""
    now = standing(listing, capture.captured_at)
    doubt = next(_doubts(listing, capture, now, baseline), None)
    if doubt is None:
        first = "" if baseline is not None else ", the first of this list"
        return Judgement(Verdict.OK, f"{_papers(len(listing.entries))}{first}")
    if not doubt.can_be_confirmed:
        return Judgement(doubt.verdict, doubt.reason)
    if witness is not None and witness.captured_at < now.captured_at and _agree(now, witness):
        return Judgement(
            Verdict.OK, f"{doubt.reason}; the capture of {_when(witness.captured_at)} says the same"
        )
    return Judgement(doubt.verdict, f"{doubt.reason}; waiting for a second capture to confirm it")


def _doubts(listing: Listing, capture: Capture, now: Standing, baseline: Standing | None) -> Iterator[_Doubt]:
    if listing.page > 0:
        yield _Doubt(Verdict.PARTIAL, f"page {listing.page + 1} of a list whose first page is missing", False)
    if baseline is not None:
        yield from _signs_of_age(capture, now, baseline)
    holes = _holes(listing)
    if holes:
        yield _Doubt(
            Verdict.PARTIAL,
            f"{_papers(len(listing.entries))}, but nothing readable at {_ranks(holes)}",
        )
    if not listing.truncated:
        yield from _signs_of_loss(listing, baseline)


def _signs_of_loss(listing: Listing, baseline: Standing | None) -> Iterator[_Doubt]:
    left = len(listing.entries)
    if baseline is not None:
        before = len(baseline.ranked)
        if left * 2 < before:
            yield _Doubt(
                Verdict.PARTIAL,
                f"{left} of {_papers(before)} are left since {_when(baseline.captured_at)}",
            )
    elif _kind(listing) is ListKind.TRENDING and left * 2 < TRENDING_LENGTH:
        yield _Doubt(Verdict.PARTIAL, f"{left} of the usual {_papers(TRENDING_LENGTH)}")


def _signs_of_age(capture: Capture, now: Standing, baseline: Standing) -> Iterator[_Doubt]:
    """An answer from the past: a cache said so, or its votes did."""
    known = f"the list is known as of {_when(baseline.captured_at)}"
    age = _age(capture)
    if age is not None:
        made_at = capture.captured_at - age
        if made_at < baseline.captured_at - CLOCK_SLACK:
            yield _Doubt(
                Verdict.STALE, f"a cache's copy of {_when(made_at)} (its Age header); {known}", False
            )
    else:
        # A Date alone may also be a wrong clock on this side, so two captures that agree overrule it.
        dated = http_date(capture.header("Date") or "")
        if dated is not None and dated < baseline.captured_at - CLOCK_SLACK:
            yield _Doubt(Verdict.STALE, f"dated {_when(dated)} by the hub; {known} (or this clock is ahead)")
    fallen, risen, common = _votes(now, baseline)
    if fallen >= LEAST_FALLEN and fallen * 2 >= common and not risen:
        yield _Doubt(
            Verdict.STALE,
            f"votes fell on {fallen} of {common} papers and rose on none since {_when(baseline.captured_at)}",
        )


def _votes(now: Standing, baseline: Standing) -> tuple[int, int, int]:
    """How many papers lost votes, how many won some, how many have known votes on both."""
    fallen = risen = common = 0
    for key, place in now.ranked.items():
        before = baseline.ranked.get(key)
        if before is None or before.upvotes is None or place.upvotes is None:
            continue
        common += 1
        fallen += place.upvotes < before.upvotes
        risen += place.upvotes > before.upvotes
    return fallen, risen, common


def _agree(one: Standing, other: Standing) -> bool:
    """Do they share at least half of the larger one's papers?"""
    shared = len(one.ranked.keys() & other.ranked.keys())
    return shared * 2 >= max(len(one.ranked), len(other.ranked))


def _holes(listing: Listing) -> list[int]:
    ranks = {entry.rank for entry in listing.entries if entry.rank is not None}
    return [rank for rank in range(1, max(ranks, default=0) + 1) if rank not in ranks]


def _age(capture: Capture) -> timedelta | None:
    """How long a cache had held the answer (RFC 9111 section 5.1: whole seconds)."""
    text = (capture.header("Age") or "").strip()
    # Nine digits are 31 years: more is nonsense and would overflow.
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _aside(listing: Listing, capture: Capture) -> str:
    """What else a reader of the verdict should know."""
    parts = ""
    if capture.asked is not None and capture.asked != listing.list_id:
        parts += f"; asked for {capture.asked}, answered with {listing.list_id}"
    if listing.truncated:
        parts += "; cut at the hub's limit, the list may go on"
    return parts


def _kind(listing: Listing) -> ListKind | None:
    return listing.list_id.kind if listing.list_id is not None else None


def _ranks(ranks: list[int]) -> str:
    shown = ", ".join(map(str, ranks[:5]))
    more = f" and {len(ranks) - 5} more" if len(ranks) > 5 else ""
    return f"rank{'s' if len(ranks) > 1 else ''} {shown}{more}"


def _papers(count: int) -> str:
    return "1 paper" if count == 1 else f"{count} papers"


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
