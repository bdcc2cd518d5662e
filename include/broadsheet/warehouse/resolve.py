"""Which paper is meant: entries get their ids, and what they say becomes revisions.

An entry without an id (plain text gives none) belongs to the paper that ever bore its title, else it is a
paper of its own under a key made from the title, until a capture gives the id; then both become one.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from broadsheet.model import Details, Entry, ListId, Listing, ListKind, title_key
from broadsheet.warehouse.board import Sighting, Text, organization_name, text_of
from broadsheet.warehouse.rows import fetch, from_db, insert, run_script, to_db
from broadsheet.warehouse.segments import unfold_from

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_IN_COLUMNS = (
    "title",
    "abstract",
    "num_authors",
    "published_at",
    "submitted_at",
    "github_url",
    "project_url",
    "ai_summary",
    "ai_summary_model",
    "ai_keywords",
    "thumbnail_url",
    "media_urls",
)
"""What a revision's columns hold in full; the rest goes into its column ``details``."""


class Revision(msgspec.Struct, frozen=True):
    """A distinct text of a paper."""

    revision_id: int
    paper_id: str
    details: Details


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


def revision_id(details: Details) -> int:
    """A number made from the content: equal texts have equal numbers in every warehouse. Fits a BIGINT."""
    return int.from_bytes(hashlib.sha256(msgspec.json.encode(details)).digest()[:8]) >> 1


def resolve(con: "DuckDBPyConnection", listings: Sequence[Listing]) -> Resolution:
    """Give every entry its paper and store new revisions. Runs inside the caller's transaction."""
    numbers = [[revision_id(entry.details) for entry in listing.entries] for listing in listings]
    with_id = [
        Revision(number, entry.paper_id, entry.details)
        for listing, its_numbers in zip(listings, numbers, strict=True)
        for entry, number in zip(listing.entries, its_numbers, strict=True)
        if entry.paper_id is not None
    ]
    new = _store(con, with_id)
    joined = _join_titles(con, new)
    titles = {entry.key for listing in listings for entry in listing.entries if entry.paper_id is None}
    ids = dict(fetch(con, "read/ids_of_titles", keys=sorted(titles))) if titles else {}
    resolved = tuple(
        _resolve_listing(listing, its_numbers, ids)
        for listing, its_numbers in zip(listings, numbers, strict=True)
    )
    texts: dict[int, Text] = {}
    without_id: list[Revision] = []
    for result in resolved:
        for entry, sighting in zip(result.listing.entries, result.sightings, strict=True):
            texts[sighting.revision_id] = text_of(entry.details)
            without_id.append(Revision(sighting.revision_id, sighting.paper_id, entry.details))
    if titles:
        _store(con, without_id)
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
        entries.append(msgspec.structs.replace(entry, paper_id=paper))
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


def _store(con: "DuckDBPyConnection", revisions: Iterable[Revision]) -> list[Revision]:
    """Insert the revisions that are not stored yet; returns those."""
    asked = {(r.paper_id, r.revision_id): r for r in revisions}
    if not asked:
        return []
    papers, numbers = zip(*asked, strict=True)
    known = set(fetch(con, "read/known_revisions", papers=list(papers), ids=list(numbers)))
    new = [revision for key, revision in asked.items() if key not in known]
    insert(con, "revisions", [_row(revision) for revision in new])
    return new


def _row(revision: Revision) -> dict[str, Any]:
    details = revision.details
    member = details.submitted_by
    return {
        "revision_id": revision.revision_id,
        "paper_id": revision.paper_id,
        "title_key": title_key(details.title) if details.title is not None else None,
        "title": details.title,
        "abstract": details.abstract,
        "authors": [a.name or a.fullname for a in details.authors] if details.authors is not None else None,
        "num_authors": details.num_authors if details.authors is None else len(details.authors),
        "published_at": to_db(details.published_at) if details.published_at else None,
        "submitted_at": to_db(details.submitted_at) if details.submitted_at else None,
        "submitted_by": (member.username or member.fullname) if member is not None else None,
        "organization": organization_name(details),
        "github_url": details.github_url,
        "project_url": details.project_url,
        "ai_summary": details.ai_summary,
        "ai_summary_model": details.ai_summary_model,
        "ai_keywords": details.ai_keywords,
        "thumbnail_url": details.thumbnail_url,
        "media_urls": details.media_urls,
        "details": msgspec.structs.replace(details, **dict.fromkeys(_IN_COLUMNS)),
    }


def _join_titles(con: "DuckDBPyConnection", new: Sequence[Revision]) -> dict[ListId, tuple[datetime, int]]:
    """Join papers known by title with the ids that now bear these titles."""
    keys = sorted({title_key(r.details.title) for r in new if r.details.title is not None})
    waiting = [row[0] for row in fetch(con, "read/titles_without_id", keys=keys)] if keys else []
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
