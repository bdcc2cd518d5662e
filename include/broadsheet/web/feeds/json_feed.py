"""Feeds as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from datetime import datetime

import msgspec

from broadsheet.web.feeds.feed import Facts, Feed, Item

MEDIA_TYPE = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"


class _Author(msgspec.Struct):
    name: str


class _Item(msgspec.Struct, kw_only=True, omit_defaults=True):
    id: str
    url: str
    external_url: str | None = None
    title: str
    content_html: str
    summary: str = ""
    date_published: datetime
    date_modified: datetime
    authors: tuple[_Author, ...] = ()
    tags: tuple[str, ...]
    facts: Facts = msgspec.field(name="_broadsheet")


class _Feed(msgspec.Struct, kw_only=True, omit_defaults=True):
    version: str
    title: str
    description: str
    home_page_url: str
    feed_url: str
    next_url: str | None = None
    icon: str
    favicon: str
    authors: tuple[_Author, ...]
    language: str
    items: tuple[_Item, ...]


def write(feed: Feed) -> bytes:
    """The feed as a document."""
    return msgspec.json.encode(
        _Feed(
            version=VERSION,
            title=feed.title,
            description=feed.description,
            home_page_url=feed.page_url,
            feed_url=feed.url,
            next_url=feed.next,
            icon=feed.icon,
            favicon=feed.icon,
            authors=(_Author("Broadsheet"),),
            language="en",
            items=tuple(map(_item, feed.items)),
        )
    )


def _item(item: Item) -> _Item:
    return _Item(
        id=item.id,
        url=item.url,
        external_url=next((address for _, address in item.related), None),
        title=item.title,
        content_html=item.html,
        summary=item.summary,
        date_published=item.published,
        date_modified=item.updated,
        authors=tuple(map(_Author, item.authors)),
        tags=(item.facts.type, *item.keywords),
        facts=item.facts,
    )
