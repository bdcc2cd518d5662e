"""The feed of public editions: an item a day on which a list changed, told when the day is over."""

from typing import Any

from starlette.exceptions import HTTPException

from broadsheet.digest import headlines
from broadsheet.digest.edition import NEWS, Digest
from broadsheet.digest.headlines import tally
from broadsheet.digest.text import clean
from broadsheet.digest.words import TITLES
from broadsheet.times import A_DAY, midnight
from broadsheet.web.feeds.asking import Part
from broadsheet.web.feeds.feed import Facts, Feed, Item
from broadsheet.web.feeds.making import FeedMaker, Head
from broadsheet.web.periods import day_of
from broadsheet.web.public_editions import (
    PublicEdition,
    Source,
    digest_of,
    edition_path,
    public_editions,
)
from broadsheet.web.questions import newest_snapshot_at
from broadsheet.web.wording import segment, source_name

MOST_EDITIONS = 14
"""How many editions a part holds: each holds a day's papers."""


def editions_feed(maker: FeedMaker, source: Source, part: Part) -> Feed:
    """The editions of a source, newest first.

    Raises:
        HTTPException: 404, there is none.
    """
    con = maker.reading.con
    most = min(part.limit, MOST_EDITIONS)
    offset = part.number if part.before else 0
    found = public_editions(con, source, most=most + 1, offset=offset)
    newest = newest_snapshot_at(con)
    if newest is None or not found:
        raise HTTPException(404, f"There is no edition of {clean(str(source), 80)} here.")
    head = Head(
        ("editions", str(source)),
        f"{source_name(source)}, day by day",
        "What was new, back and rising, and what left: an item a day, told when the day is over.",
        f"/editions?list={segment(str(source))}",
    )
    items = [_item(maker, source, edition) for edition in found[:most] if edition.day < newest.date()]
    following = str(offset + most) if len(found) > most else ""
    return maker.feed(head, items, following, maker.reading.published_at)


def _item(maker: FeedMaker, source: Source, edition: PublicEdition) -> Item:
    digest = digest_of(maker.reading.con, edition, hub_url=maker.hub_url)
    ended = midnight(edition.day) + A_DAY
    return Item(
        id=maker.items.names.of("edition", edition.source, edition.day.isoformat()),
        title=headlines.subject(map(tally, digest.editions), digest.until, "UTC"),
        url=maker.items.address(edition_path(source, day_of(edition.day))),
        published=ended,
        updated=ended,
        html=maker.render("feeds/edition.html", {"stories": _stories(digest)}),
        summary=headlines.sentence(tally(digest.editions[0]), all_quiet=digest.quiet),
        facts=Facts(type="edition", list_id=edition.source),
    )


def _stories(digest: Digest) -> list[dict[str, Any]]:
    """Each list's heading, its counts in a sentence, and its sections that are news."""
    return [
        {
            "heading": headlines.heading(edition),
            "sentence": headlines.sentence(tally(edition), all_quiet=digest.quiet),
            "sections": [(TITLES[name], edition.items(name)) for name in NEWS if edition.items(name)],
        }
        for edition in digest.editions
    ]
