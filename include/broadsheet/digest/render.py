"""A digest as HTML, text and JSON: one layout, three forms, equal content.

This is the plain way, for one digest; a run's many are composed from the same fragments by `Press` and `Forme`.
"""

from collections.abc import Iterator
from functools import cache

import msgspec

from broadsheet.digest import headlines, manuscript
from broadsheet.digest.document import as_json, gather
from broadsheet.digest.edition import Digest, SectionName
from broadsheet.digest.fragments import Copy, Fragment, cast, page_parts
from broadsheet.digest.headlines import tally
from broadsheet.digest.layout import MEASURES, Layout, lay_out
from broadsheet.digest.personal import cast_slots

MOST_HTML_BYTES = 95_000
"""Gmail cuts mails off at about 102 kB of HTML."""


class Rendered(msgspec.Struct, frozen=True):
    """A digest in the forms it is sent and shown in, without personal links. Lines end in "\\n"."""

    subject: str
    html: str
    text: str
    json: str


@cache
def most_content_bytes() -> int:
    """What is left of ``MOST_HTML_BYTES`` when the reader's own links are as long as they may be."""
    return MOST_HTML_BYTES - sum(max(slot.html.most_bytes for slot in slots) for slots in cast_slots())


def render(digest: Digest, most: int | None = None) -> Rendered:
    """Render as roomily as ``MOST_HTML_BYTES`` allows, with at most ``most`` papers."""
    subject = headlines.subject(map(tally, digest.editions), digest.until, digest.timezone)
    for measure in MEASURES:
        parts = list(_parts(lay_out(digest, measure, most), subject))
        html = "".join(part.html for part in parts)
        if len(html.encode()) <= most_content_bytes():
            break
    return Rendered(
        subject=subject,
        html=html,
        text="".join(part.text for part in parts),
        json=as_json(gather(subject, ((part.role, part.data) for part in parts))),
    )


def _parts(layout: Layout, subject: str) -> Iterator[Fragment]:
    opening, style, sheet, closing = page_parts()
    digest = layout.digest
    yield opening
    yield cast(manuscript.title(subject))
    yield style
    yield cast(manuscript.preheader(headlines.preheader(titles(layout))))
    yield sheet
    yield cast(manuscript.nameplate(digest.until, digest.timezone))
    yield from map(cast, copies(layout))
    yield cast(manuscript.foot([edition.source for edition in digest.editions], digest.hub_url))
    yield closing


def copies(layout: Layout) -> Iterator[Copy]:
    """What the fragments between nameplate and foot are made of."""
    digest = layout.digest
    for story in layout.stories:
        yield manuscript.edition_head(tally(story.edition), digest.timezone, all_quiet=digest.quiet)
        for column in story.columns:
            yield manuscript.section_head(column.name, on_top=column.on_top)
            for piece in column.pieces:
                yield manuscript.paper(piece, digest.timezone)
                if piece.item.why:
                    yield manuscript.why(piece.item.why)
            if column.omitted:
                yield manuscript.omitted(column.omitted)
    if layout.omitted:
        yield manuscript.omitted_editions(layout.omitted)


def titles(layout: Layout) -> Iterator[str]:
    """The titles that are shown, section by section over all editions."""
    for name in SectionName:
        for story in layout.stories:
            for column in story.columns:
                if column.name is name:
                    yield from (piece.item.title for piece in column.pieces)
