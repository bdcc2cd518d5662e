"""A digest as JSON: the same papers, texts and figures as the mail, for programs.

The document (format ``broadsheet.digest/1``)::

    format, subject, key, until, quiet
    editions[]: list, list_url, introduction, as_of, compared_with, entries, from_snapshot, to_snapshot, summary
        sections[]: name (new, back, rising, still_here, left), omitted
            papers[]: paper_id, title, paper_url, arxiv_url, rank, previous_rank, movement, upvotes, gained,
                organization, authors (the first), num_authors, summary, summary_by_ai, code_url, github_stars,
                days, ranks (one a day, oldest first), ranks_drawn, absent_since, revised, enriched

Times are UTC, RFC 3339. What is not known is null. ``omitted`` papers of a section are left out of every form of
the digest alike, and ``summary`` is as long as the mail shows it; it is null where the mail has a line only.
"""

from datetime import datetime

import msgspec

from broadsheet.digest import words
from broadsheet.digest.layout import Column, Layout, Piece, Story
from broadsheet.digest.sparkline import sparkline

FORMAT = "broadsheet.digest/1"


class PaperDocument(msgspec.Struct, frozen=True, kw_only=True):
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


class SectionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One section."""

    name: str
    omitted: int
    papers: tuple[PaperDocument, ...]


class EditionDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One edition."""

    list: str
    list_url: str
    introduction: bool
    as_of: datetime
    compared_with: datetime | None
    entries: int
    from_snapshot: int | None
    to_snapshot: int
    summary: str
    sections: tuple[SectionDocument, ...]


class DigestDocument(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document."""

    format: str
    subject: str
    key: str
    until: datetime
    quiet: bool
    editions: tuple[EditionDocument, ...]


def as_json(layout: Layout, subject: str) -> str:
    """The document, indented, ending in a line break."""
    document = DigestDocument(
        format=FORMAT,
        subject=subject,
        key=layout.digest.key,
        until=layout.digest.until,
        quiet=layout.digest.quiet,
        editions=tuple(_edition(story) for story in layout.stories),
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _edition(story: Story) -> EditionDocument:
    edition = story.edition
    return EditionDocument(
        list=str(edition.list_id),
        list_url=edition.list_url,
        introduction=edition.introduction,
        as_of=edition.as_of,
        compared_with=edition.compared_with,
        entries=edition.entries,
        from_snapshot=edition.from_snapshot,
        to_snapshot=edition.to_snapshot,
        summary=words.sentence(edition),
        sections=tuple(_section(column) for column in story.columns),
    )


def _section(column: Column) -> SectionDocument:
    return SectionDocument(
        name=column.name,
        omitted=column.omitted,
        papers=tuple(_paper(piece) for piece in column.pieces),
    )


def _paper(piece: Piece) -> PaperDocument:
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
