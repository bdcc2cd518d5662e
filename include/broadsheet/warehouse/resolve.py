"""Which paper is meant: entries get their ids, and what they say becomes revisions.

An entry without an id (plain text gives none) belongs to the paper that ever bore its title, else it is a
paper of its own under a key made from the title, until a capture gives the id; then both become one.
"""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from broadsheet.model import Entry, ListId, Listing, ListKind, title_key
from broadsheet.warehouse.board import Sighting, Text, text_of
from broadsheet.warehouse.revisions import Revision, revision_id, store
from broadsheet.warehouse.rows import fetch, from_db, run_script
from broadsheet.warehouse.segments import unfold_from

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Resolved(msgspec.Struct, frozen=True):
    """A listing whose entries all have ids, its board, and notes on what stood twice."""

    listing: Listing
    sightings: tuple[Sighting, ...]
    notes: tuple[str, ...]


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """What `resolve` found: the listings in the order given, the texts of their revisions, and the lists on
    which a paper known by title got its id, each with the first moment concerned."""

    listings: tuple[Resolved, ...]
    texts: dict[int, Text]
    joined: dict[ListId, tuple[datetime, int]]


def resolve(
    con: "DuckDBPyConnection", listings: Sequence[Listing], shown: Set[tuple[str, int]] = frozenset()
) -> Resolution:
    """Give every entry its paper and store new revisions. Runs inside the caller's transaction.

    ``shown`` are pairs of a paper and a revision that is stored, and need not be looked up.
    """
    numbers = [[revision_id(entry.details) for entry in listing.entries] for listing in listings]
    with_id = [
        Revision(number, entry.paper_id, entry.details)
        for listing, its_numbers in zip(listings, numbers, strict=True)
        for entry, number in zip(listing.entries, its_numbers, strict=True)
        if entry.paper_id is not None and (entry.paper_id, number) not in shown
    ]
    joined = _join_titles(con, store(con, with_id))
    titles = {entry.key for listing in listings for entry in listing.entries if entry.paper_id is None}
    ids = dict(fetch(con, "read/ids_of_titles", keys=sorted(titles))) if titles else {}
    resolved = tuple(
        _resolve_listing(listing, its_numbers, ids)
        for listing, its_numbers in zip(listings, numbers, strict=True)
    )
    texts: dict[int, Text] = {}
    for result in resolved:
        for entry, sighting in zip(result.listing.entries, result.sightings, strict=True):
            if sighting.revision_id not in texts:
                texts[sighting.revision_id] = text_of(entry.details)
    if titles:
        store(
            con,
            (
                Revision(sighting.revision_id, sighting.paper_id, entry.details)
                for result in resolved
                for entry, sighting in zip(result.listing.entries, result.sightings, strict=True)
            ),
        )
    return Resolution(listings=resolved, texts=texts, joined=joined)


def _resolve_listing(listing: Listing, numbers: Sequence[int], ids: dict[str, str]) -> Resolved:
    entries: list[Entry] = []
    sightings: list[Sighting] = []
    notes: list[str] = []
    taken: set[str] = set()
    for entry, number in zip(listing.entries, numbers, strict=True):
        paper = entry.paper_id or ids.get(entry.key, entry.key)
        if paper in taken and entry.paper_id is None:
            paper = title_key(f"{entry.details.title}\n{entry.details.abstract}")
        if paper in taken:
            notes.append(f"{paper} stands twice; its first place, rank {entry.rank} is left out")
            continue
        taken.add(paper)
        entries.append(entry if entry.paper_id else msgspec.structs.replace(entry, paper_id=paper))
        sightings.append(
            Sighting(
                paper,
                entry.rank,
                entry.upvotes,
                entry.num_comments,
                entry.github_stars,
                number,
            )
        )
    resolved = msgspec.structs.replace(listing, entries=tuple(entries))
    return Resolved(resolved, tuple(sightings), tuple(notes))


def _join_titles(con: "DuckDBPyConnection", new: set[str]) -> dict[ListId, tuple[datetime, int]]:
    """Join papers known by title with the ids that now bear these titles, ``new`` being the titles' keys."""
    waiting = [row[0] for row in fetch(con, "read/titles_without_id", keys=sorted(new))] if new else []
    joined: dict[ListId, tuple[datetime, int]] = {}
    if not waiting:
        return joined
    for alias, paper in fetch(con, "read/ids_of_titles", keys=waiting):
        if fetch(con, "read/stands_beside", one=alias, other=paper)[0][0]:
            continue
        for kind, key, captured_at, capture_id in fetch(con, "read/first_seen_on_lists", paper=alias):
            moment = (from_db(captured_at), capture_id)
            list_id = ListId(ListKind(kind), key)
            unfold_from(con, list_id, moment)
            joined[list_id] = min(joined.get(list_id, moment), moment)
        run_script(con, "write/join_paper", alias=alias, paper=paper)
    return joined
