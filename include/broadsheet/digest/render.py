"""A digest as HTML, text and JSON: one layout, three forms, equal content."""

from collections.abc import Iterator

import msgspec

from broadsheet.digest import fragments, words
from broadsheet.digest.document import as_json
from broadsheet.digest.edition import Digest
from broadsheet.digest.fragments import Fragment
from broadsheet.digest.layout import MEASURES, Layout, lay_out

MOST_HTML_BYTES = 95_000
"""Gmail cuts mails off at about 102 kB of HTML."""


class Rendered(msgspec.Struct, frozen=True):
    """A digest in the forms it is sent and shown in. Lines end in "\\n"."""

    subject: str
    html: str
    text: str
    json: str


def render(digest: Digest) -> Rendered:
    """Render as roomily as ``MOST_HTML_BYTES`` allows; the tightest measure is taken whatever its size."""
    subject = words.subject(digest)
    for measure in MEASURES:
        layout = lay_out(digest, measure)
        parts = list(_parts(layout, subject))
        html = "".join(part.html for part in parts)
        if len(html.encode()) <= MOST_HTML_BYTES:
            break
    return Rendered(
        subject=subject,
        html=html,
        text="".join(part.text for part in parts),
        json=as_json(layout, subject),
    )


def _parts(layout: Layout, subject: str) -> Iterator[Fragment]:
    frame = fragments.frame(layout, subject)
    timezone = layout.digest.timezone
    yield frame.head
    for story in layout.stories:
        yield fragments.story_head(story, timezone)
        for column in story.columns:
            yield fragments.column_head(column)
            for piece in column.pieces:
                yield fragments.paper(piece, timezone)
            if column.omitted:
                yield fragments.column_foot(column)
    yield frame.foot
