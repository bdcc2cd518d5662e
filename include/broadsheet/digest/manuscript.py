"""What each part of a digest says: values for its template, and the same for its JSON."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from broadsheet.digest import headlines, words
from broadsheet.digest.document import Role, edition_document, paper_document
from broadsheet.digest.edition import SectionName
from broadsheet.digest.fragments import Copy
from broadsheet.digest.headlines import Tally
from broadsheet.digest.layout import Piece
from broadsheet.digest.sparkline import in_words, sparkline


def title(subject: str) -> Copy:
    """The page's title."""
    return _copy("title", subject=subject)


def preheader(line: str) -> Copy:
    """The line that inboxes show beside the subject."""
    return _copy("preheader", preheader=line)


def nameplate(until: datetime, timezone: str) -> Copy:
    """The product's name and the reader's day."""
    data = msgspec.json.encode(until.astimezone(UTC))
    return _copy("nameplate", Role.MOMENT, data, dateline=headlines.dateline(until, timezone))


def edition_head(told: Tally, timezone: str, *, all_quiet: bool) -> Copy:
    """An edition's name, its counts in a sentence, and the boards it compares."""
    return _copy(
        "edition",
        Role.EDITION,
        msgspec.json.encode(edition_document(told, all_quiet=all_quiet)),
        heading=headlines.heading(told.edition),
        url=told.edition.list_url,
        sentence=headlines.sentence(told, all_quiet=all_quiet),
        compared=headlines.compared(told.edition, timezone),
    )


def section_head(name: SectionName, *, on_top: bool) -> Copy:
    """A section's title."""
    data = msgspec.json.encode({"name": name})
    return _copy("section", Role.SECTION, data, title=words.title(name, on_top=on_top))


def paper(piece: Piece, timezone: str) -> Copy:
    """One paper, in full or in a line."""
    item = piece.item
    data = msgspec.json.encode(paper_document(piece))
    values = {
        "title": item.title,
        "url": item.paper_url,
        "rank": "" if item.rank is None else item.rank,
        "mark": words.mark(item.movement),
        "direction": "up" if (item.movement or 0) > 0 else "down",
    }
    if not piece.full:
        return _copy("line", Role.PAPER, data, **values, aside=words.aside(item, timezone))
    return _copy(
        "full",
        Role.PAPER,
        data,
        **values,
        byline=words.byline(item),
        by_ai=piece.by_ai,
        summary=piece.summary,
        facts=words.facts(item, timezone),
        spark=sparkline(item.ranks),
        spark_words=in_words(item.ranks),
        links=words.links(item),
    )


def why(asked_for: str) -> Copy:
    """Why the paper before it is told; call it only if there is a reason."""
    return _copy("why", Role.WHY, msgspec.json.encode(asked_for), why=words.why(asked_for))


def omitted(count: int) -> Copy:
    """The line for papers left out; call it only if there are any."""
    return _copy("omitted", Role.OMITTED, msgspec.json.encode(count), omitted=words.omitted(count))


def omitted_editions(count: int) -> Copy:
    """The line for editions left out; call it only if there are any."""
    data = msgspec.json.encode(count)
    return _copy("omitted", Role.OMITTED_EDITIONS, data, omitted=headlines.omitted_editions(count))


def foot(sources: Sequence[str], hub_url: str) -> Copy:
    """Why there is this mail, and where what it says is from."""
    return _copy("foot", reason=headlines.reason(sources), hub_url=hub_url.rstrip("/"))


def _copy(template: str, role: Role = Role.FURNITURE, data: bytes = b"", **values: Any) -> Copy:
    return Copy(template=template, values=tuple(values.items()), role=role, data=data)
