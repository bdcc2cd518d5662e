"""A digest as JSON: the same papers, texts and figures as the mail, for programs.

The document (format ``broadsheet.digest/1``)::

    format, subject, key, until, quiet, omitted_editions
    editions[]: list, name, list_url, introduction, as_of, compared_with, entries, from_snapshot, to_snapshot, key,
        summary, quiet, chosen (by one reader's wishes)
        sections[]: name (new, back, rising, still_here, left), omitted
            papers[]: paper_id, title, paper_url, arxiv_url, rank, previous_rank, movement, upvotes, gained,
                organization, authors (the first), num_authors, summary, summary_by_ai, code_url, github_stars,
                days, ranks (one a day, oldest first), ranks_drawn, absent_since, revised, enriched, why

Times are UTC, RFC 3339. What is not known is null. ``omitted`` papers of a section are left out of every form of
the digest alike, and ``summary`` is as long as the mail shows it; it is null where the mail has a line only.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum

import msgspec

from broadsheet.digest import words
from broadsheet.digest.edition import digest_key
from broadsheet.digest.headlines import Tally, heading, sentence
from broadsheet.digest.layout import Piece
from broadsheet.digest.sparkline import sparkline

FORMAT = "broadsheet.digest/1"


class Role(IntEnum):
    """What a fragment of a digest says in its JSON: nothing, when it ends, an edition, a section, a paper, why the
    one before is told, how many papers of the section or editions are left out."""

    FURNITURE = 0
    MOMENT = 1
    EDITION = 2
    SECTION = 3
    PAPER = 4
    WHY = 5
    OMITTED = 6
    OMITTED_EDITIONS = 7


class PaperDocument(msgspec.Struct, kw_only=True):
    """One paper."""

    paper_id: str
    title: str
    paper_url: str | None
    arxiv_url: str | None
    rank: int | None
    previous_rank: int | None
    movement: int | None
    upvotes: int | None
    gained: int | None
    organization: str | None
    authors: tuple[str, ...]
    num_authors: int
    summary: str | None
    summary_by_ai: bool
    code_url: str | None
    github_stars: int | None
    days: int
    ranks: tuple[int | None, ...]
    ranks_drawn: str
    absent_since: datetime | None
    revised: tuple[str, ...]
    enriched: tuple[str, ...]
    why: str | None = None


class SectionDocument(msgspec.Struct, kw_only=True):
    """One section."""

    name: str
    omitted: int = 0
    papers: list[PaperDocument] = []


class EditionDocument(msgspec.Struct, kw_only=True):
    """One edition."""

    list_id: str = msgspec.field(name="list")
    name: str
    list_url: str
    introduction: bool
    as_of: datetime
    compared_with: datetime | None
    entries: int
    from_snapshot: int | None
    to_snapshot: int
    key: str
    summary: str
    quiet: bool
    chosen: bool
    sections: list[SectionDocument] = []


class DigestDocument(msgspec.Struct, kw_only=True):
    """The whole document."""

    format: str
    subject: str
    key: str = ""
    until: datetime | None = None
    quiet: bool = True
    omitted_editions: int = 0
    editions: list[EditionDocument] = []


def gather(subject: str, parts: Iterable[tuple[Role, bytes]]) -> DigestDocument:
    """The document out of what a digest's fragments say in JSON, in their order."""
    document = DigestDocument(format=FORMAT, subject=subject)
    decode = msgspec.json.decode
    for role, data in parts:
        match role:
            case Role.MOMENT:
                document.until = decode(data, type=datetime)
            case Role.EDITION:
                document.editions.append(decode(data, type=EditionDocument))
            case Role.SECTION:
                document.editions[-1].sections.append(decode(data, type=SectionDocument))
            case Role.PAPER:
                document.editions[-1].sections[-1].papers.append(decode(data, type=PaperDocument))
            case Role.WHY:
                document.editions[-1].sections[-1].papers[-1].why = decode(data, type=str)
            case Role.OMITTED:
                document.editions[-1].sections[-1].omitted = decode(data, type=int)
            case Role.OMITTED_EDITIONS:
                document.omitted_editions = decode(data, type=int)
            case Role.FURNITURE:
                pass
    document.key = digest_key(edition.key for edition in document.editions)
    document.quiet = all(edition.quiet for edition in document.editions)
    return document


def as_json(document: DigestDocument) -> str:
    """Indented, ending in a line break."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def edition_document(told: Tally, *, all_quiet: bool) -> EditionDocument:
    """What is said of an edition before its sections."""
    edition = told.edition
    return EditionDocument(
        list_id=str(edition.list_id),
        name=heading(edition),
        list_url=edition.list_url,
        introduction=edition.introduction,
        as_of=edition.as_of,
        compared_with=edition.compared_with,
        entries=edition.entries,
        from_snapshot=edition.from_snapshot,
        to_snapshot=edition.to_snapshot,
        key=edition.key,
        summary=sentence(told, all_quiet=all_quiet),
        quiet=told.quiet,
        chosen=told.chosen,
    )


def paper_document(piece: Piece) -> PaperDocument:
    """What is said of a paper but why."""
    item = piece.item
    return PaperDocument(
        paper_id=item.paper_id,
        title=item.title,
        paper_url=item.paper_url,
        arxiv_url=item.arxiv_url,
        rank=item.rank,
        previous_rank=item.previous_rank,
        movement=item.movement,
        upvotes=item.upvotes,
        gained=item.gained,
        organization=item.organization,
        authors=item.authors[: words.MOST_NAMES + 1],
        num_authors=item.num_authors,
        summary=piece.summary,
        summary_by_ai=piece.by_ai,
        code_url=item.code_url,
        github_stars=item.github_stars,
        days=item.days,
        ranks=item.ranks,
        ranks_drawn=sparkline(item.ranks),
        absent_since=item.absent_since,
        revised=item.revised,
        enriched=item.enriched,
    )
